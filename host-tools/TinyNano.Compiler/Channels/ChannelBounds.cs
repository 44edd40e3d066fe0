using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Channels;

/// <summary>
/// The smallest and largest number that each channel of each int8 storage can ever hold, whatever the inputs: interval arithmetic through
/// weights and pools, borders included. A channel is an index of the innermost dimension.
/// </summary>
internal sealed class ChannelBounds
{
    private readonly Dictionary<Storage, (int[] Lo, int[] Hi)> _bounds = new(ReferenceEqualityComparer.Instance);

    private ChannelBounds()
    {
    }

    public static ChannelBounds Of(Schedule schedule)
    {
        ChannelBounds bounds = new();
        foreach (Step step in schedule.Steps)
        {
            bounds.Add(step);
        }

        return bounds;
    }

    /// <summary>The bounds of number <paramref name="index"/> of the innermost dimension of a tensor.</summary>
    public (int Lo, int Hi) Of(DeviceTensor tensor, int index) =>
        _bounds.TryGetValue(tensor.Storage, out (int[] Lo, int[] Hi) b) && tensor.Shape[-1] % b.Lo.Length == 0
            ? (b.Lo[index % b.Lo.Length], b.Hi[index % b.Lo.Length])
            : (sbyte.MinValue, sbyte.MaxValue);

    private void Add(Step step)
    {
        if (WeightStep.Of(step) is WeightStep weights)
        {
            int[] lo = new int[weights.Outputs];
            int[] hi = new int[weights.Outputs];
            for (int o = 0; o < lo.Length; o++)
            {
                (lo[o], hi[o]) = Output(weights, o);
            }

            _bounds[step.Outputs[0].Storage] = (lo, hi);
        }
        else if (Pool.Is(step))
        {
            int[] lo = new int[step.Outputs[0].Shape[3]];
            int[] hi = new int[lo.Length];
            for (int c = 0; c < lo.Length; c++)
            {
                (int x, int y) = Of(step.Inputs[0]!, c);
                lo[c] = Pool.Clamp(step, x);
                hi[c] = Pool.Clamp(step, y);
            }

            _bounds[step.Outputs[0].Storage] = (lo, hi);
        }
        else
        {
            foreach (DeviceTensor output in step.Outputs)
            {
                _bounds.Remove(output.Storage);
            }
        }
    }

    // The accumulator is a sum of intervals; what comes after is monotone.
    private (int Lo, int Hi) Output(WeightStep step, int output)
    {
        long lo = step.Bias[output];
        long hi = lo;
        for (int k = 0; k < step.Taps * step.Depth; k++)
        {
            int weight = step.Weight(output, k);
            if (weight == 0)
            {
                continue;
            }

            (int x, int y) = Of(step.Step.Inputs[0]!, step.InputOf(output, k));
            long a = (long)weight * (x - step.XZero);
            long b = (long)weight * (y - step.XZero);
            long low = Math.Min(a, b);
            long high = Math.Max(a, b);
            lo += step.IsPadded ? Math.Min(0, low) : low;
            hi += step.IsPadded ? Math.Max(0, high) : high;
        }

        // One possible accumulator has one result, even where the device's arithmetic wraps. Where one of several could wrap, nothing is known.
        return lo == hi || step.IsMonotone(output, lo, hi)
            ? (step.Result(output, lo), step.Result(output, hi))
            : (sbyte.MinValue, sbyte.MaxValue);
    }
}

/// <summary>Pools of int8 that keep a channel within its bounds.</summary>
internal static class Pool
{
    public static bool Is(Step step) => step.Kernel == 0 && step.Inputs.Count > 0 && step.Inputs[0]?.DType == DType.Int8
        && (step.Op == DeviceOps.MaxPool2D ? !HasEmptyWindow(step) : step.Op == DeviceOps.AveragePool2D && WeightStep.Param(step, "count_pad") == 0);

    public static int Clamp(Step step, int value) => Math.Clamp(value, WeightStep.Param(step, "lo"), WeightStep.Param(step, "hi"));

    // A window of nothing but padding gives the lowest number.
    private static bool HasEmptyWindow(Step step) => WeightStep.Param(step, "pad_top") > 0 || WeightStep.Param(step, "pad_left") > 0
        || (step.Outputs[0].Shape[1] - 1) * WeightStep.Param(step, "stride_h") >= step.Inputs[0]!.Shape[1]
        || (step.Outputs[0].Shape[2] - 1) * WeightStep.Param(step, "stride_w") >= step.Inputs[0]!.Shape[2];
}
