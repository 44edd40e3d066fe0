using System.Text.RegularExpressions;

namespace TinyNano.Contracts.Tests;

/// <summary>A project without a configuration in the solution is silently built for debugging, and what is published lacks it.</summary>
public sealed partial class SolutionTests
{
    private static readonly string Solution = Sources.Read("TinyNano.sln").Replace("\r\n", "\n", StringComparison.Ordinal);

    [Fact]
    public void EveryProject_IsBuiltForReleaseWhereTheSolutionIs()
    {
        string[] without = [.. Project().Matches(Solution)
            .Where(p => p.Groups[1].Value.EndsWith(".csproj", StringComparison.Ordinal))
            .Where(p => !Solution.Contains($"{p.Groups[2].Value}.Release|Any CPU.ActiveCfg = Release|Any CPU\n", StringComparison.Ordinal)
                || !Solution.Contains($"{p.Groups[2].Value}.Release|Any CPU.Build.0 = Release|Any CPU\n", StringComparison.Ordinal))
            .Select(p => p.Groups[1].Value)];
        Assert.Empty(without);
    }

    [Fact]
    public void EveryProject_IsInTheSolution()
    {
        string[] listed = [.. Project().Matches(Solution).Select(p => p.Groups[1].Value.Replace('\\', '/'))];
        string[] there = [.. Directory.GetFiles(TestKit.SharedData.ProjectRoot, "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(TestKit.SharedData.ProjectRoot, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("artifacts/", StringComparison.Ordinal))];
        Assert.NotEmpty(there);
        Assert.Empty(there.Except(listed));
    }

    [GeneratedRegex("""^Project\("[^"]*"\) = "[^"]*", "([^"]*proj)", "(\{[^}]*\})"$""", RegexOptions.Multiline)]
    private static partial Regex Project();
}
