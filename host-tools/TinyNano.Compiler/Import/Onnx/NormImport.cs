using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Batch, layer, instance and group normalisation.</summary>
internal static class NormImport
{
    public static void BatchNormalization(NodeImport n)
    {
        n.Ignore("momentum");
        n.Require("training_mode", 0, 0);
        n.Require("spatial", 1, 1);
        n.OnlyOutputs(1, "running statistics of training");
        Edge x = n.In(0);
        if (x.Rank < 2)
        {
            throw new ImportException($"x has shape {OnnxTypes.Text(x.ToDims())}, expected [N,C,...]");
        }

        int[] middle = [.. Enumerable.Range(1, x.Rank - 2)];
        Edge last = n.Transpose(x, [0, .. middle.Select(a => a + 1), 1]);
        Value y = n.Main(new BatchNorm(n.Float("epsilon", 1e-5f)), n.ValueOf(last), n.Value(1), n.Value(2), n.Value(3), n.Value(4));
        n.Out(n.Transpose(Edge.Of(y), [0, x.Rank - 1, .. middle]));
    }

    public static void LayerNormalization(NodeImport n)
    {
        n.Ignore("stash_type");
        Edge x = n.In(0);
        int axis = NodeImport.Axis(n.Int("axis", -1), x.Rank);
        int[] normalised = x.ToDims()[axis..];
        Value gamma = n.ValueOf(n.Expand(n.In(1), normalised));
        Value? beta = n.Has(2) ? n.ValueOf(n.Expand(n.In(2), normalised)) : null;
        float epsilon = n.Float("epsilon", 1e-5f);
        n.Out(n.Main(new LayerNorm(axis, epsilon), n.Value(0), gamma, beta));
        if (n.Wants(1) || n.Wants(2))
        {
            int[] axes = [.. Enumerable.Range(axis, x.Rank - axis)];
            Value mean = n.Emit(new Reduce(ReduceKind.Mean, axes, true), n.Value(0));
            Value variance = n.Emit(new Reduce(ReduceKind.Mean, axes, true), n.Emit(new SquaredDifference(), n.Value(0), mean));
            n.Out(mean, 1);
            n.Out(n.Emit(new Unary(UnaryKind.Rsqrt, 0, 0), n.Emit(new Add(Clamp.None), variance, n.Const(epsilon))), 2);
        }
    }

    /// <summary>Each channel of each sample for itself, then scale and bias per channel.</summary>
    public static void InstanceNormalization(NodeImport n)
    {
        Edge x = n.In(0);
        if (x.Rank < 3)
        {
            throw new ImportException($"x has shape {OnnxTypes.Text(x.ToDims())}, expected [N,C,...]");
        }

        Edge flat = Normalised(n, x, x[1]);
        n.Out(n.Reshape(Affine(n, flat, x[1]), x.ToDims()));
    }

    /// <summary>Groups of channels for themselves; scale and bias per group before opset 21, per channel since.</summary>
    public static void GroupNormalization(NodeImport n)
    {
        n.Ignore("stash_type");
        Edge x = n.In(0);
        int groups = n.Int("num_groups", 0);
        if (x.Rank < 3 || groups < 1 || x[1] % groups != 0)
        {
            throw new ImportException($"x {OnnxTypes.Text(x.ToDims())} cannot be cut into {groups} groups of channels");
        }

        Edge flat = Normalised(n, x, groups);
        int scales = n.In(1).Count;
        if (scales != groups)
        {
            flat = n.Reshape(flat, x[0], x[1], x.Count / (x[0] * x[1]));
        }

        n.Out(n.Reshape(Affine(n, flat, scales == groups ? groups : x[1]), x.ToDims()));
    }

    // [N, parts, everything else] with mean 0 and variance 1 in each part.
    private static Edge Normalised(NodeImport n, Edge x, int parts)
    {
        int length = x.Count / (x[0] * parts);
        Edge flat = n.Reshape(x, x[0], parts, length);
        Value ones = n.Const("ones", Tensor.Of(new Shape(length), [.. Enumerable.Repeat(1f, length)]));
        return Edge.Of(n.Main(new LayerNorm(2, n.Float("epsilon", 1e-5f)), n.ValueOf(flat), ones, null));
    }

    private static Edge Affine(NodeImport n, Edge flat, int parts)
    {
        Value scale = n.ValueOf(n.Reshape(n.In(1), parts, 1));
        Value bias = n.ValueOf(n.Reshape(n.In(2), parts, 1));
        Value scaled = n.Emit(new Mul(Clamp.None), n.ValueOf(flat), scale);
        return Edge.Of(n.Emit(new Add(Clamp.None), scaled, bias));
    }
}
