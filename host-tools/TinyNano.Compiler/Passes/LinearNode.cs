using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// A float convolution (plain, depthwise, transposed) or fully connected node with constant weights and a constant or
/// absent bias: y[o] = activation(bias[o] + sum of x * w[o]). Scales and offsets before and after it can move into it.
/// </summary>
internal sealed class LinearNode
{
    private readonly Graph _graph;
    private readonly Node _node;

    private LinearNode(Graph graph, Node node)
    {
        _graph = graph;
        _node = node;
    }

    public int Outputs => Weights.Shape[OutputAxis];

    private Tensor Weights => _node.Inputs[1]!.Constant!;

    private int OutputAxis => _node.Op is DepthwiseConv2D ? 3 : 0;

    /// <summary>The view of a node, or null where it is not of this kind.</summary>
    public static LinearNode? Of(Graph graph, Node? node) =>
        node is { Op: Conv2D or DepthwiseConv2D or TransposeConv2D or FullyConnected }
        && node.Inputs[0]!.IsFloat() && node.Input(1)?.Constant is { DType: DType.Float32 }
        && (node.Input(2) is null || node.Input(2)!.Constant is { DType: DType.Float32 })
            ? new LinearNode(graph, node)
            : null;

    /// <summary>Multiplies each output channel before the activation: weights and bias.</summary>
    public void ScaleOutputs(float[] scale)
    {
        int inner = OutputAxis == 0 ? Weights.Count / Outputs : 1;
        SetWeights(i => scale[i / inner % Outputs]);
        if (_node.Input(2) is not null)
        {
            SetBias((bias, o) => bias * scale[o]);
        }
    }

    /// <summary>Adds to each output channel before the activation.</summary>
    public void AddBias(float[] offset) => SetBias((bias, o) => bias + offset[o]);

    /// <summary>Takes over a multiplication of each input channel. Padding stays zero, so padding does not matter.</summary>
    public void ScaleInputs(float[] scale) => SetWeights(i => scale[InputChannel(i)]);

    /// <summary>
    /// Takes over an addition to each input channel, as a bias. Not where padding shows: a padding cell would have to be
    /// the negative offset. False then.
    /// </summary>
    public bool AddInputs(float[] offset)
    {
        bool padded = _node.Op switch
        {
            Conv2D o => o.PadTop != 0 || o.PadBottom != 0 || o.PadLeft != 0 || o.PadRight != 0,
            DepthwiseConv2D o => o.PadTop != 0 || o.PadBottom != 0 || o.PadLeft != 0 || o.PadRight != 0,
            FullyConnected => false,
            _ => true,
        };
        if (padded)
        {
            return false;
        }

        int inner = OutputAxis == 0 ? Weights.Count / Outputs : 1;
        double[] sums = new double[Outputs];
        for (int i = 0; i < Weights.Count; i++)
        {
            sums[i / inner % Outputs] += (double)Weights.Floats[i] * offset[InputChannel(i)];
        }

        SetBias((bias, o) => (float)(bias + sums[o]));
        return true;
    }

    /// <summary>The input channel that weight <paramref name="index"/> multiplies.</summary>
    private int InputChannel(int index)
    {
        int last = Weights.Shape[-1];
        if (_node.Op is DepthwiseConv2D depthwise)
        {
            return index % last / depthwise.Multiplier;
        }

        int groups = _node.Op switch { Conv2D o => o.Groups, TransposeConv2D o => o.Groups, _ => 1 };
        int output = index / (Weights.Count / Outputs);
        return output / (Outputs / groups) * last + index % last;
    }

    private void SetWeights(Func<int, float> factor)
    {
        Value old = _node.Inputs[1]!;
        float[] data = new float[Weights.Count];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = Weights.Floats[i] * factor(i);
        }

        _graph.SetConstant(_node, 1, old.Name, Tensor.Of(old.Shape, data));
    }

    private void SetBias(Func<float, int, float> change)
    {
        Value? old = _node.Input(2);
        float[] data = new float[Outputs];
        for (int o = 0; o < data.Length; o++)
        {
            data[o] = change(old?.Constant!.Floats[o] ?? 0, o);
        }

        _graph.SetConstant(_node, 2, old?.Name ?? _node.Name + "/bias", Tensor.Of(new Shape(Outputs), data));
    }
}
