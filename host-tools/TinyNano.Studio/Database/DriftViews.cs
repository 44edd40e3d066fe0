using System.Globalization;
using TinyNano.Compiler.Emit;
using TinyNano.Fleet.Drift;
using TinyNano.Studio.Data;

namespace TinyNano.Studio.Database;

/// <summary>Compares a device's counts with the reference in the blob of its model, by the statistics and thresholds of the drift library.</summary>
internal static class DriftViews
{
    private const int Window = 200;
    private const int HistoryPoints = 60;
    private const double NearThreshold = 0.75;

    public static DriftView Of(string device, Blob? blob, IReadOnlyList<HealthStep> steps, IReadOnlyList<string> alarms)
    {
        if (blob?.Reference is not ReferenceHistograms reference)
        {
            return new DriftView(device, DriftLevel.Unknown, 0, 0, [], [], alarms);
        }

        DriftThresholds thresholds = DriftThresholds.For(reference);
        HealthStep[] fitting = [.. steps.Where(s => s.Message.ModelCrc == blob.Crc && s.Counts.Length == thresholds.Families.Sum(f => f.Bins))];
        int[]? window = Sum(fitting, fitting.Length, out int samples);
        if (window is null)
        {
            return new DriftView(device, DriftLevel.Unknown, samples, reference.Samples, [], [], alarms);
        }

        DriftSignal[] signals = [.. thresholds.Families.Select((family, f) => Signal(thresholds, f, window, Edges(family, reference, blob.Labels)))];
        List<DriftPoint> history = [];
        for (int end = fitting.Length; end > 0 && history.Count < HistoryPoints; end -= Math.Max(1, fitting.Length / HistoryPoints))
        {
            if (Sum(fitting, end, out _) is int[] then)
            {
                history.Insert(0, new DriftPoint(fitting[end - 1].Point.At, Ratio(thresholds, then)));
            }
        }

        return new DriftView(device, signals.Max(s => s.Level), samples, reference.Samples, signals, history, alarms);
    }

    /// <summary>Level and largest index of the last window; null while there are too few samples.</summary>
    public static (DriftLevel Level, double Psi)? Last(DriftThresholds thresholds, IReadOnlyList<HealthStep> steps)
    {
        int[]? window = Sum(steps, steps.Count, out _);
        if (window is null || window.Length != thresholds.Families.Sum(f => f.Bins))
        {
            return null;
        }

        DriftSignal[] signals = [.. thresholds.Families.Select((_, f) => Signal(thresholds, f, window, []))];
        return (signals.Max(s => s.Level), signals.MaxBy(s => s.Psi / s.PsiThreshold)!.Psi);
    }

    private static DriftSignal Signal(DriftThresholds thresholds, int index, int[] window, IReadOnlyList<string> edges)
    {
        DriftFamily family = thresholds.Families[index];
        int[] live = window[family.First..(family.First + family.Bins)];
        int[] reference = [.. family.Reference];
        double psi = DriftStatistics.Psi(live, reference);
        double psiThreshold = Threshold(thresholds, index, DriftStatistic.Psi);
        double ks = family.Ordered ? DriftStatistics.KolmogorovSmirnov(live, reference) : 0;
        double ksThreshold = family.Ordered ? Threshold(thresholds, index, DriftStatistic.KolmogorovSmirnov) : 0;
        double ratio = Math.Max(psi / psiThreshold, ksThreshold > 0 ? ks / ksThreshold : 0);
        return new DriftSignal(family.Name, edges, Shares(reference), Shares(live), psi, psiThreshold, ks, ksThreshold, ratio > 1 ? DriftLevel.Drift : ratio > NearThreshold ? DriftLevel.Watch : DriftLevel.Normal);
    }

    private static double Ratio(DriftThresholds thresholds, int[] window) => thresholds.Families.Select((family, f) =>
        DriftStatistics.Psi(window.AsSpan(family.First, family.Bins), [.. family.Reference]) / Threshold(thresholds, f, DriftStatistic.Psi)).Max();

    private static double Threshold(DriftThresholds thresholds, int family, DriftStatistic statistic) =>
        thresholds.Of(family, thresholds.Options.Statistics.ToList().IndexOf(statistic), thresholds.Options.Windows.ToList().IndexOf(Window)) ?? double.PositiveInfinity;

    // The last messages before an end that together have a window's samples.
    private static int[]? Sum(IReadOnlyList<HealthStep> steps, int end, out int samples)
    {
        samples = 0;
        int[]? sum = null;
        for (int i = end - 1; i >= 0 && samples < Window; i--)
        {
            sum ??= new int[steps[i].Counts.Length];
            if (steps[i].Counts.Length != sum.Length)
            {
                break;
            }

            for (int bin = 0; bin < sum.Length; bin++)
            {
                sum[bin] += steps[i].Counts[bin];
            }

            samples += steps[i].Point.Inferences;
        }

        return samples >= Window ? sum : null;
    }

    private static double[] Shares(int[] counts)
    {
        double all = Math.Max(1, counts.Sum(c => (long)c));
        return [.. counts.Select(c => c / all)];
    }

    private static string[] Edges(DriftFamily family, ReferenceHistograms reference, IReadOnlyList<string> labels) => family.Name switch
    {
        "confidence" or "entropy" => [.. Enumerable.Range(0, family.Bins).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(double)i / family.Bins:0.00} to {(i + 1.0) / family.Bins:0.00}"))],
        "classes" => [.. Enumerable.Range(0, family.Bins).Select(i => i < labels.Count ? labels[i] : $"class {i}")],
        "anomaly" => Between([.. reference.AnomalyEdges.Select(e => (double)e)]),
        _ => Between([.. reference.FeatureEdges[int.Parse(family.Name.AsSpan("feature ".Length), CultureInfo.InvariantCulture)].Select(e => e / 256.0)]),
    };

    private static string[] Between(double[] edges) =>
    [
        .. Enumerable.Range(0, edges.Length + 1).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{(i == 0 ? "below" : $"{edges[i - 1]:0.##} to")} {(i == edges.Length ? "above" : $"{edges[i]:0.##}")}")),
    ];
}
