namespace TinyNano.Build;

/// <summary>The target `test`: builds everything, runs every suite, adds up what they say.</summary>
internal sealed class TestRun
{
    private readonly BuildContext _context;
    private readonly TestTally _tally = new();

    public TestRun(BuildContext context)
    {
        _context = context;
    }

    public async Task<int> RunAsync()
    {
        var dotnetTests = new DotnetTests(_context, _tally);
        var nativeTests = new NativeTests(_context, _tally);

        // Compilers first, .NET and C side by side; then the suites, as many at a time as there are cores.
        await Task.WhenAll(dotnetTests.BuildAsync(), BuildNativeAsync(nativeTests));

        Func<Task>[] suites = [.. dotnetTests.Suites(), .. nativeTests.Suites()];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForEachAsync(suites, limits, async (suite, _) => await suite());

        return _tally.Report();
    }

    private async Task BuildNativeAsync(NativeTests tests)
    {
        // The simulator's tests load this library, so a broken one is worth a line of its own.
        if (!await new NativeBuild(_context).BuildAllAsync())
        {
            _tally.Add(SuiteResult.Broken("native build", "the desk library or an emulator's program does not build"));
        }

        await tests.BuildAsync();
    }
}
