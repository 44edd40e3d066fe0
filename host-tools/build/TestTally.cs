namespace TinyNano.Build;

/// <summary>What one runner reported.</summary>
/// <param name="Suite">The runner's name.</param>
/// <param name="Failures">What went wrong; an entry may tell of several failed tests and take many lines.</param>
/// <param name="Skips">One line per skipped test, with its reason.</param>
internal sealed record SuiteResult(
    string Suite, int Passed, int Failed, IReadOnlyList<string> Failures, IReadOnlyList<string> Skips)
{
    /// <summary>A runner that could not be built or did not survive counts as one failed test.</summary>
    public static SuiteResult Broken(string suite, string reason)
    {
        return new SuiteResult(suite, 0, 1, [reason], []);
    }
}

/// <summary>Adds up what all runners reported.</summary>
internal sealed class TestTally
{
    private readonly Lock _gate = new();
    private readonly List<SuiteResult> _results = [];

    public void Add(SuiteResult result)
    {
        lock (_gate)
        {
            _results.Add(result);
        }
    }

    /// <summary>Prints reasons and counts. The last line is the sum; the exit code says whether it is good.</summary>
    public int Report()
    {
        SuiteResult[] results = [.. _results.OrderBy(result => result.Suite, StringComparer.Ordinal)];

        foreach (SuiteResult result in results)
        {
            foreach (string failure in result.Failures)
            {
                Console.WriteLine($"FAILED  {result.Suite}: {failure}");
            }
        }

        foreach (SuiteResult result in results)
        {
            foreach (string skip in result.Skips)
            {
                Console.WriteLine($"skipped {result.Suite}: {skip}");
            }
        }

        Console.WriteLine();
        foreach (SuiteResult result in results)
        {
            Console.WriteLine($"{result.Suite,-40} {Line(result.Passed, result.Failed, result.Skips.Count)}");
        }

        int passed = results.Sum(result => result.Passed);
        int failed = results.Sum(result => result.Failed);
        int skipped = results.Sum(result => result.Skips.Count);
        Console.WriteLine();
        Console.WriteLine(Line(passed, failed, skipped));
        return failed == 0 && passed > 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Line(int passed, int failed, int skipped)
    {
        string line = $"{passed} passed, {failed} failed";
        return skipped == 0 ? line : $"{line}, {skipped} skipped";
    }
}
