using System.Collections.Concurrent;
using TinyNano.Compiler.Emit;

namespace TinyNano.Fleet.Drift;

/// <summary>
/// From where on a statistic is drift. Made by bootstrap: streams without drift, and for each the reference that another draw of as many
/// samples would have given, come from the shares of the reference; a threshold is what the largest value of a whole stream stays below
/// with the wanted probability. The doubt about the reference itself, which is small, is thus part of the threshold.
/// </summary>
public sealed class DriftThresholds
{
    private const double EulerGamma = 0.57721566490153286;

    private static readonly ConcurrentDictionary<string, Lazy<DriftThresholds>> Made = new();

    // [family][statistic of the options][window; Page-Hinkley has one value]
    private readonly double[][][] _values;

    private DriftThresholds(DriftOptions options, IReadOnlyList<DriftFamily> families, double[][][] values)
    {
        Options = options;
        Families = families;
        _values = values;
    }

    public DriftOptions Options { get; }

    public IReadOnlyList<DriftFamily> Families { get; }

    /// <summary>The threshold of a statistic (by its place in the options); null where it does not watch this family.</summary>
    public double? Of(int family, int statistic, int window = 0) => _values[family][statistic] is { Length: > 0 } values ? values[window] : null;

    /// <summary>The thresholds for a reference. The same reference and options give the same thresholds; they are made once in a process.</summary>
    public static DriftThresholds For(ReferenceHistograms reference, DriftOptions? options = null)
    {
        options ??= new DriftOptions();
        string key = string.Join(';', Convert.ToHexString(reference.Write()), string.Join(',', options.Statistics), string.Join(',', options.Windows), options.FalseAlarms, options.CleanSamples,
            options.Step, options.Allowance, options.Streams, options.Seed);
        return Made.GetOrAdd(key, _ => new Lazy<DriftThresholds>(() => Make(DriftFamily.Of(reference), options))).Value;
    }

    private static DriftThresholds Make(IReadOnlyList<DriftFamily> families, DriftOptions options)
    {
        // Bonferroni over families and statistics; the windows of one are calibrated together.
        int tests = families.Sum(f => options.Statistics.Count(s => Watches(s, f)));
        double share = options.FalseAlarms / Math.Max(1, tests);
        double[][][] values = new double[families.Count][][];
        Parallel.For(0, families.Count, f => values[f] = OfFamily(families[f], options, share, options.Seed * 7919 + f));
        return new DriftThresholds(options, families, values);
    }

    internal static bool Watches(DriftStatistic statistic, DriftFamily family) => family.Ordered || statistic is DriftStatistic.Psi or DriftStatistic.ChiSquare;

    private static double[][] OfFamily(DriftFamily family, DriftOptions options, double share, int seed)
    {
        int blocks = options.CleanSamples / options.Step;
        DriftStatistic[] statistics = [.. options.Statistics];
        double[][][] largest = [.. statistics.Select(s => Enumerable.Range(0, s == DriftStatistic.PageHinkley ? 1 : options.Windows.Count).Select(_ => new double[options.Streams]).ToArray())];
        Draw draw = new(family.Reference, new Random(seed));
        int[] reference = new int[family.Bins];
        int[][] stream = [.. Enumerable.Range(0, blocks).Select(_ => new int[family.Bins])];
        int samples = (int)Math.Min(int.MaxValue, DriftStatistics.Sum([.. family.Reference]));
        for (int s = 0; s < options.Streams; s++)
        {
            draw.Fill(reference, samples);
            foreach (int[] block in stream)
            {
                draw.Fill(block, options.Step);
            }

            for (int k = 0; k < statistics.Length; k++)
            {
                if (!Watches(statistics[k], family))
                {
                    continue;
                }

                if (statistics[k] == DriftStatistic.PageHinkley)
                {
                    PageHinkley test = new(reference, options.Allowance);
                    largest[k][0][s] = stream.Max(block => test.Add(block));
                    continue;
                }

                for (int w = 0; w < options.Windows.Count; w++)
                {
                    largest[k][w][s] = Largest(statistics[k], stream, reference, Math.Max(1, options.Windows[w] / options.Step));
                }
            }
        }

        return [.. statistics.Select((statistic, k) => Watches(statistic, family) ? Quantiles(largest[k], share) : [])];
    }

    private static double Largest(DriftStatistic statistic, int[][] stream, int[] reference, int length)
    {
        int[] window = new int[reference.Length];
        double largest = 0;
        for (int at = 0; at < stream.Length; at++)
        {
            for (int bin = 0; bin < window.Length; bin++)
            {
                window[bin] += stream[at][bin] - (at >= length ? stream[at - length][bin] : 0);
            }

            if (at >= length - 1)
            {
                largest = Math.Max(largest, DriftStatistics.Of(statistic, window, reference));
            }
        }

        return largest;
    }

    // Each window's largest values are brought to one scale; the largest of those has a Gumbel tail, which reaches farther than the streams.
    private static double[] Quantiles(double[][] largest, double share)
    {
        (double Mean, double Deviation)[] scales = [.. largest.Select(Scale)];
        double[] joint = [.. Enumerable.Range(0, largest[0].Length).Select(s => Enumerable.Range(0, largest.Length).Max(w => (largest[w][s] - scales[w].Mean) / scales[w].Deviation))];
        (double mean, double deviation) = Scale(joint);
        double beta = deviation * Math.Sqrt(6) / Math.PI;
        double tail = mean - EulerGamma * beta - beta * Math.Log(-Math.Log(1 - share));
        Array.Sort(joint);
        double z = Math.Max(tail, joint[(int)Math.Min(joint.Length - 1, Math.Ceiling(joint.Length * (1 - share)))]);
        return [.. scales.Select(s => s.Mean + z * s.Deviation)];
    }

    private static (double Mean, double Deviation) Scale(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Max(1e-12, Math.Sqrt(values.Average(v => (v - mean) * (v - mean)))));
    }

    // Draws samples by the shares of a histogram: Walker's alias method.
    private sealed class Draw
    {
        private readonly double[] _keep;
        private readonly int[] _alias;
        private readonly Random _random;

        public Draw(IReadOnlyList<int> counts, Random random)
        {
            _random = random;
            int n = counts.Count;
            double total = counts.Sum(c => c + 0.5);
            double[] scaled = [.. counts.Select(c => (c + 0.5) / total * n)];
            _keep = new double[n];
            _alias = new int[n];
            Stack<int> small = new(Enumerable.Range(0, n).Where(i => scaled[i] < 1)), large = new(Enumerable.Range(0, n).Where(i => scaled[i] >= 1));
            while (small.Count > 0 && large.Count > 0)
            {
                int s = small.Pop(), l = large.Pop();
                _keep[s] = scaled[s];
                _alias[s] = l;
                scaled[l] -= 1 - scaled[s];
                (scaled[l] < 1 ? small : large).Push(l);
            }

            foreach (int rest in small.Concat(large))
            {
                _keep[rest] = 1;
            }
        }

        public void Fill(int[] counts, int samples)
        {
            Array.Clear(counts);
            for (int i = 0; i < samples; i++)
            {
                double u = _random.NextDouble() * counts.Length;
                int bin = (int)u;
                counts[u - bin < _keep[bin] ? bin : _alias[bin]]++;
            }
        }
    }
}
