using System.Globalization;

namespace TinyNano.Fleet.Drift;

/// <summary>One statistic of one family that is above its threshold.</summary>
/// <param name="Window">Length of the window in samples; 0 for Page-Hinkley, which has none.</param>
/// <param name="Direction">1 where the mean bin has risen, -1 where it has fallen.</param>
public sealed record DriftFinding(string Family, DriftStatistic Statistic, int Window, double Value, double Threshold, int Direction)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Family} {(Direction < 0 ? "fell" : "rose")}: {Statistic} {Value:0.###} > {Threshold:0.###}{(Window > 0 ? $" over {Window} samples" : "")}");
}

/// <summary>Whether a device or group drifts, by what, and since when.</summary>
/// <param name="Samples">Seen so far.</param>
/// <param name="Findings">Everything above its threshold, the farthest above first.</param>
/// <param name="SinceSample">Number of the sample with which the present alarm began; null without an alarm.</param>
/// <param name="Since">When that sample was reported.</param>
public sealed record DriftVerdict(long Samples, IReadOnlyList<DriftFinding> Findings, long? SinceSample, DateTimeOffset? Since)
{
    public bool Drifts => Findings.Count > 0;

    public override string ToString() => Drifts ? $"drift since sample {SinceSample}: {string.Join("; ", Findings.Take(3))}" : $"no drift in {Samples} samples";
}
