using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>The taps of a window that lie inside the input, along one axis.</summary>
/// <param name="First">Number of the first tap inside.</param>
/// <param name="Count">How many are inside.</param>
/// <param name="Start">Input coordinate of the first one.</param>
internal readonly record struct Taps(int First, int Count, int Start)
{
    /// <summary>The taps t of 0 .. taps-1 with 0 &lt;= origin + t * dilation &lt; size.</summary>
    public static Taps Inside(int origin, int dilation, int taps, int size)
    {
        int first = origin < 0 ? (-origin - 1) / dilation + 1 : 0;
        int fit = origin < size ? (size - 1 - origin) / dilation + 1 : 0;
        int end = Math.Min(fit, taps);
        return end <= first ? default : new Taps(first, end - first, origin + first * dilation);
    }
}

/// <summary>What convolutions and pools share: sizes of sliding windows, dot products, lowering of weights.</summary>
internal static class WindowHelpers
{
    /// <summary>floor((in + before + after - (taps - 1) * dilation - 1) / stride) + 1, or an OpException where that is no size.</summary>
    public static int OutputSize(int size, int before, int after, int taps, int dilation, int stride, string axis)
    {
        OpHelpers.Check(stride >= 1 && dilation >= 1 && taps >= 1, $"{axis}: stride {stride}, dilation {dilation}, window {taps}; expected at least 1 each");
        OpHelpers.Check(before >= 0 && after >= 0, $"{axis}: padding {before} and {after}; expected none below 0");
        long reach = (long)(taps - 1) * dilation + 1;
        long padded = (long)size + before + after;
        OpHelpers.Check(reach <= padded && padded <= int.MaxValue, $"{axis}: a window of {reach} does not fit into {padded} cells");
        return (int)((padded - reach) / stride) + 1;
    }

    /// <summary>Throws OpException unless bias has one number for each of <paramref name="channels"/> output channels.</summary>
    public static void CheckBias(TensorType? bias, int channels) =>
        OpHelpers.Check(bias is null || bias.Shape.Count == channels, $"bias {bias?.Shape}; expected [{channels}]");

    /// <summary>
    /// The dot product in fixed lanes: the same numbers on every processor (multiply and add are never fused, and the lanes
    /// are not the machine's).
    /// </summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        float sum = 0;
        int i = 0;
        if (x.Length >= 8)
        {
            ReadOnlySpan<Vector256<float>> xs = MemoryMarshal.Cast<float, Vector256<float>>(x);
            ReadOnlySpan<Vector256<float>> ws = MemoryMarshal.Cast<float, Vector256<float>>(w);
            Vector256<float> a = default;
            Vector256<float> b = default;
            int k = 0;
            for (; k + 1 < xs.Length; k += 2)
            {
                a += xs[k] * ws[k];
                b += xs[k + 1] * ws[k + 1];
            }

            if (k < xs.Length)
            {
                a += xs[k] * ws[k];
            }

            a += b;
            Vector128<float> half = a.GetLower() + a.GetUpper();
            sum = half[0] + half[1] + (half[2] + half[3]);
            i = xs.Length * 8;
        }

        for (; i < x.Length; i++)
        {
            sum += x[i] * w[i];
        }

