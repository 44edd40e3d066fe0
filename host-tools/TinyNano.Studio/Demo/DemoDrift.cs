using TinyNano.Studio.Data;

namespace TinyNano.Studio.Demo;

/// <summary>The drift view of an invented device: its own counts against those of a healthy one.</summary>
internal static class DemoDrift
{
    private const int ReferenceSamples = 10_000;
    private const double PsiThreshold = 0.25;
    private const double KsThreshold = 0.12;
    private static readonly double[] s_even = [0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125];

    public static DriftView View(DemoDevice device, IReadOnlyList<HealthPoint> points, IReadOnlyList<HealthPoint> healthy, IReadOnlyList<string> labels)
    {
        if (points.Count == 0)
        {
            return new DriftView(device.Row.Name, DriftLevel.Unknown, 0, ReferenceSamples, [], [], device.Row.Alarms);
        }

        double shift = device.Fault switch { DemoFault.Blurred => 0.5, DemoFault.Fading => 0.22, _ => 0.03 };
        List<DriftSignal> signals =
        [
            Signal("confidence", [.. Enumerable.Range(0, 16).Select(i => $"{i / 16.0:0.00} to {(i + 1) / 16.0:0.00}")], Shares(healthy, p => p.Confidence), Shares(points, p => p.Confidence)),
            Signal("entropy", [.. Enumerable.Range(0, 8).Select(i => $"{i / 8.0:0.00} to {(i + 1) / 8.0:0.00}")], Shares(healthy, p => p.Entropy), Shares(points, p => p.Entropy)),
            Signal("classes", labels, Shares(healthy, p => p.Classes), Shares(points, p => p.Classes)),
            Signal("input: mean", Octiles(), s_even, Tilt(shift * 0.5)),
            Signal("input: difference of neighbours", Octiles(), s_even, Tilt(-shift * 1.7)),
        ];
        Random random = new(device.Row.Name.Length + (int)(device.Row.Psi * 1000 ?? 0));
        long end = points[^1].At;
        double final = Math.Max(signals.Max(s => s.Psi) / PsiThreshold, 0.05);
        DriftPoint[] history = [.. Enumerable.Range(0, 48).Select(i =>
        {
            double grown = device.Fault is DemoFault.Blurred or DemoFault.Fading ? Math.Clamp((i - 20) / 20.0, 0.04, 1) : 1;
            return new DriftPoint(end - ((47 - i) * 1_800_000L), final * grown * (0.9 + (random.NextDouble() * 0.2)));
        })];
        DriftLevel level = signals.Max(s => s.Level);
        return new DriftView(device.Row.Name, level, points.Sum(p => p.Inferences), ReferenceSamples, signals, history, device.Row.Alarms);
    }

    private static DriftSignal Signal(string name, IReadOnlyList<string> edges, double[] reference, double[] live)
    {
        double psi = 0;
        double ks = 0;
        double sum = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double r = Math.Max(reference[i], 0.0005);
            double l = Math.Max(live[i], 0.0005);
            psi += (l - r) * Math.Log(l / r);
            sum += live[i] - reference[i];
            ks = Math.Max(ks, Math.Abs(sum));
        }

        double ratio = psi / PsiThreshold;
        return new DriftSignal(name, edges, reference, live, psi, PsiThreshold, ks, KsThreshold, ratio > 1 ? DriftLevel.Drift : ratio > 0.5 ? DriftLevel.Watch : DriftLevel.Normal);
    }

    private static double[] Shares(IReadOnlyList<HealthPoint> points, Func<HealthPoint, IReadOnlyList<int>> counts)
    {
        double[] sums = new double[counts(points[0]).Count];
        foreach (HealthPoint point in points)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += counts(point)[i];
            }
        }

        double all = Math.Max(1, sums.Sum());
        return [.. sums.Select(s => s / all)];
    }

    private static double[] Tilt(double by)
    {
        double[] shares = [.. Enumerable.Range(0, 8).Select(i => 0.125 * Math.Exp(by * (i - 3.5)))];
        double all = shares.Sum();
        return [.. shares.Select(s => s / all)];
    }

    private static string[] Octiles() => [.. Enumerable.Range(1, 8).Select(i => $"octile {i}")];
}
