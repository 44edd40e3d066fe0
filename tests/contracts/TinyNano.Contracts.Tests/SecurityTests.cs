using System.Text.RegularExpressions;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Contracts.Tests;

/// <summary>The tests that SECURITY.md names for its promises exist.</summary>
public sealed partial class SecurityTests
{
    [Fact]
    public void EveryPromise_NamesTestsThatExist()
    {
        string[] promises = [.. Promise().Matches(Sources.Read("docs", "SECURITY.md")).Select(m => m.Value)];
        string folder = Path.Combine(SharedData.ProjectRoot, "tests", "native");
        string[] files = [.. Directory.GetFiles(folder, "*.c"), .. Directory.GetFiles(Path.Combine(folder, "fuzz"), "fuzz_*.c")];
        string tests = string.Join('\n', files.Select(File.ReadAllText));
        string overBroker = string.Join('\n', Directory.GetFiles(Path.Combine(SharedData.ProjectRoot, "tests", "host", "TinyNano.Updates.Tests"), "*.cs").Select(File.ReadAllText));
        HashSet<string> programs = [.. files.Select(file => Path.GetFileNameWithoutExtension(file))];

        Assert.NotEmpty(promises);
        foreach (string promise in promises)
        {
            string[] names = [.. Name().Matches(promise).Select(m => m.Groups[1].Value)];
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.True(
                programs.Contains(name) || tests.Contains($"TEST({name})", StringComparison.Ordinal)
                || overBroker.Contains($"Task {name}()", StringComparison.Ordinal), $"there is no test {name}: {promise}"));
        }
    }

    [GeneratedRegex(@"^\| \d+ \|.*$", RegexOptions.Multiline)]
    private static partial Regex Promise();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Name();
}
