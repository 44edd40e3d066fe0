using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Rollouts;

/// <summary>A figure of both arms, the mean over their devices.</summary>
/// <param name="Difference">New less old.</param>
/// <param name="HalfWidth">Of the difference's 95 % confidence interval; null where there are too few devices.</param>
public sealed record AbFigure(string Name, string Unit, double New, double Old, double Difference, double? HalfWidth)
{
    /// <summary>What may be said of it with 95 % confidence.</summary>
    public string Verdict => HalfWidth is not double half ? "too few devices" : Difference > half ? "higher" : Difference < -half ? "lower" : "no difference";
}

/// <summary>
/// Two models side by side: the devices of a rollout that run its model (the new arm) and those that run the old one meanwhile. Devices count
/// the same however much they see. Confidence is the change at each device since it ran the old model, where that is known.
/// </summary>
public sealed record AbReport(int NewDevices, int OldDevices, long NewInferences, long OldInferences, IReadOnlyList<AbFigure> Figures)
{
    // Below this no interval is worth its name.
    private const int LeastDevices = 3;
    private const double Quantile = 1.959964;

    public static AbReport Of(FleetDatabase database, RolloutRow rollout)
    {
        List<RolloutDeviceRow> devices = database.Read(s => RolloutTable.DevicesOf(s, rollout.Id));
        (List<ArmDevice> newer, List<ArmDevice> older) = HealthGates.Arms(database, rollout, devices);
        ArmDifference measured = ModelComparison.Measure(newer, older);
        bool known = Math.Min(newer.Count, older.Count) >= LeastDevices && double.IsFinite(measured.Error);
        Dictionary<string, int?> restarts = devices.ToDictionary(d => d.Device, d => d.RestartsBefore is int before ? database.Read(s => Devices.Find(s, d.Device))?.Restarts - before : null);
        return new AbReport(newer.Count, older.Count, measured.NewInferences, measured.OldInferences,
        [
            new AbFigure("confidence", "points", 100 * Confidence(newer), 100 * Confidence(older), -100 * measured.Loss, known ? 100 * Quantile * measured.Error : null),
            Compare("latency", "ms", newer, older, d => d.LatencyMicroseconds > 0 ? d.LatencyMicroseconds / 1000 : null),
            Compare("restarts", "a device", newer, older, d => restarts[d.Device]),
            Compare("drift", "of the devices", newer, older, d => DriftReport.OfDevice(database, d.Device).Verdict is DriftVerdict v ? v.Drifts ? 1 : 0 : null),
        ]);
    }

    /// <summary>Difference of two means with Welch's interval.</summary>
    internal static AbFigure Compare(string name, string unit, IReadOnlyList<double> newer, IReadOnlyList<double> older)
    {
        (double a, double ea) = Mean(newer);
        (double b, double eb) = Mean(older);
        if (Math.Min(newer.Count, older.Count) < LeastDevices)
        {
            return new AbFigure(name, unit, a, b, a - b, null);
        }

        double both = ea + eb;
        double freedom = both == 0 ? newer.Count + older.Count - 2 : both * both / (ea * ea / (newer.Count - 1) + eb * eb / (older.Count - 1));
        return new AbFigure(name, unit, a, b, a - b, Student(freedom) * Math.Sqrt(both));
    }

    private static AbFigure Compare(string name, string unit, List<ArmDevice> newer, List<ArmDevice> older, Func<ArmDevice, double?> figure) =>
        Compare(name, unit, [.. newer.Select(figure).OfType<double>()], [.. older.Select(figure).OfType<double>()]);

    private static double Confidence(List<ArmDevice> devices)
    {
        double[] means = [.. devices.Where(d => d.Confidence.Sum() > 0).Select(d => d.Confidence.Select((c, bin) => c * (bin + 0.5) / d.Confidence.Count).Sum() / d.Confidence.Sum())];
        return means.Length == 0 ? 0 : means.Average();
    }

    private static (double Mean, double SquareError) Mean(IReadOnlyList<double> values)
    {
        double mean = values.Count == 0 ? 0 : values.Average();
        return (mean, values.Count < 2 ? 0 : values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1) / values.Count);
    }

    // The 97.5 % quantile of Student's distribution by Cornish and Fisher's expansion; a hundredth off at 5 degrees of freedom.
    private static double Student(double freedom)
    {
        const double z = Quantile;
        double z3 = z * z * z, z5 = z3 * z * z;
        return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom * freedom) + (3 * z5 * z * z + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom * freedom * freedom);
    }
}
