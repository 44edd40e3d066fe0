using TinyNano.Compiler.IR;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>What many operator files need: checks of inputs, activation ranges, requantisation constants.</summary>
internal static class OpHelpers
{
    /// <summary>Input <paramref name="index"/>, or an OpException that says it is missing.</summary>
    public static TensorType Need(this IReadOnlyList<TensorType?> inputs, int index, string what) =>
        index < inputs.Count && inputs[index] is TensorType type ? type : throw new OpException($"input {index} ({what}) is missing");

    public static Tensor Need(this IReadOnlyList<Tensor?> inputs, int index) =>
        inputs[index] ?? throw new OpException($"input {index} is missing");

    /// <summary>Throws OpException(message) when the condition does not hold.</summary>
    public static void Check(bool holds, string message)
    {
        if (!holds)
        {
            throw new OpException(message);
        }
    }

    /// <summary>Element at an optional input, or null.</summary>
    public static T? At<T>(this IReadOnlyList<T?> inputs, int index)
        where T : class => index < inputs.Count ? inputs[index] : null;

    /// <summary>The quantisation of a value that must have one.</summary>
    public static Quantization Quant(Value value) => value.Quantization
        ?? throw new OpException($"'{value.Name}' is {value.DType.ShortName()} without scale and zero point");

    /// <summary>
    /// Bounds of a fused activation in the output's quantised numbers, as TFLite computes them: zero point + round(bound /
    /// scale), ties away from zero, intersected with the element type's range.
    /// </summary>
    public static (int Lo, int Hi) QuantizedRange(Clamp clamp, DType type, Quantization output)
    {
        (int lo, int hi) = TypeRange(type);
        if (!float.IsNegativeInfinity(clamp.Min))
        {
            lo = Math.Max(lo, QuantizeValue(clamp.Min, output));
        }

        if (!float.IsPositiveInfinity(clamp.Max))
        {
            hi = Math.Min(hi, QuantizeValue(clamp.Max, output));
        }

        return (lo, Math.Max(lo, hi));
    }

    public static (int Lo, int Hi) TypeRange(DType type) => type switch
    {
        DType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        DType.UInt8 => (byte.MinValue, byte.MaxValue),
        DType.Int16 => (short.MinValue, short.MaxValue),
        _ => throw new OpException($"{type.ShortName()} has no quantised range"),
    };

    /// <summary>
    /// Multiplier and shift per output channel for x * w -> y. Per channel the product is taken in double; per tensor
    /// <paramref name="floatProduct"/> takes scale(x) * scale(w) in float first, as TFLite does for fully connected.
    /// </summary>
    public static (int[] Multipliers, sbyte[] Shifts) OutputMultipliers(Quantization x, Quantization w, Quantization y, bool floatProduct = false)
    {
        int[] multipliers = new int[w.Scales.Length];
        sbyte[] shifts = new sbyte[w.Scales.Length];
        for (int i = 0; i < multipliers.Length; i++)
        {
            double product = floatProduct && !w.PerChannel ? x.Scale * w.Scales[i] : (double)x.Scale * w.Scales[i];
            (multipliers[i], int shift) = Requantization.QuantizeMultiplier(product / y.Scale);
            shifts[i] = (sbyte)shift;
        }

        return (multipliers, shifts);
    }

    private static int QuantizeValue(float real, Quantization q)
    {
        float scaled = MathF.Round(real / q.Scale, MidpointRounding.AwayFromZero);
        return (int)Math.Clamp((double)q.ZeroPoint + scaled, int.MinValue / 2, int.MaxValue / 2);
    }
}
