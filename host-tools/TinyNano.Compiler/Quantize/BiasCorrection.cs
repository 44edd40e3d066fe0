using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Passes;

namespace TinyNano.Compiler.Quantize;

/// <summary>
/// The mean error that rounded weights make (Nagel et al., Data-free quantization, 2019, section 4.2, with means that were
/// measured): a linear operator with the weights' errors, applied to the mean of its inputs, gives the mean of its output's
/// errors. Padding and strides are exactly those of the operator.
/// </summary>
internal sealed class BiasCorrection
{
    // More change nothing that can be measured.
    private const int MostSamples = 128;
    private readonly Dictionary<string, float[]> _means;

    private BiasCorrection(Dictionary<string, float[]> means) => _means = means;

    /// <summary>Runs the float graph and keeps the mean of every value that a linear operator reads.</summary>
    public static BiasCorrection Of(Graph graph, IReadOnlyList<IReadOnlyList<Tensor>> samples)
    {
        HashSet<string> wanted = [.. graph.Nodes.Where(n => IsLinear(n.Op)).Select(n => n.Inputs[0]!.Name)];
        int step = (samples.Count + MostSamples - 1) / MostSamples;
        List<IReadOnlyList<Tensor>> some = [.. samples.Where((_, i) => i % step == 0)];
        Dictionary<string, double[]>[] parts = SampleRuns.Each(graph, some, () => new Dictionary<string, double[]>(), (run, sums, sample) =>
            run(sample, (value, tensor) =>
            {
                if (wanted.Contains(value.Name))
                {
                    sums.TryAdd(value.Name, new double[tensor.Count]);
                    AddTo(sums[value.Name], tensor.Floats);
                }
            }));
        Dictionary<string, float[]> means = [];
        foreach (string name in parts[0].Keys)
        {
            double[] sum = parts[0][name];
            foreach (Dictionary<string, double[]> part in parts.Skip(1))
            {
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += part[name][i];
                }
            }

            means[name] = Array.ConvertAll(sum, s => (float)(s / some.Count));
        }

        return new BiasCorrection(means);
    }

    /// <summary>
    /// What is to be subtracted from the bias, one number for each output channel: the mean over samples and positions of the
    /// error that <paramref name="rounded"/> weights make. Null for operators that are not linear.
    /// </summary>
    /// <param name="name">The input of the node in the float graph.</param>
    public float[]? Of(Node node, string name, Shape input, Tensor weights, Tensor rounded)
    {
        if (!IsLinear(node.Op) || !_means.TryGetValue(name, out float[]? mean))
        {
            return null;
        }

        float[] errors = new float[weights.Count];
        for (int i = 0; i < errors.Length; i++)
        {
            errors[i] = rounded.Floats[i] - weights.Floats[i];
        }

        Tensor result = Activations.With(node.Op, Clamp.None).Evaluate([Tensor.Of(input, mean), Tensor.Of(weights.Shape, errors), null])[0];
        int channels = result.Shape[-1];
        double[] sums = new double[channels];
        for (int i = 0; i < result.Count; i++)
        {
            sums[i % channels] += result.Floats[i];
        }

        return Array.ConvertAll(sums, s => (float)(s * channels / result.Count));
    }

    private static bool IsLinear(Op op) => op is Conv2D or DepthwiseConv2D or TransposeConv2D or FullyConnected;

    private static void AddTo(double[] sums, float[] values)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += values[i];
        }
    }
}
