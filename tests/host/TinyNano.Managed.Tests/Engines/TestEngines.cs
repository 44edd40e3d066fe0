namespace TinyNano.Managed.Tests.Engines;

/// <summary>The engines that are compared with each other. The first one is the reference.</summary>
public static class TestEngines
{
    public static ITestEngine Reference { get; } = new RuntimeEngine();

    /// <summary>Those whose results are compared with the reference's.</summary>
    public static IReadOnlyList<ITestEngine> Others { get; } = [new ManagedTestEngine(), new NativeTestEngine()];

    /// <summary>The first engine and record whose outputs are not the reference's, as a sentence; null where all agree.</summary>
    public static string? FirstDifference(byte[] blob, IReadOnlyList<byte[]> records)
    {
        using ITestModel reference = Reference.Open(blob);
        byte[][] expected = RunAll(reference, records);
        foreach (ITestEngine engine in Others)
        {
            using ITestModel model = engine.Open(blob);
            byte[][] actual = RunAll(model, records);
            for (int run = 0; run < expected.Length; run++)
            {
                if (!actual[run].AsSpan().SequenceEqual(expected[run]))
                {
                    int at = actual[run].AsSpan().CommonPrefixLength(expected[run]);
                    return $"{engine.Name}, run {run}: byte {at} of {expected[run].Length} is {Show(actual[run], at)}, not {Show(expected[run], at)}";
                }
            }
        }

        return null;
    }

    // After several runs, the first one once more: without states it gives the same bytes again.
    private static byte[][] RunAll(ITestModel model, IReadOnlyList<byte[]> records)
    {
        List<byte[]> outputs = [.. records.Select(model.Run)];
        if (records.Count > 1)
        {
            model.Reset();
            outputs.Add(model.Run(records[0]));
        }

        return [.. outputs];
    }

    private static string Show(byte[] bytes, int at) => at < bytes.Length ? bytes[at].ToString() : "absent";
}
