using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// output[i] = input[Begin + i * Stride] on every axis, Size[axis] elements each; strides may be negative, not 0.
/// </summary>
public sealed record StridedSlice(int[] Begin, int[] Stride, int[] Size) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        int rank = x.Shape.Rank;
        OpHelpers.Check(Begin.Length == rank && Stride.Length == rank && Size.Length == rank,
            $"{Begin.Length} begins, {Stride.Length} strides, {Size.Length} sizes for {x.Shape}; expected one of each per axis");
        for (int k = 0; k < rank; k++)
        {
            long last = Begin[k] + (long)(Size[k] - 1) * Stride[k];
            OpHelpers.Check(Stride[k] != 0 && Size[k] >= 1 && Begin[k] >= 0 && Begin[k] < x.Shape[k] && last >= 0 && last < x.Shape[k],
                $"axis {k} of {x.Shape}: {Size[k]} elements from {Begin[k]} by {Stride[k]} leave it");
        }

        return [new TensorType(x.DType, new Shape(Size))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        (int offset, int[] strides) = Move(x.Shape);
        return [Elements.Take(x, new Shape(Size), Elements.Walk(offset, Size, strides))];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        (int offset, int[] strides) = Move(x.Shape);
        StridedCopies.Lower(to, x, node.Output, offset, Size, strides);
    }

    private (int Offset, int[] Strides) Move(Shape x)
    {
        int[] strides = x.Strides();
        int offset = 0;
        for (int k = 0; k < strides.Length; k++)
        {
            offset += Begin[k] * strides[k];
            strides[k] *= Size[k] == 1 ? 0 : Stride[k];
        }

        return (offset, strides);
    }
}
