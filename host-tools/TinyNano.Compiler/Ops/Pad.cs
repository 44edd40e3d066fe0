using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Cells put before and after along each axis: a constant (real) value, reflection without or with the border, or the border repeated.
/// </summary>
public sealed record Pad(int[] Before, int[] After, PadMode Mode, float Value) : Op, ILowerable, IQuantizable
{
    private const int MaxRank = 6;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(Before.Length == x.Shape.Rank && After.Length == x.Shape.Rank,
            $"{Before.Length} and {After.Length} paddings for {x.Shape}; expected one before and one after per axis");
        for (int k = 0; k < Before.Length; k++)
        {
            int most = Mode == PadMode.Reflect ? x.Shape[k] - 1 : Mode == PadMode.Symmetric ? x.Shape[k] : int.MaxValue;
            OpHelpers.Check(Before[k] >= 0 && After[k] >= 0 && Before[k] <= most && After[k] <= most,
                $"axis {k} of {x.Shape} cannot be padded by {Before[k]} and {After[k]} cells in mode {Mode}");
        }

        return [new TensorType(x.DType, Padded(x.Shape))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Shape shape = Padded(x.Shape);
        if (Mode != PadMode.Constant)
        {
            return [Elements.Take(x, shape, Sources(x.Shape, shape))];
        }

        // Rows of x along its last axis keep their order; each goes to its place in a tensor full of the value.
        Tensor y = Elements.Filled(x.DType, shape, Value);
        int run = x.Shape.Rank == 0 ? 1 : x.Shape[-1];
        int[] strides = shape.Strides();
        int offset = 0;
        for (int k = 0; k < strides.Length; k++)
        {
            offset += Before[k] * strides[k];
        }

        int[] starts = Elements.Walk(offset, [.. x.Shape.Dims.SkipLast(1)], [.. strides.SkipLast(1)]);
        for (int i = 0; i < starts.Length; i++)
        {
            Array.Copy(x.Data, i * run, y.Data, starts[i], run);
        }

        return [y];
    }

    /// <summary>A finite value other than 0 must fit into the output's range, so that it is observed; infinities saturate.</summary>
    public QuantRule? Rule(Node node, DType activations) => Mode == PadMode.Constant && Value != 0 && float.IsFinite(Value)
        ? new QuantRule { SharedInputs = true }
        : new QuantRule { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        if (node.Output.Shape.Equals(x.Shape))
        {
            to.Alias(node.Output, to.Tensor(x));
            return;
        }

        (List<int> dims, List<int> before, List<int> after) = Merge(x.Shape);
        OpHelpers.Check(dims.Count <= MaxRank, $"{dims.Count} axes to pad; the device has {MaxRank}");
        List<(string, int)> parameters = [("mode", (int)Mode), ("value", Bits(node.Output))];
        for (int k = 0; k < MaxRank; k++)
        {
            parameters.Add(($"before{k}", k < before.Count ? before[k] : 0));
        }

        int[] padded = [.. dims.Select((d, k) => d + before[k] + after[k])];
        to.Step(DeviceOps.Pad, [Lowering.View(to.Tensor(x), new Shape([.. dims]))], [Lowering.View(to.Tensor(node.Output), new Shape(padded))], parameters);
    }

    private Shape Padded(Shape x) => new([.. x.Dims.Select((d, k) => checked(d + Before[k] + After[k]))]);

    /// <summary>
    /// Joins an axis with the one inside it where that one is not padded: always for constants, as whole runs are put
    /// around; for mirrors only if the outer one is not padded either.
    /// </summary>
    private (List<int> Dims, List<int> Before, List<int> After) Merge(Shape x)
    {
        List<int> dims = [];
        List<int> before = [];
        List<int> after = [];
        for (int k = 0; k < x.Rank; k++)
        {
            bool padded = Before[k] + After[k] > 0;
            bool joins = !padded && dims.Count > 0 && (Mode == PadMode.Constant || before[^1] + after[^1] == 0);
            if (joins)
            {
                dims[^1] *= x[k];
                before[^1] *= x[k];
                after[^1] *= x[k];
            }
            else if (padded || x[k] > 1)
            {
                dims.Add(x[k]);
                before.Add(Before[k]);
                after.Add(After[k]);
            }
        }

        return (dims, before, after);
    }

    /// <summary>The value as the bits of one element of the output.</summary>
    private int Bits(Value y)
    {
        if (y.DType == DType.Float32)
        {
            return Lowering.Bits(Value);
        }

        if (y.Quantization is not Quantization q)
        {
            return (int)Value;
        }

        (int lo, int hi) = OpHelpers.TypeRange(y.DType);
        return (int)Math.Clamp(q.ZeroPoint + (double)MathF.Round(Value / q.Scale, MidpointRounding.AwayFromZero), lo, hi);
    }

    private int[] Sources(Shape x, Shape y)
    {
        int[] sources = new int[y.Count];
        int[] strides = x.Strides();
        int filled = 1;
        for (int axis = x.Rank - 1; axis >= 0; axis--)
        {
            // Descending, as the block of index 0 is what all others are made from.
            for (int i = y[axis] - 1; i >= 0; i--)
            {
                int cell = Source(i - Before[axis], x[axis]) * strides[axis];
                for (int j = 0; j < filled; j++)
                {
                    sources[i * filled + j] = sources[j] + cell;
                }
            }

            filled *= y[axis];
        }

        return sources;
    }

    private int Source(int i, int n) => Mode switch
    {
        PadMode.Reflect => i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i,
        PadMode.Symmetric => i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i,
        _ => Math.Clamp(i, 0, n - 1),
    };
}
