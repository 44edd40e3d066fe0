using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Passes;

namespace TinyNano.Compiler.Quantize;

/// <summary>
/// Scales the channels of a value between two linear operators so that all of them use its range: relu(a x) = a relu(x) for
/// a &gt; 0, so what the first operator's weights are divided by, the second's are multiplied by, and the meaning of the graph
/// stays (Nagel et al., Data-free quantization, 2019, section 4.1, with measured channel ranges). The first operator has a
/// scale per output channel and loses nothing; the second neither where it is depthwise, as its channels have scales of their own.
/// Elsewhere small factors would cost resolution of the weights, so that only a power of the factor is taken.
/// </summary>
public static class ActivationEqualization
{
    private const int MostSamples = 128;
    private const double SmallestFactor = 1.0 / 256;

    /// <summary>A copy of a float graph with the same meaning. Calibrate the copy, not the original.</summary>
    /// <param name="strength">The power for second operators that are not depthwise: 0 leaves them alone, 1 evens the channels out.</param>
    public static Graph Run(Graph graph, IReadOnlyList<IReadOnlyList<Tensor>> samples, double strength = 0.25)
    {
        Graph result = graph.Clone();
        List<(Node First, Node Second)> pairs = [];
        foreach (Node first in result.Nodes.Where(IsFirst))
        {
            if (result.SoleConsumer(first.Output) is Node second && IsSecond(second, first.Output))
            {
                pairs.Add((first, second));
            }
        }

        if (pairs.Count == 0 || samples.Count == 0)
        {
            return result;
        }

        Dictionary<string, float[]> magnitudes = Magnitudes(graph, samples, [.. pairs.Select(p => p.First.Output.Name)]);
        foreach ((Node first, Node second) in pairs)
        {
            float[] factors = Factors(magnitudes[first.Output.Name], second.Op is DepthwiseConv2D ? 1 : strength);
            int axis = first.Op is DepthwiseConv2D ? 3 : 0;
            Scale(result, first, 1, axis, Array.ConvertAll(factors, f => 1 / f));
            if (first.Input(2) is not null)
            {
                Scale(result, first, 2, first.Inputs[2]!.Shape.Rank - 1, Array.ConvertAll(factors, f => 1 / f));
            }

            float[] spread = second.Op is DepthwiseConv2D { Multiplier: > 1 } wide ? [.. factors.SelectMany(f => Enumerable.Repeat(f, wide.Multiplier))] : factors;
            Scale(result, second, 1, second.Inputs[1]!.Shape.Rank - 1, spread);
        }

        return result;
    }

    private static bool IsFirst(Node node) =>
        node.Op is Conv2D or DepthwiseConv2D or FullyConnected && Activations.Of(node.Op) is Clamp clamp && (clamp.IsNone || clamp == Clamp.Relu)
        && node.Inputs[1] is { Constant.DType: DType.Float32 } && node.Input(2) is null or { Constant.DType: DType.Float32 };

    private static bool IsSecond(Node node, Value input) =>
        node.Op is DepthwiseConv2D or FullyConnected or Conv2D { Groups: 1 } && node.Inputs[0] == input && node.Inputs[1] is { Constant.DType: DType.Float32 };

    /// <summary>The largest magnitude of each channel (last axis) of the named values.</summary>
    private static Dictionary<string, float[]> Magnitudes(Graph graph, IReadOnlyList<IReadOnlyList<Tensor>> samples, HashSet<string> names)
    {
        int step = (samples.Count + MostSamples - 1) / MostSamples;
        List<IReadOnlyList<Tensor>> some = [.. samples.Where((_, i) => i % step == 0)];
        Dictionary<string, float[]>[] parts = SampleRuns.Each(graph, some, () => new Dictionary<string, float[]>(), (run, most, sample) =>
            run(sample, (value, tensor) =>
            {
                if (names.Contains(value.Name))
                {
                    most.TryAdd(value.Name, new float[tensor.Shape[-1]]);
                    Raise(most[value.Name], tensor.Floats);
                }
            }));
        foreach (Dictionary<string, float[]> part in parts.Skip(1))
        {
            foreach ((string name, float[] most) in part)
            {
                Raise(parts[0][name], most);
            }
        }

        return parts[0];
    }

    private static void Raise(float[] most, float[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            most[i % most.Length] = Math.Max(most[i % most.Length], Math.Abs(values[i]));
        }
    }

    private static float[] Factors(float[] magnitudes, double strength)
    {
        float largest = magnitudes.Max();
        return Array.ConvertAll(magnitudes, m => m > 0 && float.IsFinite(largest) ? (float)Math.Pow(Math.Max(m / (double)largest, SmallestFactor), strength) : 1f);
    }

    private static void Scale(Graph graph, Node node, int input, int axis, float[] factors)
    {
        Tensor data = node.Inputs[input]!.Constant!;
        int inner = 1;
        for (int k = axis + 1; k < data.Shape.Rank; k++)
        {
            inner *= data.Shape[k];
        }

        float[] scaled = new float[data.Count];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = data.Floats[i] * factors[i / inner % factors.Length];
        }

        graph.SetConstant(node, input, node.Inputs[input]!.Name, Tensor.Of(data.Shape, scaled));
    }
}
