using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Mean, sum, maximum, minimum or product over axes (empty: all).
/// </summary>
public sealed record Reduce(ReduceKind Kind, int[] Axes, bool KeepDims) : Op, ILowerable, IQuantizable
{
    private const int MaxRank = 6;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        bool[] folded = Folded(x.Shape);
        List<int> dims = [];
        for (int k = 0; k < folded.Length; k++)
        {
            if (!folded[k])
            {
                dims.Add(x.Shape[k]);
            }
            else if (KeepDims)
            {
                dims.Add(1);
            }
        }

        return [new TensorType(x.DType, new Shape([.. dims]))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Shape shape = Infer([new TensorType(x.DType, x.Shape)])[0].Shape;
        (List<int> dims, List<bool> folded) = Merge(x.Shape);
        int[] strides = dims.Count == 0 ? [] : new Shape([.. dims]).Strides();
        int[] starts = Walk(dims, strides, folded, false);
        int[] steps = Walk(dims, strides, folded, true);
        if (x.Data is int[] integers)
        {
            return [Tensor.Of(shape, [.. starts.Select(start => FoldInts(integers, start, steps))])];
        }

        float[] y = new float[starts.Length];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = FoldFloats(x.Floats, starts[i], steps);
        }

        return [Tensor.Of(shape, y)];
    }

    public QuantRule? Rule(Node node, DType activations) => Kind switch
    {
        ReduceKind.Mean or ReduceKind.Sum => new QuantRule(),
        ReduceKind.Max or ReduceKind.Min => new QuantRule { Output = OutputRange.SameAsInput },
        _ => null,
    };

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        Value y = node.Output;
        (List<int> dims, List<bool> folded) = Merge(x.Shape);
        bool quantised = x.Quantization is not null;
        OpHelpers.Check(x.DType is DType.Float32 or DType.Int32 || (x.DType is DType.Int8 or DType.Int16 && quantised && Kind != ReduceKind.Prod),
            $"{Kind} of {x.DType.ShortName()}");
        bool alike = !quantised || x.Quantization!.SameAs(y.Quantization);
        if (alike && !folded.Contains(true))
        {
            to.Alias(y, to.Tensor(x));
            return;
        }

        OpHelpers.Check(alike || Kind is ReduceKind.Mean or ReduceKind.Sum, $"{Kind} with an input and an output that are quantised differently");
        OpHelpers.Check(dims.Count <= MaxRank, $"{dims.Count} axes; the device has {MaxRank}");
        int xZero = 0, yZero = 0, multiplier = 0, shift = 0;
        if (quantised)
        {
            Quantization qx = OpHelpers.Quant(x);
            Quantization qy = OpHelpers.Quant(y);
            (xZero, yZero) = (qx.ZeroPoint, qy.ZeroPoint);
            (multiplier, shift) = Multiplier(qx.Scale, qy.Scale, x.Shape.Count / y.Shape.Count);
        }

        int axes = 0;
        for (int k = 0; k < folded.Count; k++)
        {
            axes |= folded[k] ? 1 << k : 0;
        }

        Shape merged = dims.Count == 0 ? new Shape(1) : new Shape([.. dims]);
        to.Step(DeviceOps.Reduce, [Lowering.View(to.Tensor(x), merged)], [to.Tensor(y)],
            [("kind", (int)Kind), ("axes", axes), ("x_zero", xZero), ("y_zero", yZero), ("mult", multiplier), ("shift", shift)]);
    }

    /// <summary>scale(x) / scale(y), for a mean also / count: TFLite divides the 31-bit multiplier after shifting it up by log2(count).</summary>
    private (int Multiplier, int Shift) Multiplier(float x, float y, int count)
    {
        (int multiplier, int shift) = Requantization.QuantizeMultiplier((double)x / y);
        if (Kind != ReduceKind.Mean)
        {
            return (multiplier, shift);
        }

        int up = Math.Min(System.Numerics.BitOperations.Log2((uint)count), 31 + shift);
        return ((int)(((long)multiplier << up) / count), shift - up);
    }

    private bool[] Folded(Shape x)
    {
        bool[] folded = new bool[x.Rank];
        foreach (int axis in Axes)
        {
            folded[Elements.Axis(x, axis)] = true;
        }

        if (Axes.Length == 0)
        {
            Array.Fill(folded, true);
        }

        return folded;
    }

    /// <summary>Drops axes of one element and joins neighbours that are both folded or both kept.</summary>
    private (List<int> Dims, List<bool> Folded) Merge(Shape x)
    {
        bool[] axes = Folded(x);
        List<int> dims = [];
        List<bool> folded = [];
        for (int k = 0; k < axes.Length; k++)
        {
            if (x[k] == 1)
            {
                continue;
            }

            if (dims.Count > 0 && folded[^1] == axes[k])
            {
                dims[^1] *= x[k];
            }
            else
            {
                dims.Add(x[k]);
                folded.Add(axes[k]);
            }
        }

        return (dims, folded);
    }

    private static int[] Walk(List<int> dims, int[] strides, List<bool> folded, bool which)
    {
        int[] chosen = [.. Enumerable.Range(0, dims.Count).Where(k => folded[k] == which)];
        return Elements.Walk(0, [.. chosen.Select(k => dims[k])], [.. chosen.Select(k => strides[k])]);
    }

    private float FoldFloats(float[] x, int start, int[] steps)
    {
        double acc = x[start];
        for (int i = 1; i < steps.Length; i++)
        {
            double v = x[start + steps[i]];
            acc = Kind switch
            {
                ReduceKind.Max => Math.Max(acc, v),
                ReduceKind.Min => Math.Min(acc, v),
                ReduceKind.Prod => acc * v,
                _ => acc + v,
            };
        }

        return (float)(Kind == ReduceKind.Mean ? acc / steps.Length : acc);
    }

    private int FoldInts(int[] x, int start, int[] steps)
    {
        int acc = x[start];
        for (int i = 1; i < steps.Length; i++)
        {
            int v = x[start + steps[i]];
            acc = Kind switch
            {
                ReduceKind.Max => Math.Max(acc, v),
                ReduceKind.Min => Math.Min(acc, v),
                ReduceKind.Prod => unchecked(acc * v),
                _ => unchecked(acc + v),
            };
        }

        return Kind == ReduceKind.Mean ? acc / steps.Length : acc;
    }
}
