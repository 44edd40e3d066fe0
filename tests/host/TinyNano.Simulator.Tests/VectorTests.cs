using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using TinyNano.Compiler;
using TinyNano.Compiler.IR;
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

    /// <summary>The first and the last case of every file, on emulated cores: floats and integers give what the desk gives.</summary>
    [Theory]
    [InlineData("cortex-m4")]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m55")]
    [InlineData("rv32imc")]
    public void EmulatedCore_GivesTheBytesOfTheDesk(string target)
    {
        ConcurrentBag<string> failures = [];
        Parallel.ForEach(Directory.GetFiles(VectorRun.Folder, "*.json"), path =>
        {
            IReadOnlyList<VectorCase> cases = VectorFile.Read(path).Cases;
            foreach (VectorCase item in new[] { cases[0], cases[^1] }.Distinct())
            {
                byte[] blob = BlobCompiler.Compile(item.Graph).Blob;
                byte[] records = [.. Enumerable.Range(0, item.Runs).SelectMany(run => VectorRun.Record(item, run))];
                byte[] outputs = EmulatorRun.Run(Emulator.Find(target), blob, records, count: false).Outputs;
                if (!outputs.AsSpan().SequenceEqual(VectorRun.OnHost(item)))
                {
                    failures.Add($"{Path.GetFileName(path)} {item.Name}: {VectorRun.FirstDifference(item, outputs) ?? "other bytes, within the tolerance of the vectors"}");
                }
            }
        });
        Assert.True(failures.IsEmpty, string.Join("\n", failures.Order(StringComparer.Ordinal)));
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
