using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Ops;

/// <summary>The operators of the IR by name; one line each. The text form and `tinynano ops` read this table.</summary>
public static class OpTable
{
    public static IReadOnlyList<Type> All { get; } =
    [
        typeof(Add),
        typeof(ArgMax),
        typeof(AveragePool2D),
        typeof(BatchMatMul),
        typeof(BatchNorm),
        typeof(BroadcastTo),
        typeof(Cast),
        typeof(Compare),
        typeof(Concat),
        typeof(Conv2D),
        typeof(DepthToSpace),
        typeof(DepthwiseConv2D),
        typeof(Dequantize),
        typeof(Div),
        typeof(FullyConnected),
        typeof(Gather),
        typeof(Gru),
        typeof(LayerNorm),
        typeof(LogSoftmax),
        typeof(Logical),
        typeof(Lstm),
        typeof(MaxPool2D),
        typeof(Maximum),
        typeof(Minimum),
        typeof(Mul),
        typeof(PRelu),
        typeof(Pad),
        typeof(Quantize),
        typeof(Reduce),
        typeof(Reshape),
        typeof(Resize),
        typeof(Select),
        typeof(Softmax),
        typeof(SpaceToDepth),
        typeof(Split),
        typeof(SquaredDifference),
        typeof(StridedSlice),
        typeof(Sub),
        typeof(Svdf),
        typeof(Transpose),
        typeof(TransposeConv2D),
        typeof(Unary),
    ];

    /// <summary>The operator type of a name, or null.</summary>
    public static Type? Find(string name) => All.FirstOrDefault(t => t.Name == name && t.IsAssignableTo(typeof(Op)));
}
