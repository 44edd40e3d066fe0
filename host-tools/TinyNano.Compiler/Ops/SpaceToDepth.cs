using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// NHWC blocks of Block x Block moved into the channels, as TFLite orders them: y[n, h, w, (i * Block + j) * C + c] =
/// x[n, h * Block + i, w * Block + j, c].
/// </summary>
public sealed record SpaceToDepth(int Block) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(x.Shape.Rank == 4 && Block >= 1 && x.Shape[1] % Block == 0 && x.Shape[2] % Block == 0,
            $"x {x.Shape} does not divide into blocks of {Block}; expected [N,H,W,C]");
        return [new TensorType(x.DType, Blocked(x.Shape))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        (int[] dims, int[] strides) = Move(x.Shape);
        return [Elements.Take(x, Blocked(x.Shape), Elements.Walk(0, dims, strides))];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        (int[] dims, int[] strides) = Move(node.Inputs[0]!.Shape);
        StridedCopies.Lower(to, node.Inputs[0]!, node.Output, 0, dims, strides);
    }

    private Shape Blocked(Shape x) => new(x[0], x[1] / Block, x[2] / Block, x[3] * Block * Block);

    /// <summary>The output as [N, H, W, i, j, C], with the strides of x along these axes.</summary>
    private (int[] Dims, int[] Strides) Move(Shape x)
    {
        int[] s = x.Strides();
        return ([x[0], x[1] / Block, x[2] / Block, Block, Block, x[3]], [s[0], Block * s[1], Block * s[2], s[1], s[2], 1]);
    }
}
