using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Channels;

/// <summary>
/// An int8 step with constant weights (CONV_2D without groups, DEPTHWISE_CONV_2D, FULLY_CONNECTED), seen the same way: an output channel
/// is a sum over taps and input channels.
/// </summary>
internal sealed class WeightStep
{
    private readonly int _multiplier;
    private readonly sbyte[] _weights;
    private readonly int[] _mult;
    private readonly sbyte[] _shift;
    private readonly int _xZero;
    private readonly int _yZero;
    private readonly int _lo;
    private readonly int _hi;

    private WeightStep(Step step, int multiplier)
    {
        Step = step;
        _multiplier = multiplier;
        Shape w = step.Inputs[1]!.Shape;
        Taps = IsDepthwise ? w[1] * w[2] : w.Rank == 4 ? w[1] * w[2] : 1;
        Depth = IsDepthwise ? 1 : w[-1];
        Outputs = IsDepthwise ? w[3] : w[0];
        _weights = (sbyte[])Data(1).Data;
        Bias = step.Inputs[2] is null ? new int[Outputs] : Data(2).Ints;
        _mult = Data(3).Ints;
        _shift = (sbyte[])Data(4).Data;
        _xZero = Param("x_zero");
        _yZero = Param("y_zero");
        _lo = Param("lo");
        _hi = Param("hi");
        IsPadded = w.Rank == 4 && Pads(w);
    }

    public Step Step { get; }

    public bool IsDepthwise => _multiplier > 0;

    /// <summary>Cells of the window.</summary>
    public int Taps { get; }

    /// <summary>Input numbers of a tap that an output channel reads.</summary>
    public int Depth { get; }

    public int Outputs { get; }

    public int[] Bias { get; }

    /// <summary>Whether a window may reach over the border: then a tap may be absent, which is as if x were its zero point.</summary>
    public bool IsPadded { get; }

    public int XZero => _xZero;

    public int YZero => _yZero;

    public int Mult(int output) => _mult[_mult.Length == 1 ? 0 : output];

    public int Shift(int output) => _shift[_shift.Length == 1 ? 0 : output];

    /// <summary>The least and the largest accumulator of an output channel, whatever x holds; before it wraps.</summary>
    public (long Lo, long Hi) Sums(int output)
    {
        long lo = Bias[output];
        long hi = lo;
        for (int k = 0; k < Taps * Depth; k++)
        {
            long first = (sbyte.MinValue - _xZero) * Weight(output, k);
            long last = (sbyte.MaxValue - _xZero) * Weight(output, k);
            lo += Math.Min(first, last);
            hi += Math.Max(first, last);
        }

        return (lo, hi);
    }

    /// <summary>The view of a step, or null where it is none of these or its numbers are not constant int8.</summary>
    public static WeightStep? Of(Step step)
    {
        bool known = step.Op == DeviceOps.Conv2D || step.Op == DeviceOps.DepthwiseConv2D || step.Op == DeviceOps.FullyConnected;
        if (!known || step.Kernel != 0 || step.Inputs[0]!.DType != DType.Int8 || step.Inputs.Skip(1).Any(t => t is not null && t.Storage.Place != Place.Constant)
            || (step.Op == DeviceOps.Conv2D && Param(step, "groups") != 1) || (step.Op == DeviceOps.FullyConnected && Param(step, "w_zero") != 0))
        {
            return null;
        }

        return new WeightStep(step, step.Op == DeviceOps.DepthwiseConv2D ? Param(step, "multiplier") : 0);
    }

    /// <summary>The input number (channel, or column of a fully connected layer) behind position <paramref name="k"/> of an output's taps.</summary>
    public int InputOf(int output, int k) => IsDepthwise ? output / _multiplier : k % Depth;

    /// <summary>Weight <paramref name="k"/> (tap by tap, within a tap number by number) of an output channel.</summary>
    public int Weight(int output, int k) => IsDepthwise ? _weights[k * Outputs + output] : _weights[output * Taps * Depth + k];

    /// <summary>What the device makes of an accumulator.</summary>
    public int Result(int output, long accumulator)
    {
        int channel = _mult.Length == 1 ? 0 : output;
        int scaled = Quantize.Requantization.Multiply(unchecked((int)accumulator), _mult[channel], _shift[channel]);
        return Math.Clamp(scaled + _yZero, _lo, _hi);
    }

    /// <summary>The result of an output channel where it is the same for every x; null otherwise.</summary>
    public int? Constant(int output)
    {
        (long lo, long hi) = Sums(output);
        return IsMonotone(output, lo, hi) && Result(output, lo) == Result(output, hi) ? Result(output, lo) : null;
    }

    /// <summary>Whether neither an accumulator between these bounds nor its shift to the left wraps: then results rise with accumulators.</summary>
    public bool IsMonotone(int output, long lo, long hi)
    {
        int left = Math.Max(0, (int)_shift[_shift.Length == 1 ? 0 : output]);
        return lo >= int.MinValue >> left && hi <= int.MaxValue >> left;
    }

    /// <summary>Constant input <paramref name="input"/>.</summary>
    public Tensor Data(int input)
    {
        DeviceTensor tensor = Step.Inputs[input]!;
        return Tensor.FromBytes(tensor.DType, tensor.Shape, tensor.Storage.Data);
    }

    public static int Param(Step step, string field) => step.Params[Array.IndexOf(step.Op.Fields, field)];

    private int Param(string field) => Param(Step, field);

    private bool Pads(Shape w)
    {
        Shape x = Step.Inputs[0]!.Shape;
        Shape y = Step.Outputs[0].Shape;
        return Param("pad_top") > 0 || Param("pad_left") > 0
            || (y[1] - 1) * Param("stride_h") + (w[1] - 1) * Param("dilation_h") >= x[1]
            || (y[2] - 1) * Param("stride_w") + (w[2] - 1) * Param("dilation_w") >= x[2];
    }
}
