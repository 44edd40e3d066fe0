using System.Text.RegularExpressions;
using TinyNano.Compiler;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Targets;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Simulator.Tests;

/// <summary>Every golden number of tests/vectors through the compiler and the C runtime on this computer.</summary>
public sealed partial class VectorTests
{
    public static TheoryData<string> Files()
    {
        TheoryData<string> data = [];
        foreach (string file in Directory.GetFiles(VectorRun.Folder, "*.json").Order(StringComparer.Ordinal))
        {
            data.Add(Path.GetFileNameWithoutExtension(file));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Host_GivesGoldenOutputs(string op)
    {
        List<string> failures = [];
        VectorFile file = VectorFile.Read(Path.Combine(VectorRun.Folder, op + ".json"));
        foreach (VectorCase item in file.Cases)
        {
            try
            {
                if (VectorRun.FirstDifference(item, VectorRun.OnHost(item)) is string difference)
                {
                    failures.Add($"{item.Name}: {difference}");
                }
            }
            catch (Exception e) when (e is Compiler.Diagnostics.CompileException or DeviceException or InvalidOperationException)
            {
                failures.Add($"{item.Name}: {e.GetType().Name}: {e.Message}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {file.Cases.Count} cases\n{string.Join("\n", failures)}");
        Assert.NotEmpty(file.Cases);
    }

    /// <summary>Every case of every file, on emulated cores: floats and integers give what the desk gives.</summary>
    [Theory]
    [InlineData("cortex-m4")]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m55")]
    [InlineData("rv32imc")]
    public void EmulatedCore_GivesTheBytesOfTheDesk(string core)
    {
        foreach (Target target in new[] { Target.Portable, Target.Find(core)! })
        {
            List<(string Name, VectorCase Case)> cases = [.. Directory.GetFiles(VectorRun.Folder, "*.json").Order(StringComparer.Ordinal)
                .SelectMany(path => VectorFile.Read(path).Cases.Select(item => (Path.GetFileName(path), item)))];
            BatchJob[] jobs = [.. cases.Select(c => new BatchJob(
                BlobCompiler.Compile(c.Case.Graph, target: target).Blob, [.. Enumerable.Range(0, c.Case.Runs).SelectMany(run => VectorRun.Record(c.Case, run))]))];
            IReadOnlyList<byte[]?> outputs = EmulatorRun.RunBatch(Emulator.Find(core), jobs);
            string[] failures = [.. cases.Zip(outputs)
                .Where(pair => pair.Second is null || !pair.Second.AsSpan().SequenceEqual(VectorRun.OnHost(pair.First.Case)))
                .Select(pair => $"{target.Name} {pair.First.Name} {pair.First.Case.Name}: {(pair.Second is null ? "refused" : VectorRun.FirstDifference(pair.First.Case, pair.Second) ?? "other bytes, within the tolerance of the vectors")}")];
            Assert.True(failures.Length == 0, $"{failures.Length} of {cases.Count}\n{string.Join("\n", failures.Take(40))}");
        }
    }

    [Fact]
    public void EveryOperator_HasVectors()
    {
        string table = File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "firmware-native", "include", "tn", "tn_ops.def"));
        string[] missing = [.. OpRow().Matches(table).Select(m => m.Groups[1].Value.ToLowerInvariant())
            .Where(name => !File.Exists(Path.Combine(VectorRun.Folder, name + ".json")))
            .Select(name => $"{name.ToUpperInvariant()} has no golden vectors; add tests/vectors/{name}.json")];
        Assert.True(missing.Length == 0, string.Join("\n", missing));
    }

    [GeneratedRegex(@"TN_OP\(\s*\d+,\s*([A-Z0-9_]+)")]
    private static partial Regex OpRow();
}
