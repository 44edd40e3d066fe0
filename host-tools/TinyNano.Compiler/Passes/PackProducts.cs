using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// General operators that are a special one with a faster kernel: a batch matmul by a constant matrix is a fully connected
/// node, a convolution with as many groups as channels is a depthwise one, and (on real numbers) the mean over height and
/// width is a global average pool.
/// </summary>
public sealed class PackProducts : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToList())
        {
            changed |= node.Op switch
            {
                BatchMatMul => MatMul(graph, node),
                Conv2D => Depthwise(graph, node),
                Reduce => GlobalAverage(graph, node),
                _ => false,
            };
        }

        return changed;
    }

    private static bool MatMul(Graph graph, Node node)
    {
        BatchMatMul op = (BatchMatMul)node.Op;
        Value x = node.Inputs[0]!;
        if (op.TransposeA || !node.Output.IsFloat() || x.IsConstant || node.Inputs[1] is not { Constant: { DType: DType.Float32 } data } matrix
            || matrix.Shape.Rank < 2 || matrix.Shape.Dims.SkipLast(2).Any(d => d != 1) || x.Shape.Rank < Math.Max(2, matrix.Shape.Rank))
        {
            return false;
        }

        Tensor weights = data.Reshape(new Shape(matrix.Shape[-2], matrix.Shape[-1]));
        node.Op = new FullyConnected(Clamp.None);
        graph.SetConstant(node, 1, matrix.Name, op.TransposeB ? weights : new Transpose([1, 0]).Evaluate([weights])[0]);
        return true;
    }

    /// <summary>Weights [O,KH,KW,1] become [1,KH,KW,O]: output channel c * multiplier + m has the same number in both.</summary>
    private static bool Depthwise(Graph graph, Node node)
    {
        Conv2D op = (Conv2D)node.Op;
        if (op.Groups == 1 || op.Groups != node.Inputs[0]!.Shape[3] || node.Inputs[1] is not { Constant: Tensor data } weights)
        {
            return false;
        }

        int multiplier = weights.Shape[0] / op.Groups;
        Quantization? q = weights.Quantization is { PerChannel: true } perChannel ? new Quantization(perChannel.Scales, perChannel.ZeroPoints, 3) : weights.Quantization;
        node.Op = new DepthwiseConv2D(op.StrideH, op.StrideW, op.DilationH, op.DilationW, op.PadTop, op.PadBottom, op.PadLeft, op.PadRight, multiplier, op.Activation);
        graph.SetConstant(node, 1, weights.Name, new Transpose([3, 1, 2, 0]).Evaluate([data])[0], q);
        return true;
    }

    /// <summary>The mean over height and width, or over one of them where the other is one.</summary>
    private static bool GlobalAverage(Graph graph, Node node)
    {
        Reduce op = (Reduce)node.Op;
        Value x = node.Inputs[0]!;
        if (op.Kind != ReduceKind.Mean || !x.IsFloat() || x.Shape.Rank != 4)
        {
            return false;
        }

        int[] axes = [.. op.Axes.Select(x.Shape.NormalizeAxis)];
        if (axes.Length == 0 || axes.Contains(0) || axes.Contains(3) || (!axes.Contains(1) && x.Shape[1] > 1) || (!axes.Contains(2) && x.Shape[2] > 1))
        {
            return false;
        }

        Shape pooled = new(x.Shape[0], 1, 1, x.Shape[3]);
        node.Op = new AveragePool2D(x.Shape[1], x.Shape[2], 1, 1, 0, 0, 0, 0, false, Clamp.None);
        if (!pooled.Equals(node.Output.Shape))
        {
            graph.Below(node, [pooled], [new Reshape(node.Output.Shape.ToArray())]);
        }

        return true;
    }
}
