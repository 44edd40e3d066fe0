using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// The input repeated along axes of size 1 (numpy) to the given shape.
/// </summary>
public sealed record BroadcastTo(int[] Dims) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(Dims.All(d => d >= 1), $"[{string.Join(",", Dims)}] is not a shape: every dimension is at least 1");
        Shape shape = new(Dims);
        OpHelpers.Check(shape.Equals(Shape.Broadcast(x.Shape, shape)), $"{x.Shape} does not broadcast to {shape}");
        return [new TensorType(x.DType, shape)];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        return [Elements.Take(x, new Shape(Dims), Elements.Walk(0, Dims, Strides(x.Shape)))];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        StridedCopies.Lower(to, x, node.Output, 0, Dims, Strides(x.Shape));
    }

    /// <summary>Strides of x seen with the rank of the output; 0 along repeated axes.</summary>
    private int[] Strides(Shape x)
    {
        Shape padded = x.PadLeft(Dims.Length);
        int[] strides = padded.Strides();
        for (int k = 0; k < strides.Length; k++)
        {
            strides[k] = padded[k] == 1 ? 0 : strides[k];
        }

        return strides;
    }
}
