using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.TestKit.Writing;

public static partial class TFLiteWriter
{
    private static KeyValuePair<Type, Action<TFLiteBuffer, Node>>[] Reduction() =>
    [
        Row<Reduce>(WriteReduce),
        Row<ArgMax>(WriteArgMax),
        Row<Softmax>((to, node, op) => Plain(to, node, LastAxis(node, op.Axis, "SOFTMAX"), 9, new OptionField(0, op.Beta))),
        Row<LogSoftmax>((to, node, op) => Plain(to, node, LastAxis(node, op.Axis, "LOG_SOFTMAX"), 36)),
    ];

    private static void WriteReduce(TFLiteBuffer to, Node node, Reduce op)
    {
        string name = op.Kind switch
        {
            ReduceKind.Mean => "MEAN",
            ReduceKind.Sum => "SUM",
            ReduceKind.Max => "REDUCE_MAX",
            ReduceKind.Min => "REDUCE_MIN",
            _ => "REDUCE_PROD",
        };
        int[] axes = op.Axes.Length > 0 ? op.Axes : [.. Enumerable.Range(0, node.Inputs[0]!.Shape.Rank)];
        With(to, node, name, [to.Tensor(node.Inputs[0]), to.Constant(axes)], 27, new OptionField(0, op.KeepDims));
    }

    private static void WriteArgMax(TFLiteBuffer to, Node node, ArgMax op)
    {
        if (op.KeepDims)
        {
            throw new NotSupportedException($"{node}: TFLite drops the axis");
        }

        int axis = to.Constant(Tensor.Of(Shape.Scalar, [op.Axis]));
        With(to, node, op.Smallest ? "ARG_MIN" : "ARG_MAX", [to.Tensor(node.Inputs[0]), axis], op.Smallest ? 57 : 40,
            new OptionField(0, TFLiteBuffer.TypeCode(op.To)));
    }

    private static string LastAxis(Node node, int axis, string name) =>
        axis == -1 || axis == node.Inputs[0]!.Shape.Rank - 1 ? name
            : throw new NotSupportedException($"{node}: TFLite takes the last axis only");
}
