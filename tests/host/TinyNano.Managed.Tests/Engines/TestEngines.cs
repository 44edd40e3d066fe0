namespace TinyNano.Managed.Tests.Engines;

/// <summary>The engines that are compared with each other. The first one is the reference.</summary>
public static class TestEngines
{
    public static ITestEngine Reference { get; } = new RuntimeEngine();

    /// <summary>Those whose results are compared with the reference's.</summary>
    public static IReadOnlyList<ITestEngine> Others { get; } = [new ManagedTestEngine()];

    /// <summary>The first engine and record whose outputs are not the reference's, as a sentence; null where all agree.</summary>
    public static string? FirstDifference(byte[] blob, IReadOnlyList<byte[]> records)
    {
        using ITestModel reference = Reference.Open(blob);
        byte[][] expected = [.. records.Select(reference.Run)];
        foreach (ITestEngine engine in Others)
        {
            using ITestModel model = engine.Open(blob);
            for (int run = 0; run < records.Count; run++)
            {
                byte[] actual = model.Run(records[run]);
                if (!actual.AsSpan().SequenceEqual(expected[run]))
                {
                    int at = actual.AsSpan().CommonPrefixLength(expected[run]);
                    return $"{engine.Name}, run {run}: byte {at} of {expected[run].Length} is {Show(actual, at)}, not {Show(expected[run], at)}";
                }
            }
        }

        return null;
    }

    private static string Show(byte[] bytes, int at) => at < bytes.Length ? bytes[at].ToString() : "absent";
}
