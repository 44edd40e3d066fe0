using System.Globalization;
using TinyNano.Contracts;
using TinyNano.Fleet.Drift;

namespace TinyNano.Fleet.Rollouts;

/// <summary>Counts of one device since it has the model of its arm: the new one, or still the old one since the rollout began.</summary>
/// <param name="Before">By confidence, with the old model before that; empty where nothing is known.</param>
public sealed record ArmDevice(string Device, IReadOnlyList<int> Confidence, IReadOnlyList<int> Classes, double LatencyMicroseconds, long Inferences, IReadOnlyList<int> Before);

/// <summary>What the comparison of two arms measured.</summary>
/// <param name="Loss">Estimated loss of accuracy, as a share: how far the mean confidence of the new model's devices lies below that of the old one's.</param>
/// <param name="Error">Standard error of the loss.</param>
/// <param name="ClassShift">Effect size of the difference of the classes' shares, phi squared without what chance adds.</param>
/// <param name="LatencyRatio">Mean latency of the new model over that of the old one; 0 where one is not known.</param>
public sealed record ArmDifference(double Loss, double Error, double ClassShift, double ClassShiftChance, double LatencyRatio, long NewInferences, long OldInferences);

/// <summary>
/// Compares the devices that run the new model with those that run the old one at the same time, without labels. The mean confidence stands
/// for the accuracy: measured on real models it falls at least as far (docs/DRIFT.md). The line is drawn at half of the loss that may not
/// be. Devices see different things, so each is compared with itself before, and the old model's devices say what has changed meanwhile for
/// all. Nothing is decided before the standard error is an eighth of that loss, so that an equal model and one that is worse by the whole of
/// it are both four errors from the line.
/// </summary>
public static class ModelComparison
{
    public const double ErrorsFromLine = 4;

    // Samples of a past that is worth something; devices from which on their differences say how much they differ.
    private const int LeastPast = 50;
    private const int FewDevices = 5;

    public static ArmDifference Measure(IReadOnlyList<ArmDevice> newer, IReadOnlyList<ArmDevice> older)
    {
        bool change = newer.Count(HasPast) * 2 > newer.Count && older.Count(HasPast) * 2 > older.Count;
        (double newMean, double newError) = Mean(newer, change);
        (double oldMean, double oldError) = Mean(older, change);
        (double shift, double chance) = Classes(newer, older);
        double newLatency = Latency(newer), oldLatency = Latency(older);
        return new ArmDifference(
            oldMean - newMean, Math.Sqrt(newError * newError + oldError * oldError), shift, chance, oldLatency > 0 && newLatency > 0 ? newLatency / oldLatency : 0,
            newer.Sum(d => d.Inferences), older.Sum(d => d.Inferences));
    }

    /// <param name="limit">Loss of accuracy that may not be, as a share.</param>
    public static GateResult Judge(string gate, double limit, ArmDifference difference)
    {
        string measured = string.Create(
            CultureInfo.InvariantCulture, $"confidence {100 * difference.Loss:0.0} points below the old model's (standard error {100 * difference.Error:0.00}, line {50 * limit:0.0}), classes shifted by {difference.ClassShift:0.000}; {difference.NewInferences} inferences against {difference.OldInferences}");
        if (difference.NewInferences == 0 || difference.OldInferences == 0)
        {
            return new GateResult(gate, GateVerdict.Wait, $"nothing to compare yet: {difference.NewInferences} inferences of the new model, {difference.OldInferences} of the old one");
        }

        // Certain before the errors are small: stop early.
        if (difference.Loss - ErrorsFromLine * difference.Error > limit / 2 || difference.ClassShift - ErrorsFromLine * difference.ClassShiftChance > limit)
        {
            return new GateResult(gate, GateVerdict.Stop, measured);
        }

        return difference.Error > limit / 2 / ErrorsFromLine ? new GateResult(gate, GateVerdict.Wait, $"not enough to decide: {measured}")
            : difference.Loss > limit / 2 ? new GateResult(gate, GateVerdict.Stop, measured)
            : new GateResult(gate, GateVerdict.Pass, measured);
    }

    // The change of the mean confidence, or its level where too few devices have a past. The error is that between devices where there are
    // enough of them, and never below that of the samples.
    private static (double Mean, double Error) Mean(IReadOnlyList<ArmDevice> devices, bool change)
    {
        ArmDevice[] said = [.. devices.Where(d => Sum(d.Confidence) > 0 && (!change || HasPast(d)))];
        double total = said.Sum(d => (double)Sum(d.Confidence));
        if (said.Length == 0)
        {
            return (0, double.PositiveInfinity);
        }

        double mean = 0, ofSamples = 0;
        double[] values = new double[said.Length];
        for (int i = 0; i < said.Length; i++)
        {
            (double after, double square) = Moments(said[i].Confidence);
            (double before, double squareBefore) = change ? Moments(said[i].Before) : (0, 0);
            double samples = Sum(said[i].Confidence), weight = samples / total;
            values[i] = after - before;
            mean += weight * values[i];
            ofSamples += weight * weight * (square / samples + (change ? squareBefore / Sum(said[i].Before) : 0));
        }

        double between = said.Select((d, i) => Math.Pow(Sum(d.Confidence) / total * (values[i] - mean), 2)).Sum() * said.Length / Math.Max(1, said.Length - 1);
        return (mean, Math.Sqrt(said.Length < FewDevices ? ofSamples : Math.Max(ofSamples, between)));
    }

    private static bool HasPast(ArmDevice device) => Sum(device.Before) >= LeastPast;

    private static (double Mean, double Variance) Moments(IReadOnlyList<int> counts)
    {
        double total = Sum(counts);
        double mean = counts.Select((c, bin) => c * (bin + 0.5) / counts.Count).Sum() / total;
        return (mean, counts.Select((c, bin) => c * Math.Pow((bin + 0.5) / counts.Count - mean, 2)).Sum() / total);
    }

    private static (double Shift, double Chance) Classes(IReadOnlyList<ArmDevice> newer, IReadOnlyList<ArmDevice> older)
    {
        int[] a = Added(newer), b = Added(older);
        long n = DriftStatistics.Sum(a), m = DriftStatistics.Sum(b);
        if (a.Length == 0 || a.Length != b.Length || n == 0 || m == 0)
        {
            return (0, 0);
        }

        double freedom = Math.Max(1, a.Zip(b).Count(p => p.First + p.Second > 0) - 1), harmonic = (double)n * m / (n + m);
        return ((DriftStatistics.ChiSquare(a, b) - freedom) / harmonic, Math.Sqrt(2 * freedom) / harmonic);
    }

    private static int[] Added(IReadOnlyList<ArmDevice> devices)
    {
        int[] sum = new int[devices.Count == 0 ? 0 : devices.Max(d => d.Classes.Count)];
        foreach (ArmDevice device in devices)
        {
            for (int i = 0; i < device.Classes.Count; i++)
            {
                sum[i] += device.Classes[i];
            }
        }

        return sum;
    }

    private static double Latency(IReadOnlyList<ArmDevice> devices)
    {
        ArmDevice[] known = [.. devices.Where(d => d.LatencyMicroseconds > 0)];
        return known.Length == 0 ? 0 : known.Average(d => d.LatencyMicroseconds);
    }

    private static long Sum(IReadOnlyList<int> counts) => counts.Sum(c => (long)c);
}
