using TinyNano.Compiler.Emit;

namespace TinyNano.Fleet.Drift;

/// <summary>
/// Watches the counts of one device, or the sum of those of a group, against the reference in the model's blob. Not thread-safe. Windows
/// hold whole messages: as few as together have the samples of the window.
/// </summary>
public sealed class DriftDetector
{
    private readonly DriftThresholds _thresholds;
    private readonly PageHinkley?[][] _tests;
    private readonly int[][] _reference;
    private readonly List<(int[] Counts, int Samples)> _blocks = [];
    private long? _sinceSample;
    private DateTimeOffset? _since;

    public DriftDetector(ReferenceHistograms reference, DriftOptions? options = null)
        : this(DriftThresholds.For(reference, options))
    {
    }

    public DriftDetector(DriftThresholds thresholds)
    {
        _thresholds = thresholds;
        _reference = [.. thresholds.Families.Select(f => f.Reference.ToArray())];
        _tests = [.. thresholds.Families.Select((family, f) => thresholds.Options.Statistics.Select((s, k) =>
            s == DriftStatistic.PageHinkley && thresholds.Of(f, k) is double h ? new PageHinkley(family.Reference, thresholds.Options.Allowance, h * PageHinkley.Ceiling) : null).ToArray())];
        Verdict = new DriftVerdict(0, [], null, null);
    }

    /// <summary>Counts of a message that is to be added.</summary>
    public int Counts => _thresholds.Families.Sum(f => f.Bins);

    public long Samples { get; private set; }

    /// <summary>As of the counts added last.</summary>
    public DriftVerdict Verdict { get; private set; }

    /// <summary>Counts of the samples since the message before, in the order of the health message.</summary>
    /// <exception cref="ArgumentException">Another number of counts than the reference has, or a negative one.</exception>
    public DriftVerdict Add(ReadOnlySpan<int> counts, DateTimeOffset at)
    {
        if (counts.Length != Counts || counts.ContainsAnyInRange(int.MinValue, -1))
        {
            throw new ArgumentException($"{counts.Length} counts, expected {Counts} that are not negative", nameof(counts));
        }

        int samples = _thresholds.Families.Count == 0 ? 0 : (int)DriftStatistics.Sum(counts.Slice(_thresholds.Families[0].First, _thresholds.Families[0].Bins));
        if (samples == 0)
        {
            return Verdict;
        }

        Samples += samples;
        Keep(counts.ToArray(), samples);
        List<DriftFinding> findings = [];
        for (int f = 0; f < _thresholds.Families.Count; f++)
        {
            DriftFamily family = _thresholds.Families[f];
            for (int k = 0; k < _thresholds.Options.Statistics.Count; k++)
            {
                Look(f, k, counts.Slice(family.First, family.Bins), findings);
            }
        }

        _sinceSample = findings.Count == 0 ? null : _sinceSample ?? Samples;
        _since = findings.Count == 0 ? null : _since ?? at;
        Verdict = new DriftVerdict(Samples, [.. findings.OrderByDescending(x => x.Value / x.Threshold)], _sinceSample, _since);
        return Verdict;
    }

    /// <summary>Forgets everything: after a new model, or when somebody has repaired the device.</summary>
    public void Reset()
    {
        _blocks.Clear();
        foreach (PageHinkley? test in _tests.SelectMany(t => t))
        {
            test?.Reset();
        }

        Samples = 0;
        _sinceSample = null;
        _since = null;
        Verdict = new DriftVerdict(0, [], null, null);
    }

    private void Look(int f, int k, ReadOnlySpan<int> counts, List<DriftFinding> findings)
    {
        DriftFamily family = _thresholds.Families[f];
        DriftStatistic statistic = _thresholds.Options.Statistics[k];
        if (_tests[f][k] is PageHinkley test)
        {
            double value = test.Add(counts);
            double threshold = _thresholds.Of(f, k)!.Value;
            if (value > threshold)
            {
                findings.Add(new DriftFinding(family.Name, statistic, 0, value, threshold, test.Up >= test.Down ? 1 : -1));
            }

            return;
        }

        // Of several windows that are above, the shortest says it.
        for (int w = 0; w < _thresholds.Options.Windows.Count; w++)
        {
            if (_thresholds.Of(f, k, w) is double threshold && Window(family, _thresholds.Options.Windows[w]) is int[] window)
            {
                double value = DriftStatistics.Of(statistic, window, _reference[f]);
                if (value > threshold)
                {
                    findings.Add(new DriftFinding(family.Name, statistic, _thresholds.Options.Windows[w], value, threshold, Mean(window) >= Mean(_reference[f]) ? 1 : -1));
                    return;
                }
            }
        }
    }

    private void Keep(int[] counts, int samples)
    {
        _blocks.Add((counts, samples));
        int most = _thresholds.Options.Windows.DefaultIfEmpty(0).Max();
        long kept = _blocks.Sum(b => (long)b.Samples);
        while (_blocks.Count > 1 && kept - _blocks[0].Samples >= most)
        {
            kept -= _blocks[0].Samples;
            _blocks.RemoveAt(0);
        }
    }

    private int[]? Window(DriftFamily family, int length)
    {
        int[] window = new int[family.Bins];
        long samples = 0;
        for (int i = _blocks.Count - 1; i >= 0 && samples < length; i--)
        {
            samples += _blocks[i].Samples;
            for (int bin = 0; bin < window.Length; bin++)
            {
                window[bin] += _blocks[i].Counts[family.First + bin];
            }
        }

        return samples >= length ? window : null;
    }

    private static double Mean(int[] counts)
    {
        double sum = 0;
        for (int bin = 0; bin < counts.Length; bin++)
        {
            sum += (double)bin * counts[bin];
        }

        return sum / Math.Max(1, DriftStatistics.Sum(counts));
    }
}
