using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Reductions, ArgMax and ArgMin.</summary>
internal static class ReduceImport
{
    /// <summary>An import function for a reduction, with functions of one element before and after it.</summary>
    public static Action<NodeImport> Reduce(ReduceKind kind, UnaryKind? before = null, UnaryKind? after = null) => n =>
    {
        if (Axes(n) is not (int[] axes, bool keep))
        {
            n.Out(n.In(0));
            return;
        }

        Value x = n.Value(0);
        x = before is UnaryKind b ? n.Emit(new Unary(b, 0, 0), x) : x;
        Value y = n.Main(new Reduce(kind, axes, keep), x);
        n.Out(after is UnaryKind a ? n.Emit(new Unary(a, 0, 0), y) : y, 0, kind is ReduceKind.Max or ReduceKind.Min ? n.In(0).Type : null);
    };

    /// <summary>log(sum(exp(x))), with the maximum taken out so that no exp overflows.</summary>
    public static void LogSumExp(NodeImport n)
    {
        (int[] axes, bool keep) = Axes(n) ?? throw new ImportException("noop_with_empty_axes is not supported");
        Value x = n.Value(0);
        Value top = n.Emit(new Reduce(ReduceKind.Max, axes, true), x);
        Value exp = n.Emit(new Unary(UnaryKind.Exp, 0, 0), n.Emit(new Sub(Clamp.None), x, top));
        Value log = n.Emit(new Unary(UnaryKind.Log, 0, 0), n.Main(new Reduce(ReduceKind.Sum, axes, keep), exp));
        Value shift = keep ? top : n.Emit(new Reshape(log.Shape.ToArray()), top);
        n.Out(n.Emit(new Add(Clamp.None), log, shift));
    }

    public static void ArgMax(NodeImport n) => Arg(n, smallest: false);

    public static void ArgMin(NodeImport n) => Arg(n, smallest: true);

    private static void Arg(NodeImport n, bool smallest)
    {
        Edge x = n.In(0);
        int axis = NodeImport.Axis(n.Int("axis", 0), x.Rank);
        bool keep = n.Flag("keepdims", true);
        if (!n.Flag("select_last_index"))
        {
            n.Out(n.Main(new ArgMax(axis, smallest, DType.Int64, keep), n.ValueOf(x)));
            return;
        }

        // The last of several equal elements is the first one seen from the end.
        int[] begin = new int[x.Rank];
        int[] stride = [.. Enumerable.Repeat(1, x.Rank)];
        begin[axis] = x[axis] - 1;
        stride[axis] = -1;
        Value first = n.Main(new ArgMax(axis, smallest, DType.Int32, keep), n.ValueOf(n.Slice(x, begin, stride, x.ToDims())));
        Value last = n.Const("last", Tensor.Of(Shape.Scalar, [x[axis] - 1]));
        n.Out(n.Emit(new Cast(DType.Int64), n.Emit(new Sub(Clamp.None), last, first)));
    }

    // Null where an empty list of axes means "leave it alone".
    private static (int[] Axes, bool Keep)? Axes(NodeImport n)
    {
        bool asInput = n.Opset >= (n.Node.OpType == "ReduceSum" ? 13 : 18);
        int rank = n.In(0).Rank;
        bool keep = n.Flag("keepdims", true);
        bool noop = n.Flag("noop_with_empty_axes");
        int[]? given = asInput ? n.Has(1) ? n.Ints(1, "axes") : null : n.IntList("axes");
        if (given is null or { Length: 0 })
        {
            return noop ? null : (Enumerable.Range(0, rank).ToArray(), keep);
        }

        int[] axes = [.. given.Select(a => NodeImport.Axis(a, rank)).Distinct().Order()];
        return (axes, keep);
    }
}
