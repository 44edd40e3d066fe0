using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Channels moved into NHWC blocks: depth-column-row order (TFLite, ONNX DCR), or column-row-depth (ONNX CRD).
/// y[n, h * Block + i, w * Block + j, c] = x[n, h, w, (i * Block + j) * C + c], or with ColumnRowDepth
/// x[n, h, w, (c * Block + i) * Block + j].
/// </summary>
public sealed record DepthToSpace(int Block, bool ColumnRowDepth) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(x.Shape.Rank == 4 && Block >= 1 && x.Shape[3] % ((long)Block * Block) == 0,
            $"the channels of x {x.Shape} do not fill blocks of {Block}; expected [N,H,W,C]");
        return [new TensorType(x.DType, Spread(x.Shape))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        (int[] dims, int[] strides) = Move(x.Shape);
        return [Elements.Take(x, Spread(x.Shape), Elements.Walk(0, dims, strides))];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        (int[] dims, int[] strides) = Move(node.Inputs[0]!.Shape);
        StridedCopies.Lower(to, node.Inputs[0]!, node.Output, 0, dims, strides);
    }

    private Shape Spread(Shape x) => new(x[0], x[1] * Block, x[2] * Block, x[3] / Block / Block);

    /// <summary>The output as [N, H, i, W, j, C], with the strides of x along these axes.</summary>
    private (int[] Dims, int[] Strides) Move(Shape x)
    {
        int[] s = x.Strides();
        int channels = x[3] / Block / Block;
        int[] dims = [x[0], x[1], Block, x[2], Block, channels];
        return (dims, ColumnRowDepth
            ? [s[0], s[1], Block, s[2], 1, Block * Block]
            : [s[0], s[1], Block * channels, s[2], channels, 1]);
    }
}
