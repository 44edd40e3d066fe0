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
