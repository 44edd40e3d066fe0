using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>Many elements to one, and normalisation over an axis.</summary>
internal static class TFLiteReduction
{
    public static KeyValuePair<string, Action<TFLiteContext>>[] Table { get; } =
    [
        new("MEAN", c => Reduce(c, ReduceKind.Mean)),
        new("SUM", c => Reduce(c, ReduceKind.Sum)),
        new("REDUCE_MAX", c => Reduce(c, ReduceKind.Max)),
        new("REDUCE_MIN", c => Reduce(c, ReduceKind.Min)),
        new("REDUCE_PROD", c => Reduce(c, ReduceKind.Prod)),
        new("ARG_MAX", c => ArgMax(c, false)),
        new("ARG_MIN", c => ArgMax(c, true)),
        new("SOFTMAX", c => c.Result(new Softmax(Beta(c), LastAxis(c), IsWide(c)), c.In(0))),
        new("LOG_SOFTMAX", c => c.Result(new LogSoftmax(LastAxis(c)), c.In(0))),
        new("L2_NORMALIZATION", L2Normalization),
    ];

    // Option 0: keep_dims.
    private static void Reduce(TFLiteContext c, ReduceKind kind)
    {
        Value x = c.In(0);
        int[] axes = [.. c.Ints(1, "axes").Select(a => TFLiteMovement.Axis(a, x.Shape.Rank)).Distinct().Order()];
        if (axes.Length == 0)
        {
            throw TFLiteRefusal.Attribute("there are no axes to reduce.");
        }

        c.Result(new Reduce(kind, axes, c.Operator.Bool(0)), x);
    }

    private static void ArgMax(TFLiteContext c, bool smallest)
    {
        Value x = c.In(0);
        int axis = TFLiteMovement.Axis(c.Int(1, "axis"), x.Shape.Rank);
        DType to = c.OutType().DType;
        c.Result(new ArgMax(axis, smallest, to is DType.Int64 ? to : DType.Int32, false), x);
    }

    // x / max(sqrt(sum(x^2)), 1e-6) along the last axis.
    private static void L2Normalization(TFLiteContext c)
    {
        Value x = c.In(0);
        if (x.DType != DType.Float32 || c.Operator.Byte(0) != 0)
        {
            throw TFLiteRefusal.Type("only float32 without activation is supported.");
        }

        int axis = LastAxis(c);
        TensorType column = x.Type with { Shape = new Shape([.. x.Shape.Dims.SkipLast(1), 1]) };
        Value squares = c.Emit(new Unary(UnaryKind.Square, 0, 0), "squares", x.Type, x);
        Value sum = c.Emit(new Reduce(ReduceKind.Sum, [axis], true), "sum", column, squares);
        Value norm = c.Emit(new Unary(UnaryKind.Sqrt, 0, 0), "norm", column, sum);
        Value least = Value.Const(c.Unique("epsilon"), Tensor.Of(new Shape(1), [1e-6f]));
        c.Result(new Div(Clamp.None), x, c.Emit(new Maximum(), "divisor", column, norm, least));
    }

    private static float Beta(TFLiteContext c)
    {
        float beta = c.Operator.Float(0);
        return float.IsFinite(beta) ? beta : throw TFLiteRefusal.Misfit($"beta {beta}.");
    }

    // Softmax alone may answer int8 with int16.
    private static bool IsWide(TFLiteContext c) => c.In(0).DType == DType.Int8 && c.OutType().DType == DType.Int16;

    private static int LastAxis(TFLiteContext c) => c.In(0).Shape.Rank is int rank and > 0 ? rank - 1
        : throw TFLiteRefusal.Misfit("the input is a scalar.");
}
