using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Output axis i is input axis Perm[i].
/// </summary>
public sealed record Transpose(int[] Perm) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(Perm.Order().SequenceEqual(Enumerable.Range(0, x.Shape.Rank)),
            $"[{string.Join(",", Perm)}] is not a permutation of the axes of {x.Shape}");
        return [new TensorType(x.DType, Moved(x.Shape))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Shape shape = Moved(x.Shape);
        return [Elements.Take(x, shape, Elements.Walk(0, shape.ToArray(), Strides(x.Shape)))];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        Shape x = node.Inputs[0]!.Shape;
        StridedCopies.Lower(to, node.Inputs[0]!, node.Output, 0, Moved(x).ToArray(), Strides(x));
    }

    private Shape Moved(Shape x) => new([.. Perm.Select(axis => x[axis])]);

    private int[] Strides(Shape x)
    {
        int[] strides = x.Strides();
        return [.. Perm.Select(axis => strides[axis])];
    }
}