        return sum;
    }

    /// <summary>y += x * w, element by element.</summary>
    public static void MultiplyAdd(Span<float> y, ReadOnlySpan<float> x, ReadOnlySpan<float> w)
    {
        Span<Vector256<float>> ys = MemoryMarshal.Cast<float, Vector256<float>>(y);
        ReadOnlySpan<Vector256<float>> xs = MemoryMarshal.Cast<float, Vector256<float>>(x);
        ReadOnlySpan<Vector256<float>> ws = MemoryMarshal.Cast<float, Vector256<float>>(w);
        for (int i = 0; i < ys.Length; i++)
        {
            ys[i] += xs[i] * ws[i];
        }

        for (int i = ys.Length * 8; i < y.Length; i++)
        {
            y[i] += x[i] * w[i];
        }
    }

    /// <summary>y += x * w for one x.</summary>
    public static void MultiplyAdd(Span<float> y, float x, ReadOnlySpan<float> w)
    {
        Span<Vector256<float>> ys = MemoryMarshal.Cast<float, Vector256<float>>(y);
        ReadOnlySpan<Vector256<float>> ws = MemoryMarshal.Cast<float, Vector256<float>>(w);
        Vector256<float> xs = Vector256.Create(x);
        for (int i = 0; i < ys.Length; i++)
        {
            ys[i] += xs * ws[i];
        }

        for (int i = ys.Length * 8; i < y.Length; i++)
        {
            y[i] += x * w[i];
        }
    }

    /// <summary>Adds the bias (or nothing) to each row of as many channels, and applies the activation.</summary>
    public static void BiasAndClamp(float[] y, float[]? bias, int channels, Clamp activation)
    {
        for (int i = 0; i < y.Length; i += channels)
        {
            for (int c = 0; c < channels; c++)
            {
                y[i + c] = activation.Apply(y[i + c] + (bias?[c] ?? 0));
            }
        }
    }

    /// <summary>
    /// The rule of an operator with weights at input 1 and a bias at input 2: int8 weights per index of <paramref name="axis"/>.
    /// Null, hence float, where the model itself makes weights or bias.
    /// </summary>
    public static QuantRule? WeightsRule(Node node, int axis) =>
        node.Inputs[1] is { IsConstant: true } && node.Input(2) is null or { IsConstant: true }
            ? new QuantRule { Weights = [new WeightRule(1, axis)], Bias = 2 }
            : null;

    /// <summary>
    /// Writes the step of an operator with weights: inputs x, weights, bias, multipliers, shifts, and after
    /// <paramref name="geometry"/> the parameters x_zero, y_zero, lo, hi. OpException for types the device lacks.
    /// </summary>
    public static void LowerWeights(DeviceOp op, Node node, Lowering to, Clamp activation, (string Field, int Value)[] geometry, int scratchBytes = 0)
    {
        Value x = node.Inputs[0]!;
        Value w = node.Inputs[1]!;
        DeviceTensor? bias = node.Input(2) is Value b ? to.Tensor(b) : null;
        if (x.DType == DType.Float32)
        {
            OpHelpers.Check(w.DType == DType.Float32, $"weights are {w.DType.ShortName()} where x is f32; expected f32");
            to.Step(op, [to.Tensor(x), to.Tensor(w), bias, null, null], [to.Tensor(node.Output)],
                [.. geometry, ("x_zero", 0), ("y_zero", 0), ("lo", Lowering.Bits(activation.Min)), ("hi", Lowering.Bits(activation.Max))], scratchBytes);
            return;
        }

        Quantization qx = OpHelpers.Quant(x);
        Quantization qw = OpHelpers.Quant(w);
        Quantization qy = OpHelpers.Quant(node.Output);
        CheckTypes(x, w, node.Input(2));
        OpHelpers.Check(Array.TrueForAll(qw.ZeroPoints, z => z == 0), "weights have a zero point other than 0");
        (int[] multipliers, sbyte[] shifts) = OpHelpers.OutputMultipliers(qx, qw, qy);
        CheckShifts(shifts, x.DType, node.Input(2));
        (int lo, int hi) = OpHelpers.QuantizedRange(activation, node.Output.DType, qy);
        Shape channels = new(multipliers.Length);
        to.Step(op,
            [to.Tensor(x), to.Tensor(w), bias, to.Constant(Tensor.Of(channels, multipliers)), to.Constant(Tensor.Of(channels, shifts))],
            [to.Tensor(node.Output)],
            [.. geometry, ("x_zero", qx.ZeroPoint), ("y_zero", qy.ZeroPoint), ("lo", lo), ("hi", hi)],
            scratchBytes);
    }

    /// <summary>Throws OpException for a combination of element types that has no integer kernel.</summary>
    public static void CheckTypes(Value x, Value w, Value? bias)
    {
        OpHelpers.Check(x.DType is DType.Int8 or DType.Int16, $"x is {x.DType.ShortName()}; the device has i8, i16 and f32");
        OpHelpers.Check(w.DType == DType.Int8, $"weights are {w.DType.ShortName()} where x is {x.DType.ShortName()}; expected i8");
        OpHelpers.Check(bias is null || bias.DType == DType.Int32 || (bias.DType == DType.Int64 && x.DType == DType.Int16),
            $"bias is {bias?.DType.ShortName()}; expected i32{(x.DType == DType.Int16 ? " or i64" : "")}");
    }

    /// <summary>Throws OpException where x * w is so much coarser than y that the accumulator cannot be shifted that far.</summary>
    public static void CheckShifts(sbyte[] shifts, DType x, Value? bias) =>
        OpHelpers.Check(x != DType.Int16 || bias?.DType == DType.Int32 || Array.TrueForAll(shifts, s => s <= 14),
            "the scale of x times the scale of the weights is more than 16384 times the scale of y");
}
