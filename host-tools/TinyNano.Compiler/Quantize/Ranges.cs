using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>What calibration saw of one value.</summary>
internal sealed class Observation
{
    private readonly Histogram? _histogram;

    public Observation(bool histogram) => _histogram = histogram ? new Histogram() : null;

    public float Min { get; private set; } = float.PositiveInfinity;

    public float Max { get; private set; } = float.NegativeInfinity;

    public Histogram Histogram => _histogram ?? throw new InvalidOperationException("calibration kept no histograms");

    public void Add(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (float.IsFinite(value))
            {
                Min = Math.Min(Min, value);
                Max = Math.Max(Max, value);
            }
        }

        _histogram?.Add(values);
    }

    public void Add(Observation other)
    {
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        _histogram?.Add(other.Histogram);
    }
}

/// <summary>The ranges of the float values of a graph, as <see cref="Calibrator"/> saw them. Values are known by name.</summary>
public sealed class Ranges
{
    private readonly Dictionary<string, Observation> _seen;

    internal Ranges(CalibrationMethod method, Dictionary<string, Observation> seen)
    {
        Method = method;
        _seen = seen;
    }

    public CalibrationMethod Method { get; }

    /// <summary>Names of all values seen.</summary>
    public IReadOnlyCollection<string> Names => _seen.Keys;

    public bool Contains(string name) => _seen.ContainsKey(name);

    /// <summary>
    /// The range of a value that is to become int8 or int16, by the method of the calibration. KeyNotFoundException for a
    /// value that calibration did not see.
    /// </summary>
    public (float Min, float Max) Of(string name, DType type)
    {
        Observation seen = _seen[name];
        if (seen.Min > seen.Max)
        {
            return (0, 0);
        }

        int levels = type == DType.Int16 ? 65535 : 256;
        (double min, double max) = Method switch
        {
            CalibrationMethod.Percentile when type != DType.Int16 => RangeSearch.Percentile(seen.Histogram, seen.Min, seen.Max),
            CalibrationMethod.Entropy => RangeSearch.Entropy(seen.Histogram, seen.Min, seen.Max, levels),
            CalibrationMethod.Mse => RangeSearch.Mse(seen.Histogram, seen.Min, seen.Max, levels),
            _ => (seen.Min, seen.Max),
        };
        return ((float)min, (float)max);
    }

    /// <summary>All that was seen of a value, whatever the method.</summary>
    public (float Min, float Max) All(string name) => _seen[name] is { } seen && seen.Min <= seen.Max ? (seen.Min, seen.Max) : (0, 0);

    /// <summary>The largest magnitude seen; 0 for a value that calibration did not see.</summary>
    public float Magnitude(string name) =>
        _seen.TryGetValue(name, out Observation? seen) && seen.Min <= seen.Max ? Math.Max(Math.Abs(seen.Min), Math.Abs(seen.Max)) : 0;
}
