using TinyNano.Demo;
using TinyNano.Fleet.Drift;

namespace TinyNano.Bench.Drift;

/// <summary>What one variant did over all faults.</summary>
internal sealed record DriftSummary(string Variant, double FalseAlarms, double Within200, double MedianDelay);

/// <summary>All of one model.</summary>
internal sealed record DriftResult(
    string Model, double CleanAccuracy, int ReferenceSamples, int CleanStreams, int Runs, bool AllImages, IReadOnlyList<DriftRow> Rows, IReadOnlyList<DriftSummary> Shown,
    IReadOnlyList<DriftSummary> Tried);

/// <summary>`TinyNano.Bench ROOT drift`: the table and the drawing of docs/DRIFT.md.</summary>
internal static class DriftBench
{
    public const int CleanStreams = 400;
    public const int Runs = 20;

    // The larger model takes twenty times as long.
    public const int RunsOfSlow = 5;
    private const int Seed = 20_000;

    /// <summary>The statistics alone, each with the whole budget of false alarms, and together.</summary>
    public static IReadOnlyList<DriftVariant> Shown { get; } =
    [
        new("PSI", new DriftOptions { Statistics = [DriftStatistic.Psi] }),
        new("KS", new DriftOptions { Statistics = [DriftStatistic.KolmogorovSmirnov] }),
        new("chi-square", new DriftOptions { Statistics = [DriftStatistic.ChiSquare] }),
        new("Page-Hinkley", new DriftOptions { Statistics = [DriftStatistic.PageHinkley] }),
        new("together", new DriftOptions()),
    ];

    private static IEnumerable<DriftVariant> Tried()
    {
        foreach (int window in new[] { 50, 100, 200, 400 })
        {
            yield return new($"PSI, window {window}", new DriftOptions { Statistics = [DriftStatistic.Psi], Windows = [window] });
            yield return new($"KS, window {window}", new DriftOptions { Statistics = [DriftStatistic.KolmogorovSmirnov], Windows = [window] });
            yield return new($"chi-square, window {window}", new DriftOptions { Statistics = [DriftStatistic.ChiSquare], Windows = [window] });
        }

        foreach (double allowance in new[] { 0.1, 0.2, 0.25, 0.3, 0.4, 0.5 })
        {
            yield return new(FormattableString.Invariant($"Page-Hinkley, allowance {allowance}"), new DriftOptions { Statistics = [DriftStatistic.PageHinkley], Allowance = allowance });
        }

        yield return new("PSI, KS, chi-square, Page-Hinkley", new DriftOptions { Statistics = [DriftStatistic.Psi, DriftStatistic.KolmogorovSmirnov, DriftStatistic.ChiSquare, DriftStatistic.PageHinkley] });
        yield return new("chi-square, Page-Hinkley", new DriftOptions { Statistics = [DriftStatistic.ChiSquare, DriftStatistic.PageHinkley] });
    }

    /// <summary>Measures and writes docs/DRIFT.md and docs/images/drift.svg.</summary>
    public static void Run(string root, TextWriter log)
    {
        FashionImages images = FashionImages.Read();
        log.WriteLine(images.All ? "10,000 test images" : "Debian's dataset-fashion-mnist is not installed: the demo's 1,000 test images only, and nothing is written");
        List<DriftResult> results = [.. DemoRun.Models.Select(model => Measure(model, images, CleanStreams, model == DemoRun.Models[0] ? Runs : RunsOfSlow, model == DemoRun.Models[0], log))];
        if (images.All)
        {
            string drawing = Path.Combine(root, "docs", "images", "drift.svg");
            Directory.CreateDirectory(Path.GetDirectoryName(drawing)!);
            File.WriteAllText(drawing, DriftSvg.Draw(results[^1]));
            File.WriteAllText(Path.Combine(root, "docs", "DRIFT.md"), DriftPage.Replace(File.ReadAllText(Path.Combine(root, "docs", "DRIFT.md")), results));
            log.WriteLine("wrote docs/DRIFT.md and docs/images/drift.svg");
        }
    }

    internal static DriftResult Measure(string model, FashionImages images, int cleanStreams, int runs, bool tried, TextWriter log)
    {
        DriftExperiment experiment = new(model, images);
        DriftVariant[] variants = [.. Shown, .. tried ? Tried() : []];
        log.WriteLine($"{model}: {experiment.CleanAccuracy:P1} on clean images");
        Dictionary<string, double> alarms = [];
        foreach (DriftVariant variant in variants)
        {
            alarms[variant.Name] = experiment.FalseAlarms(variant.Options, cleanStreams, Seed);
            log.WriteLine(FormattableString.Invariant($"  {variant.Name,-34} alarm in {100 * alarms[variant.Name],5:0.00} % of {cleanStreams} clean streams"));
        }

        List<DriftRow> rows = [];
        foreach (CorruptionKind kind in Enum.GetValues<CorruptionKind>().Where(k => k != CorruptionKind.None))
        {
            for (int severity = 1; severity <= Corruption.Severities; severity++)
            {
                DriftRow row = experiment.Delays(kind, severity, variants, runs, Seed);
                rows.Add(row);
                log.WriteLine(FormattableString.Invariant($"  {kind,-11} {severity}  accuracy {row.Accuracy:P1}  {string.Join("  ", row.Variants.Take(Shown.Count).Select(v => $"{v.Variant} {DriftPage.Delay(v.Median)}/{DriftPage.Delay(v.Worst)}"))}"));
            }
        }

        DriftSummary Summary(DriftVariant variant)
        {
            DriftDelays[] all = [.. rows.Select(r => r.Variants.First(v => v.Variant == variant.Name))];
            int[] delays = [.. all.SelectMany(d => d.Delays).Order()];
            return new DriftSummary(variant.Name, alarms[variant.Name], all.Average(d => d.Within(200)), delays[delays.Length / 2]);
        }

        return new DriftResult(model, experiment.CleanAccuracy, experiment.ReferenceSamples, cleanStreams, runs, images.All, rows, [.. Shown.Select(Summary)], tried ? [.. Tried().Select(Summary)] : []);
    }
}
