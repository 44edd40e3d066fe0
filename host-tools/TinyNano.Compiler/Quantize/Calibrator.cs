using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>Runs a float graph over samples and notes the range of every value.</summary>
public static class Calibrator
{
    /// <summary>
    /// Ranges of all float values, the same on every machine. Samples of a graph with states are one stream: its states are
    /// kept from one to the next, as on a device. CompileException TN3107 without samples, ArgumentException for samples that
    /// do not fit the inputs.
    /// </summary>
    /// <param name="progress">Gets the number of samples done.</param>
    public static Ranges Observe(Graph graph, IEnumerable<IReadOnlyList<Tensor>> samples, CalibrationMethod method, IProgress<int>? progress = null)
    {
        IReadOnlyList<IReadOnlyList<Tensor>> all = samples as IReadOnlyList<IReadOnlyList<Tensor>> ?? [.. samples];
        if (all.Count == 0)
        {
            throw new CompileException("TN3107", "there are no calibration samples", graph.Name, "a hundred typical inputs are enough");
        }

        int done = 0;
        Dictionary<string, Observation>[] parts = SampleRuns.Each(graph, all, () => new Dictionary<string, Observation>(), (run, seen, sample) =>
        {
            run(sample, (value, tensor) => See(seen, value, tensor, method != CalibrationMethod.MinMax));
            progress?.Report(Interlocked.Increment(ref done));
        });
        foreach (Dictionary<string, Observation> part in parts.Skip(1))
        {
            foreach ((string name, Observation seen) in part)
            {
                parts[0][name].Add(seen);
            }
        }

        return new Ranges(method, parts[0]);
    }

    private static void See(Dictionary<string, Observation> seen, Value value, Tensor tensor, bool histogram)
    {
        if (tensor.DType != DType.Float32)
        {
            return;
        }

        if (!seen.TryGetValue(value.Name, out Observation? observation))
        {
            observation = new Observation(histogram);
            seen[value.Name] = observation;
        }

        observation.Add(tensor.Floats);
    }
}
