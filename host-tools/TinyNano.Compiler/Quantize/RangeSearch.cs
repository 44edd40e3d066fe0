namespace TinyNano.Compiler.Quantize;

/// <summary>Ranges out of histograms. Every result lies within the values seen, extended to zero.</summary>
public static class RangeSearch
{
    /// <summary>The share of values that <see cref="CalibrationMethod.Percentile"/> may cut off at either end.</summary>
    public const double Tail = 0.0001;

    private const int Candidates = 128;
    private const int EntropyCells = 2048;

    /// <summary>The range without the smallest and the largest values, at most the share <paramref name="tail"/> of each.</summary>
    public static (double Min, double Max) Percentile(Histogram histogram, double min, double max, double tail = Tail)
    {
        ReadOnlySpan<long> counts = histogram.Counts;
        double allowed = tail * histogram.Total;
        int low = 0;
        for (long seen = 0; low < counts.Length && (seen += counts[low]) <= allowed;)
        {
            low++;
        }

        int high = counts.Length - 1;
        for (long seen = 0; high > low && (seen += counts[high]) <= allowed;)
        {
            high--;
        }

        return (Math.Max(min, (histogram.First + low) * histogram.Width), Math.Min(max, (histogram.First + high + 1) * histogram.Width));
    }

    /// <summary>
    /// The range [lo, hi] with the least sum of step^2 / 12 over all values but zeros (the error of rounding, with step =
    /// (hi - lo) / (levels - 1)) and of (v - bound)^2 over the values cut off.
    /// </summary>
    public static (double Min, double Max) Mse(Histogram histogram, double min, double max, int levels)
    {
        Moments moments = new(histogram);
        (double Min, double Max) best = (Math.Min(min, 0), Math.Max(max, 0));
        double least = double.PositiveInfinity;
        for (int a = Candidates; a >= 1; a--)
        {
            double lo = Math.Min(min, 0) * a / Candidates;
            double left = moments.Below(lo);
            for (int b = Candidates; b >= 1; b--)
            {
                double hi = Math.Max(max, 0) * b / Candidates;
                double step = (hi - lo) / (levels - 1);
                double error = moments.NotZero * step * step / 12 + left + moments.Above(hi);
                if (error < least)
                {
                    (least, best) = (error, (lo, hi));
                }

                if (max <= 0)
                {
                    break;
                }
            }

            if (min >= 0)
            {
                break;
            }
        }

        return best;
    }

    /// <summary>
    /// The threshold t, as range [-t, t], whose distribution over <paramref name="levels"/> numbers has the least
    /// Kullback-Leibler divergence from the distribution of magnitudes (Migacz, 8-bit inference with TensorRT). Zeros do not
    /// count: they are exact whatever the range. With as many levels as cells there is nothing to gain: all that was seen.
    /// </summary>
    public static (double Min, double Max) Entropy(Histogram histogram, double min, double max, int levels)
    {
        double largest = Math.Max(Math.Abs(min), Math.Abs(max));
        int steps = min < 0 && max > 0 ? levels / 2 : levels;
        if (largest == 0 || steps >= EntropyCells)
        {
            return (min, max);
        }

        double[] cells = new double[EntropyCells];
        for (int i = 0; i < histogram.Counts.Length; i++)
        {
            double magnitude = Math.Abs(histogram.Middle(i));
            if (magnitude > 0)
            {
                cells[Math.Min((int)(magnitude / largest * EntropyCells), EntropyCells - 1)] += histogram.Counts[i];
            }
        }

        int best = EntropyCells;
        double least = double.PositiveInfinity;
        for (int kept = steps; kept <= EntropyCells; kept++)
        {
            double divergence = Divergence(cells, kept, steps);
            if (divergence <= least)
            {
                (least, best) = (divergence, kept);
            }
        }

        double threshold = largest * best / EntropyCells;
        return (Math.Max(min, -threshold), Math.Min(max, threshold));
    }

    // Of the first cells, with all beyond them added to the last, from the same merged into so many steps.
    private static double Divergence(double[] cells, int kept, int steps)
    {
        double beyond = 0;
        for (int i = kept; i < cells.Length; i++)
        {
            beyond += cells[i];
        }

        double inside = 0;
        for (int i = 0; i < kept; i++)
        {
            inside += cells[i];
        }

        if (inside == 0)
        {
            return double.PositiveInfinity;
        }

        double divergence = 0;
        for (int step = 0; step < steps; step++)
        {
            int from = (int)((long)step * kept / steps);
            int to = (int)((long)(step + 1) * kept / steps);
            double sum = 0;
            int used = 0;
            for (int i = from; i < to; i++)
            {
                sum += cells[i];
                used += cells[i] > 0 ? 1 : 0;
            }

            for (int i = from; i < to; i++)
            {
                double p = (cells[i] + (i == kept - 1 ? beyond : 0)) / (inside + beyond);
                double q = cells[i] > 0 ? sum / used / inside : 1e-4 / inside;
                divergence += p > 0 ? p * Math.Log(p / q) : 0;
            }
        }

        return divergence;
    }

    /// <summary>Sums over the cells of a histogram below each cell.</summary>
    private sealed class Moments
    {
        private readonly Histogram _histogram;
        private readonly double[] _count;
        private readonly double[] _sum;
        private readonly double[] _square;

        public Moments(Histogram histogram)
        {
            _histogram = histogram;
            int n = histogram.Counts.Length;
            (_count, _sum, _square) = (new double[n + 1], new double[n + 1], new double[n + 1]);
            for (int i = 0; i < n; i++)
            {
                double count = histogram.Counts[i];
                double value = histogram.Middle(i);
                _count[i + 1] = _count[i] + count;
                _sum[i + 1] = _sum[i] + count * value;
                _square[i + 1] = _square[i] + count * value * value;
                NotZero += histogram.First + i == 0 ? 0 : count;
            }
        }

        public double NotZero { get; }

        /// <summary>Sum of (v - bound)^2 over the values below.</summary>
        public double Below(double bound) => Squares(0, Cell(bound), bound);

        /// <summary>Sum of (v - bound)^2 over the values above.</summary>
        public double Above(double bound) => Squares(Cell(bound), _count.Length - 1, bound);

        private int Cell(double bound) =>
            (int)Math.Clamp(Math.Round(bound / _histogram.Width) - _histogram.First, 0, _count.Length - 1);

        private double Squares(int from, int to, double bound) => Math.Max(0,
            _square[to] - _square[from] - 2 * bound * (_sum[to] - _sum[from]) + bound * bound * (_count[to] - _count[from]));
    }
}
