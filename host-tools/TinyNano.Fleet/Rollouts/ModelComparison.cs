using System.Globalization;

namespace TinyNano.Fleet.Rollouts;

/// <summary>Counts of one device since it has the model of its arm: the new one, or still the old one since the rollout began.</summary>
/// <param name="Before">By confidence, with the old model before that; empty where nothing is known. <paramref name="ClassesBefore"/> likewise.</param>
public sealed record ArmDevice(
    string Device, IReadOnlyList<int> Confidence, IReadOnlyList<int> Classes, double LatencyMicroseconds, long Inferences, IReadOnlyList<int> Before, IReadOnlyList<int> ClassesBefore);

/// <summary>What the comparison of two arms measured.</summary>
/// <param name="Loss">Estimated loss of accuracy, as a share: how far the mean confidence of the new model's devices lies below that of the old one's.</param>
/// <param name="Error">Standard error of the loss.</param>
/// <param name="ClassShift">How far the shares of the classes have moved: squares of the changes over the shares, without what chance adds.</param>
/// <param name="ClassShiftChance">Its standard error; infinite where no device has a past.</param>
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

    /// <summary>Class shift that stands for a loss of 5 points; it goes with the square of the loss.</summary>
    public const double ShiftOfFivePoints = 0.02;

    // Samples of a past that is worth something; devices from which on their differences say how much they differ.
    private const int LeastPast = 50;
    private const int FewDevices = 5;

    // A class that hardly comes does not weigh without bounds.
    private const double LeastShare = 0.01;

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
        double line = limit / 2, shiftLine = ShiftOfFivePoints * Math.Pow(limit / 0.05, 2);
        string measured = string.Create(
            CultureInfo.InvariantCulture, $"confidence {100 * difference.Loss:0.0} points lower than with the old model (standard error {100 * difference.Error:0.00}, line {100 * line:0.0}), classes shifted by {difference.ClassShift:0.0000} ({difference.ClassShiftChance:0.0000}, line {shiftLine:0.0000}); {difference.NewInferences} inferences against {difference.OldInferences}");
        if (difference.NewInferences == 0 || difference.OldInferences == 0)
        {
            return new GateResult(gate, GateVerdict.Wait, $"nothing to compare yet: {difference.NewInferences} inferences of the new model, {difference.OldInferences} of the old one");
        }

        // Certain before the errors are small: stop early. A better model may shift classes as well, and is more confident.
        bool surer = difference.Loss < -line;
        if (difference.Loss - ErrorsFromLine * difference.Error > line || (!surer && difference.ClassShift - ErrorsFromLine * difference.ClassShiftChance > shiftLine))
        {
            return new GateResult(gate, GateVerdict.Stop, measured);
        }

        bool known = difference.Error <= line / ErrorsFromLine && (surer || double.IsPositiveInfinity(difference.ClassShiftChance) || difference.ClassShiftChance <= shiftLine / ErrorsFromLine);
        return !known ? new GateResult(gate, GateVerdict.Wait, $"not enough to decide: {measured}")
            : difference.Loss > line || (!surer && difference.ClassShift > shiftLine) ? new GateResult(gate, GateVerdict.Stop, measured)
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

    // Change of the shares of the classes at each device of the new model, added up, less that of the old model's devices meanwhile: the
    // squares over the shares, without what the chance of sampling adds.
    private static (double Shift, double Chance) Classes(IReadOnlyList<ArmDevice> newer, IReadOnlyList<ArmDevice> older)
    {
        if (Change(newer) is not { } changed || Change(older) is not { } drifted || changed.Change.Length != drifted.Change.Length)
        {
            return (0, double.PositiveInfinity);
        }

        double shift = 0, chance = 0;
        for (int k = 0; k < changed.Change.Length; k++)
        {
            double share = Math.Max(LeastShare, drifted.Share[k]);
            double difference = changed.Change[k] - drifted.Change[k], variance = changed.Variance[k] + drifted.Variance[k];
            shift += (difference * difference - variance) / share;
            chance += variance / share;
        }

        return (shift, chance * Math.Sqrt(2.0 / Math.Max(1, changed.Change.Length - 1)));
    }

    private static (double[] Change, double[] Variance, double[] Share)? Change(IReadOnlyList<ArmDevice> devices)
    {
        ArmDevice[] said = [.. devices.Where(d => Sum(d.Classes) > 0 && Sum(d.ClassesBefore) >= LeastPast && d.Classes.Count == d.ClassesBefore.Count)];
        if (said.Length == 0)
        {
            return null;
        }

        double total = said.Sum(d => (double)Sum(d.Classes));
        int classes = said[0].Classes.Count;
        double[] change = new double[classes], variance = new double[classes], share = new double[classes];
        foreach (ArmDevice device in said.Where(d => d.Classes.Count == classes))
        {
            double after = Sum(device.Classes), before = Sum(device.ClassesBefore), weight = after / total;
            for (int k = 0; k < classes; k++)
            {
                double p = device.Classes[k] / after, q = device.ClassesBefore[k] / before, both = (device.Classes[k] + device.ClassesBefore[k] + 0.5) / (after + before + 1);
                change[k] += weight * (p - q);
                variance[k] += weight * weight * both * (1 - both) * (1 / after + 1 / before);
                share[k] += weight * q;
            }
        }

        return (change, variance, share);
    }

    private static double Latency(IReadOnlyList<ArmDevice> devices)
    {
        ArmDevice[] known = [.. devices.Where(d => d.LatencyMicroseconds > 0)];
        return known.Length == 0 ? 0 : known.Average(d => d.LatencyMicroseconds);
    }

    private static long Sum(IReadOnlyList<int> counts) => counts.Sum(c => (long)c);
}
