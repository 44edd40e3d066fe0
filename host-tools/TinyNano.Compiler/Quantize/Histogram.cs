namespace TinyNano.Compiler.Quantize;

/// <summary>
/// Counts of values in cells of equal width: cell k holds k * Width &lt;= value &lt; (k + 1) * Width. The width is a power of
/// two that grows with the range, so that the counts depend on the values alone, not on their order and not on how they were
/// shared between histograms that are merged.
/// </summary>
public sealed class Histogram
{
    /// <summary>At most so many cells; at least half as many once the range is a few thousand times the finest width.</summary>
    public const int MostCells = 8192;

    private const int FinestExponent = -40;
    private const double LargestCell = 1L << 52;
    private int _exponent = FinestExponent;
    private long[] _counts = [];

    /// <summary>Width of a cell.</summary>
    public double Width => Math.ScaleB(1, _exponent);

    /// <summary>The number k of the first cell.</summary>
    public long First { get; private set; }

    /// <summary>Counts of the cells from <see cref="First"/> on.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    public long Total { get; private set; }

    /// <summary>The middle of the cell at <paramref name="index"/> of <see cref="Counts"/>; 0 for the cell of zero, which holds mostly zeros.</summary>
    public double Middle(int index) => First + index == 0 ? 0 : (First + index + 0.5) * Width;

    /// <summary>Counts values; those that are not finite are left out.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        float min = float.PositiveInfinity;
        float max = float.NegativeInfinity;
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                min = Math.Min(min, value);
                max = Math.Max(max, value);
            }
        }

        if (min > max)
        {
            return;
        }

        MakeRoom(min, max);
        double perWidth = 1 / Width;
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                _counts[(long)Math.Floor(value * perWidth) - First]++;
                Total++;
            }
        }
    }

    /// <summary>Adds the counts of another histogram.</summary>
    public void Add(Histogram other)
    {
        if (other.Total == 0)
        {
            return;
        }

        Coarsen(Math.Max(_exponent, other._exponent));
        int shift = _exponent - other._exponent;
        Grow(other.First >> shift, (other.First + other._counts.Length - 1) >> shift);
        shift = _exponent - other._exponent;
        for (int i = 0; i < other._counts.Length; i++)
        {
            _counts[((other.First + i) >> shift) - First] += other._counts[i];
        }

        Total += other.Total;
    }

    private void MakeRoom(float min, float max)
    {
        int exponent = _exponent;
        while (Math.Max(Math.Abs((double)min), Math.Abs((double)max)) / Math.ScaleB(1, exponent) > LargestCell)
        {
            exponent++;
        }

        Coarsen(exponent);
        Grow((long)Math.Floor(min / Width), (long)Math.Floor(max / Width));
    }

    // Makes the cells low .. high part of the histogram, and cells wider where they would be too many.
    private void Grow(long low, long high)
    {
        if (_counts.Length > 0)
        {
            low = Math.Min(low, First);
            high = Math.Max(high, First + _counts.Length - 1);
        }

        int shift = 0;
        while ((high >> shift) - (low >> shift) >= MostCells)
        {
            shift++;
        }

        Coarsen(_exponent + shift);
        Place(low >> shift, high >> shift, 0);
    }

    private void Coarsen(int exponent)
    {
        int shift = exponent - _exponent;
        if (shift > 0 && _counts.Length > 0)
        {
            Place(First >> shift, (First + _counts.Length - 1) >> shift, shift);
        }

        _exponent = exponent;
    }

    private void Place(long low, long high, int shift)
    {
        if (shift == 0 && low == First && high - low + 1 == _counts.Length)
        {
            return;
        }

        long[] counts = new long[high - low + 1];
        for (int i = 0; i < _counts.Length; i++)
        {
            counts[((First + i) >> shift) - low] += _counts[i];
        }

        _counts = counts;
        First = low;
    }
}
