namespace TinyNano.Fleet.Drift;

/// <summary>
/// Page's cumulated sums in both directions over the numbers of bins, in units of the reference's standard deviation. Deviations of the mean
/// below the allowance never add up; a sum grows at most to <see cref="Ceiling"/> thresholds, so that it falls again when the drift is over.
/// </summary>
public sealed class PageHinkley
{
    public const double Ceiling = 2;

    private readonly double _mean;
    private readonly double _deviation;
    private readonly double _allowance;
    private readonly double _limit;

    /// <param name="allowance">Deviation of the mean that is no drift, in standard deviations.</param>
    /// <param name="limit">What a sum grows to at most.</param>
    public PageHinkley(IReadOnlyList<int> reference, double allowance, double limit = double.PositiveInfinity)
    {
        double total = 0, sum = 0, squares = 0;
        for (int bin = 0; bin < reference.Count; bin++)
        {
            total += reference[bin];
            sum += (double)bin * reference[bin];
            squares += (double)bin * bin * reference[bin];
        }

        _mean = sum / Math.Max(1, total);

        // A reference with one bin alone has none; a fraction of a bin keeps the sums finite.
        _deviation = Math.Max(0.1, Math.Sqrt(Math.Max(0, squares / Math.Max(1, total) - _mean * _mean)));
        _allowance = allowance;
        _limit = limit;
    }

    public double Up { get; private set; }

    public double Down { get; private set; }

    /// <summary>The larger of the two sums.</summary>
    public double Value => Math.Max(Up, Down);

    /// <summary>Adds the counts of some samples at once; returns <see cref="Value"/>.</summary>
    public double Add(ReadOnlySpan<int> counts)
    {
        double sum = 0;
        long samples = 0;
        for (int bin = 0; bin < counts.Length; bin++)
        {
            sum += counts[bin] * (bin - _mean);
            samples += counts[bin];
        }

        double deviation = sum / _deviation, allowed = _allowance * samples;
        Up = Math.Clamp(Up + deviation - allowed, 0, _limit);
        Down = Math.Clamp(Down - deviation - allowed, 0, _limit);
        return Value;
    }

    public void Reset() => Up = Down = 0;
}
