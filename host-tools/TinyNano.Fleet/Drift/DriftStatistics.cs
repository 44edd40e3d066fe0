namespace TinyNano.Fleet.Drift;

/// <summary>How the difference between a window of counts and the reference is measured.</summary>
public enum DriftStatistic
{
    /// <summary>Population stability index.</summary>
    Psi,

    /// <summary>Largest distance of the cumulated shares (Kolmogorov-Smirnov on bins).</summary>
    KolmogorovSmirnov,

    /// <summary>Two-sample chi-square.</summary>
    ChiSquare,

    /// <summary>Cumulated deviation of the mean bin beyond an allowance, in both directions.</summary>
    PageHinkley,
}

/// <summary>Distances between two histograms of the same bins.</summary>
public static class DriftStatistics
{
    // A bin that is empty in one of the two would make PSI infinite: half a sample is added to each.
    private const double Pseudo = 0.5;

    public static double Of(DriftStatistic statistic, ReadOnlySpan<int> window, ReadOnlySpan<int> reference) => statistic switch
    {
        DriftStatistic.Psi => Psi(window, reference),
        DriftStatistic.KolmogorovSmirnov => KolmogorovSmirnov(window, reference),
        DriftStatistic.ChiSquare => ChiSquare(window, reference),
        _ => throw new ArgumentOutOfRangeException(nameof(statistic), "Page-Hinkley has a memory and is no distance of two histograms"),
    };

    /// <summary>sum (a - b) ln(a / b) over the shares of the bins.</summary>
    public static double Psi(ReadOnlySpan<int> window, ReadOnlySpan<int> reference)
    {
        double windowTotal = Sum(window) + Pseudo * window.Length, referenceTotal = Sum(reference) + Pseudo * reference.Length;
        double sum = 0;
        for (int i = 0; i < window.Length; i++)
        {
            double a = (window[i] + Pseudo) / windowTotal, b = (reference[i] + Pseudo) / referenceTotal;
            sum += (a - b) * Math.Log(a / b);
        }

        return sum;
    }

    public static double KolmogorovSmirnov(ReadOnlySpan<int> window, ReadOnlySpan<int> reference)
    {
        double windowTotal = Math.Max(1, Sum(window)), referenceTotal = Math.Max(1, Sum(reference));
        double largest = 0;
        long a = 0, b = 0;
        for (int i = 0; i < window.Length; i++)
        {
            a += window[i];
            b += reference[i];
            largest = Math.Max(largest, Math.Abs(a / windowTotal - b / referenceTotal));
        }

        return largest;
    }

    public static double ChiSquare(ReadOnlySpan<int> window, ReadOnlySpan<int> reference)
    {
        double windowTotal = Math.Max(1, Sum(window)), referenceTotal = Math.Max(1, Sum(reference));
        double up = Math.Sqrt(referenceTotal / windowTotal), down = Math.Sqrt(windowTotal / referenceTotal);
        double sum = 0;
        for (int i = 0; i < window.Length; i++)
        {
            int both = window[i] + reference[i];
            if (both > 0)
            {
                double difference = up * window[i] - down * reference[i];
                sum += difference * difference / both;
            }
        }

        return sum;
    }

    public static long Sum(ReadOnlySpan<int> counts)
    {
        long sum = 0;
        foreach (int count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
