using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Index of the largest (or smallest) element along an axis, the first one where several are equal; To is int32 or int64.
/// NaN is worse than any number.
/// </summary>
public sealed record ArgMax(int Axis, bool Smallest, DType To, bool KeepDims) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        int axis = Elements.Axis(x.Shape, Axis);
        OpHelpers.Check(To is DType.Int32 or DType.Int64, $"indices are {To.ShortName()}, expected i32 or i64");
        int[] dims = x.Shape.ToArray();
        dims[axis] = 1;
        return [new TensorType(To, new Shape(KeepDims ? dims : [.. dims.Where((_, k) => k != axis)]))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Shape shape = Infer([new TensorType(x.DType, x.Shape)])[0].Shape;
        (int outer, int length, int inner) = Elements.Around(x.Shape, Elements.Axis(x.Shape, Axis));
        long[] best = new long[outer * inner];
        for (int row = 0; row < best.Length; row++)
        {
            int start = row / inner * length * inner + row % inner;
            for (int i = 1; i < length; i++)
            {
                if (Better(x.GetDouble(start + i * inner), x.GetDouble(start + (int)best[row] * inner)))
                {
                    best[row] = i;
                }
            }
        }

        return [To == DType.Int64 ? Tensor.Of(shape, best) : Tensor.Of(shape, [.. best.Select(i => (int)i)])];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.None };

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        OpHelpers.Check(x.DType is DType.Int8 or DType.Int16 or DType.Int32 or DType.Float32, $"the largest of {x.DType.ShortName()}");
        (int outer, int length, int inner) = Elements.Around(x.Shape, Elements.Axis(x.Shape, Axis));
        to.Step(DeviceOps.ArgMax, [Lowering.View(to.Tensor(x), new Shape(outer, length, inner))], [to.Tensor(node.Output)],
            [("kind", Smallest ? 1 : 0), ("axis", 1)]);
    }

    private bool Better(double candidate, double best) =>
        double.IsNaN(best) ? !double.IsNaN(candidate) : Smallest ? candidate < best : candidate > best;
}
