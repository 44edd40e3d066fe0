using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Inputs joined along an axis.
/// </summary>
public sealed record Concat(int Axis) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType first = inputs.Need(0, "the first part");
        int axis = Elements.Axis(first.Shape, Axis);
        int[] dims = first.Shape.ToArray();
        for (int i = 1; i < inputs.Count; i++)
        {
            TensorType part = inputs.Need(i, "a part");
            bool fits = part.DType == first.DType && part.Shape.Rank == first.Shape.Rank;
            for (int k = 0; fits && k < dims.Length; k++)
            {
                fits = k == axis || part.Shape[k] == dims[k];
            }

            OpHelpers.Check(fits, $"part {i} {part} does not join part 0 {first} along axis {axis}");
            dims[axis] = checked(dims[axis] + part.Shape[axis]);
        }

        return [new TensorType(first.DType, new Shape(dims))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor first = inputs.Need(0);
        int axis = Elements.Axis(first.Shape, Axis);
        Shape shape = Infer([.. inputs.Select(t => new TensorType(t!.DType, t.Shape))])[0].Shape;
        Tensor y = Tensor.Zeros(first.DType, shape);
        (int rows, int length, int inner) = Elements.Around(shape, axis);
        int at = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            Tensor x = inputs.Need(i);
            int run = x.Shape[axis] * inner;
            for (int n = 0; n < rows; n++)
            {
                Array.Copy(x.Data, n * run, y.Data, n * length * inner + at, run);
            }

            at += run;
        }

        return [y];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { SharedInputs = true };

    public void Lower(Node node, Lowering to)
    {
        OpHelpers.Check(node.Inputs.Count <= byte.MaxValue, $"{node.Inputs.Count} parts; a step has up to {byte.MaxValue} inputs");
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            Value x = node.Inputs[i]!;
            bool alike = x.Quantization is null ? node.Output.Quantization is null : x.Quantization.SameAs(node.Output.Quantization);
            OpHelpers.Check(alike, $"input {i} '{x.Name}' and the output are quantised differently");
        }

        if (node.Inputs.Count == 1)
        {
            to.Alias(node.Output, to.Tensor(node.Inputs[0]!));
            return;
        }

        // Two axes say it all: what is before the axis, and the rest.
        int rows = Elements.Around(node.Output.Shape, Elements.Axis(node.Output.Shape, Axis)).Outer;
        to.Step(DeviceOps.Concatenation,
            [.. node.Inputs.Select(x => Rows(to.Tensor(x!), rows))],
            [Rows(to.Tensor(node.Output), rows)],
            [("axis", 1)]);
    }

    private static DeviceTensor Rows(DeviceTensor tensor, int rows) => Lowering.View(tensor, new Shape(rows, tensor.Shape.Count / rows));
}
