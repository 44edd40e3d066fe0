using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Layer normalisation and softmax that an exporter wrote out as arithmetic become one operator again. Real numbers only.
/// </summary>
public sealed class PackNormalizations : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToList())
        {
            if (node.Output.IsFloat())
            {
                changed |= LayerNormalisation(graph, node) || Scale(graph, node) || Offset(graph, node) || SoftmaxOf(graph, node);
            }
        }

        return changed;
    }

    /// <summary>d / sqrt(mean(d^2) + epsilon) with d = x - mean(x) is a layer norm with gamma one.</summary>
    private static bool LayerNormalisation(Graph graph, Node node)
    {
        if (node.Op is not (Div or Mul) || Activations.Of(node.Op) != Clamp.None)
        {
            return false;
        }

        for (int i = 0; i < (node.Op is Div ? 1 : 2); i++)
        {
            Value difference = node.Inputs[i]!;
            Value deviation = node.Inputs[1 - i]!;
            UnaryKind kind = node.Op is Div ? UnaryKind.Sqrt : UnaryKind.Rsqrt;
            if (graph.ProducerOf<Sub>(difference) is Node sub && Activations.Of(sub.Op) == Clamp.None
                && sub.Inputs[0] is Value x && MeanOf(graph, sub.Inputs[1], x) is int axis
                && graph.Producer(deviation) is { Op: Unary unary } root && unary.Kind == kind
                && graph.ProducerOf<Add>(root.Inputs[0]) is Node add && Activations.Of(add.Op) == Clamp.None
                && add.WithConstant() is (Value variance, Value constant) && constant.Scalar() is float epsilon
                && IsVariance(graph, variance, x, sub, axis))
            {
                Shape normalised = new([.. x.Shape.Dims.Skip(axis)]);
                node.Op = new LayerNorm(axis, epsilon);
                node.Inputs.Clear();
                node.Inputs.Add(x);
                float[] ones = [.. Enumerable.Repeat(1f, normalised.Count)];
                graph.SetConstant(node, 1, node.Name + "/gamma", Tensor.Of(normalised, ones));
                return true;
            }
        }

        return false;
    }

    /// <summary>A layer norm times a constant: gamma.</summary>
    private static bool Scale(Graph graph, Node node)
    {
        if (node.Op is not Mul { Activation.IsNone: true } || Affine(graph, node) is not (Node norm, float[] numbers) || norm.Input(2) is not null)
        {
            return false;
        }

        float[] gamma = norm.Inputs[1]!.Constant!.Floats;
        graph.SetConstant(norm, 1, norm.Inputs[1]!.Name, Tensor.Of(norm.Inputs[1]!.Shape, [.. gamma.Zip(numbers, (a, b) => a * b)]));
        graph.Absorb(norm, node);
        return true;
    }

    /// <summary>A layer norm plus a constant: beta.</summary>
    private static bool Offset(Graph graph, Node node)
    {
        if (node.Op is not Add { Activation.IsNone: true } || Affine(graph, node) is not (Node norm, float[] numbers))
        {
            return false;
        }

        float[]? beta = norm.Input(2)?.Constant?.Floats;
        if (norm.Input(2) is not null && beta is null)
        {
            return false;
        }

        graph.SetConstant(norm, 2, norm.Name + "/beta", Tensor.Of(norm.Inputs[1]!.Shape, [.. numbers.Select((b, i) => b + (beta?[i] ?? 0))]));
        graph.Absorb(norm, node);
        return true;
    }

    /// <summary>The layer norm before a node with a constant of the normalised axes, and that constant's numbers.</summary>
    private static (Node Norm, float[] Numbers)? Affine(Graph graph, Node node)
    {
        if (node.WithConstant() is not (Value x, Value constant) || graph.SoleProducerOf<LayerNorm>(x) is not Node norm || !x.Shape.Equals(node.Output.Shape)
            || norm.Inputs[1]!.Constant is not Tensor gamma || constant.Constant is not { DType: DType.Float32 } data)
        {
            return null;
        }

        int axis = x.Shape.NormalizeAxis(((LayerNorm)norm.Op).Axis);
        Shape normalised = new([.. x.Shape.Dims.Skip(axis)]);
        return data.Count == 1 ? (norm, [.. Enumerable.Repeat(data.Floats[0], gamma.Count)])
            : data.Shape.PadLeft(x.Shape.Rank).Equals(normalised.PadLeft(x.Shape.Rank)) ? (norm, data.Floats)
            : null;
    }

    /// <summary>The first reduced axis when a value is the mean of x over its trailing axes, kept as ones.</summary>
    private static int? MeanOf(Graph graph, Value? value, Value x)
    {
        if (graph.ProducerOf<Reduce>(value) is not { Op: Reduce { Kind: ReduceKind.Mean, KeepDims: true } reduce } node || !ReferenceEquals(node.Inputs[0], x))
        {
            return null;
        }

        return Trailing(reduce, x.Shape);
    }

    private static int? Trailing(Reduce reduce, Shape shape)
    {
        int[] axes = [.. reduce.Axes.Select(shape.NormalizeAxis).Order()];
        return axes.Length > 0 && axes.SequenceEqual(Enumerable.Range(shape.Rank - axes.Length, axes.Length)) ? axes[0] : null;
    }

    /// <summary>Whether a value is the mean over the same axes of (x - mean)^2, in any of its spellings.</summary>
    private static bool IsVariance(Graph graph, Value value, Value x, Node sub, int axis)
    {
        if (graph.ProducerOf<Reduce>(value) is not { Op: Reduce { Kind: ReduceKind.Mean, KeepDims: true } reduce } node || Trailing(reduce, x.Shape) != axis)
        {
            return false;
        }

        return graph.Producer(node.Inputs[0]!) switch
        {
            { Op: Unary { Kind: UnaryKind.Square } } square => IsDifference(graph, square.Inputs[0]!, x, sub),
            { Op: Mul } mul => ReferenceEquals(mul.Inputs[0], mul.Inputs[1]) && IsDifference(graph, mul.Inputs[0]!, x, sub),
            { Op: SquaredDifference } d => ReferenceEquals(d.Inputs[0], x) && SameMean(graph, d.Inputs[1]!, sub.Inputs[1]!),
            _ => false,
        };
    }

    private static bool IsDifference(Graph graph, Value value, Value x, Node sub) =>
        ReferenceEquals(value, sub.Output)
        || (graph.ProducerOf<Sub>(value) is Node other && ReferenceEquals(other.Inputs[0], x) && SameMean(graph, other.Inputs[1]!, sub.Inputs[1]!));

    private static bool SameMean(Graph graph, Value a, Value b) =>
        ReferenceEquals(a, b)
        || (graph.ProducerOf<Reduce>(a) is Node x && graph.ProducerOf<Reduce>(b) is Node y && ReferenceEquals(x.Inputs[0], y.Inputs[0])
            && a.Shape.Equals(b.Shape) && ((Reduce)x.Op).Kind == ((Reduce)y.Op).Kind);

    /// <summary>exp(z) / sum(exp(z)), where z is x or x less its own maximum along the axis.</summary>
    private static bool SoftmaxOf(Graph graph, Node node)
    {
        if (node.Op is not Div { Activation.IsNone: true } || graph.Producer(node.Inputs[0]!) is not { Op: Unary { Kind: UnaryKind.Exp } } exp
            || graph.ProducerOf<Reduce>(node.Inputs[1]) is not { Op: Reduce { Kind: ReduceKind.Sum, KeepDims: true, Axes.Length: 1 } reduce } sum
            || !ReferenceEquals(sum.Inputs[0], exp.Output))
        {
            return false;
        }

        Value x = exp.Inputs[0]!;
        int axis = x.Shape.NormalizeAxis(reduce.Axes[0]);
        if (graph.ProducerOf<Sub>(x) is { Op: Sub { Activation.IsNone: true } } sub
            && graph.ProducerOf<Reduce>(sub.Inputs[1]) is { Op: Reduce { Kind: ReduceKind.Max, KeepDims: true, Axes.Length: 1 } max } top
            && ReferenceEquals(top.Inputs[0], sub.Inputs[0]) && x.Shape.NormalizeAxis(max.Axes[0]) == axis)
        {
            x = sub.Inputs[0]!;
        }

        node.Op = new Softmax(1, axis);
        node.Inputs.Clear();
        node.Inputs.Add(x);
        return true;
    }
}
