using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Slices of input 0 along the axis, chosen by constant indices (input 1): output shape = x[:axis] + indices + x[axis+1:].
/// Negative indices count from the end.
/// </summary>
public sealed record Gather(int Axis) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        TensorType indices = inputs.Need(1, "indices");
        int axis = Elements.Axis(x.Shape, Axis);
        OpHelpers.Check(indices.DType is DType.Int32 or DType.Int64, $"indices are {indices.DType.ShortName()}, expected i32 or i64");
        return [new TensorType(x.DType, Gathered(x.Shape, axis, indices.Shape))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Tensor indices = inputs.Need(1);
        int axis = Elements.Axis(x.Shape, Axis);
        (int outer, int length, int inner) = Elements.Around(x.Shape, axis);
        int[] cells = Cells(indices, length);
        Tensor y = Tensor.Zeros(x.DType, Gathered(x.Shape, axis, indices.Shape));
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < cells.Length; i++)
            {
                Array.Copy(x.Data, (o * length + cells[i]) * inner, y.Data, (o * cells.Length + i) * inner, inner);
            }
        }

        return [y];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput, Untouched = [1] };

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        Tensor indices = node.Inputs[1]!.Constant ?? throw new OpException("indices are computed by the model, expected constants");
        (int outer, int length, int inner) = Elements.Around(x.Shape, Elements.Axis(x.Shape, Axis));
        int[] cells = Cells(indices, length);
        to.Step(DeviceOps.Gather,
            [Lowering.View(to.Tensor(x), new Shape(outer, length, inner)), to.Constant(Tensor.Of(new Shape(cells.Length), cells))],
            [Lowering.View(to.Tensor(node.Output), new Shape(outer, cells.Length, inner))],
            [("axis", 1)]);
    }

    private static Shape Gathered(Shape x, int axis, Shape indices) => new([.. x.Dims.Take(axis), .. indices.Dims, .. x.Dims.Skip(axis + 1)]);

    /// <summary>The indices in 0 .. length-1.</summary>
    private static int[] Cells(Tensor indices, int length)
    {
        int[] cells = indices.ToInts();
        for (int i = 0; i < cells.Length; i++)
        {
            int cell = cells[i] < 0 ? cells[i] + length : cells[i];
            OpHelpers.Check(cell >= 0 && cell < length, $"index {cells[i]} of an axis of {length}");
            cells[i] = cell;
        }

        return cells;
    }
}
