using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// The input cut along an axis; one output for each size.
/// </summary>
public sealed record Split(int Axis, int[] Sizes) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        int axis = Elements.Axis(x.Shape, Axis);
        OpHelpers.Check(Sizes.Length >= 1 && Sizes.All(s => s >= 1) && Sizes.Sum(s => (long)s) == x.Shape[axis],
            $"sizes [{string.Join(",", Sizes)}] do not cut axis {axis} of {x.Shape}");
        return [.. Sizes.Select(size => new TensorType(x.DType, Part(x.Shape, axis, size)))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        int axis = Elements.Axis(x.Shape, Axis);
        int[] strides = x.Shape.Strides();
        Tensor[] parts = new Tensor[Sizes.Length];
        int begin = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            Shape shape = Part(x.Shape, axis, Sizes[i]);
            parts[i] = Elements.Take(x, shape, Elements.Walk(begin * strides[axis], shape.ToArray(), strides));
            begin += Sizes[i];
        }

        return parts;
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        int axis = Elements.Axis(x.Shape, Axis);
        int[] strides = x.Shape.Strides();
        int begin = 0;
        for (int i = 0; i < Sizes.Length; i++)
        {
            StridedCopies.Lower(to, x, node.Outputs[i], begin * strides[axis], node.Outputs[i].Shape.ToArray(), strides);
            begin += Sizes[i];
        }
    }

    private static Shape Part(Shape shape, int axis, int size)
    {
        int[] dims = shape.ToArray();
        dims[axis] = size;
        return new Shape(dims);
    }
}
