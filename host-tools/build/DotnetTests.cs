namespace TinyNano.Build;

/// <summary>The xunit projects under tests/host and tests/contracts.</summary>
internal sealed class DotnetTests
{
    private static readonly string[] s_folders = ["tests/contracts", "tests/host"];

    private readonly BuildContext _context;
    private readonly TestTally _tally;
    private readonly List<string> _runnable = [];

    public DotnetTests(BuildContext context, TestTally tally)
    {
        _context = context;
        _tally = tally;
    }

    /// <summary>Builds the solution and the heavy projects; one that does not build counts as a failed test.</summary>
    public async Task BuildAsync()
    {
        string[] projects = [.. Projects().Where(project => _context.Options.Selects(Suite(project)))];
        if (projects.Length == 0)
        {
            return;
        }

        var dotnet = new DotnetBuild(_context);
        bool solutionBuilt = await dotnet.BuildSolutionAsync();
        if (!await dotnet.PublishCliAsync(alreadyBuilt: solutionBuilt))
        {
            _tally.Add(SuiteResult.Broken("publish tinynano", "failed"));
        }

        string light = await File.ReadAllTextAsync(_context.Repository.At("TinyNano.Host.slnf"));
        foreach (string project in projects)
        {
            bool isLight = light.Contains(Path.GetFileName(project), StringComparison.Ordinal);
            if ((isLight && solutionBuilt) || await dotnet.BuildProjectAsync(project))
            {
                _runnable.Add(project);
            }
            else
            {
                _tally.Add(SuiteResult.Broken(Suite(project), "does not build"));
            }
        }
    }

    public IEnumerable<Func<Task>> Suites()
    {
        return _runnable.Select<string, Func<Task>>(project => () => RunAsync(project));
    }

    private async Task RunAsync(string project)
    {
        string suite = Suite(project);
        string folder = _context.Repository.At("artifacts", "test-results", suite);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        string[] arguments =
        [
            "test", project, "-c", DotnetBuild.Configuration, "--no-build",
            "--logger", "trx;LogFileName=results.trx", "--results-directory", folder,
        ];
        ProcessResult result = await _context.Processes.RunAsync(new Command("dotnet", arguments));
        string log = await _context.Steps.WriteLogAsync(suite, result.Lines);

        SuiteResult outcome = Trx.Read(suite, Path.Combine(folder, "results.trx"));
        if (!result.Succeeded && outcome.Failed == 0)
        {
            string reason = $"ended with exit code {result.ExitCode}, see {_context.Repository.Relative(log)}";
            string end = string.Join("\n    ", result.Lines.TakeLast(20));
            outcome = outcome with { Failed = 1, Failures = [$"{reason}\n    {end}"] };
        }

        _tally.Add(outcome);
        _context.Steps.Say($"{suite}: {outcome.Passed} passed, {outcome.Failed} failed");
    }

    private IEnumerable<string> Projects()
    {
        return s_folders
            .Select(folder => _context.Repository.At(folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.Tests.csproj", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);
    }

    private static string Suite(string project)
    {
        return Path.GetFileNameWithoutExtension(project);
    }
}
