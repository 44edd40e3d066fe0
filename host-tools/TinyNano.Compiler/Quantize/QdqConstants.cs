using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>Constants of folded operators: weights symmetric int8, bias in units of scale(x) * scale(w).</summary>
internal static class QdqConstants
{
    /// <summary>
    /// Weights as the operator needs them. A zero point is taken into the numbers where they stay int8, which is exact;
    /// where they do not, the operator stays in float (fully connected ones take a zero point as it is).
    /// </summary>
    public static Value Weights(QdqIndex index, Value source, WeightRule rule, bool takesZeroPoint)
    {
        Quantization q = source.Quantization!;
        if (source.DType != DType.Int8)
        {
            throw new NotFoldable($"its weights are {source.DType.ShortName()}, expected int8");
        }

        if (q.PerChannel && q.Axis != rule.Axis)
        {
            throw new NotFoldable("its weights are quantised along another axis than the output channels");
        }

        if (q.ZeroPoints.All(z => z == 0) || (takesZeroPoint && !q.PerChannel))
        {
            return source;
        }

        sbyte[] data = (sbyte[])source.Constant!.Data;
        sbyte[] shifted = new sbyte[data.Length];
        int inner = 1;
        for (int axis = q.Axis + 1; q.PerChannel && axis < source.Shape.Rank; axis++)
        {
            inner *= source.Shape[axis];
        }

        for (int i = 0; i < data.Length; i++)
        {
            int value = data[i] - q.ZeroPoints[i / inner % q.ZeroPoints.Length];
            shifted[i] = value is >= sbyte.MinValue and <= sbyte.MaxValue ? (sbyte)value
                : throw new NotFoldable("its weights have zero points that do not fit into symmetric int8");
        }

        Quantization symmetric = new(q.Scales, new int[q.Scales.Length], q.Axis);
        return Value.Const(index.Fresh($"{source.Name}:symmetric"), Tensor.Of(source.Shape, shifted), symmetric);
    }

    /// <summary>Bias as int32 (int64 for int16 activations): the numbers themselves where they have the scale already, else rounded to it.</summary>
    public static Value Bias(QdqIndex index, Value bias, Value x, Value w, DType activations)
    {
        Value? source = index.Producer<Ops.Dequantize>(bias)?.Inputs[0];
        Tensor? constant = source is null ? bias.Constant : source.Constant;
        if (constant is null || constant.DType is not (DType.Float32 or DType.Int32 or DType.Int8 or DType.Int64))
        {
            throw new NotFoldable("its bias is not a constant");
        }

        if (x.Quantization is not { PerChannel: false } qx || w.Quantization is not Quantization qw)
        {
            throw new NotFoldable("its weights are not quantised");
        }

        float[] scales = Array.ConvertAll(qw.Scales, s => qx.Scale * s);
        double[] exact = Array.ConvertAll(qw.Scales, s => (double)qx.Scale * s);
        float[] real = constant.ToFloats(source?.Quantization);
        long[] integers = new long[constant.Count];
        for (int i = 0; i < integers.Length; i++)
        {
            int channel = scales.Length == 1 ? 0 : i;
            float own = source is null ? 0 : source.Quantization!.Scales[source.Quantization.PerChannel ? i : 0];
            bool same = source is not null && source.Quantization!.ZeroPoints[source.Quantization.PerChannel ? i : 0] == 0
                && Math.Abs(own - exact[channel]) <= 1e-5 * exact[channel];
            integers[i] = same ? constant.GetInteger(i) : Round(real[i] / exact[channel]);
        }

        if (activations != DType.Int16 && integers.Any(b => Math.Abs(b) > 1 << 30))
        {
            throw new NotFoldable("its bias does not fit into 31 bits");
        }

        Shape shape = new(integers.Length);
        Tensor data = activations == DType.Int16 ? Tensor.Of(shape, integers) : Tensor.Of(shape, Array.ConvertAll(integers, v => (int)v));
        return Value.Const(index.Fresh($"{(source ?? bias).Name}:bias"), data, new Quantization(scales, new int[scales.Length], 0));
    }

    /// <summary>A constant number that the model did not quantise: exact with a scale of its own, or on the given one.</summary>
    public static Value Scalar(QdqIndex index, Value value, DType activations, Quantization? on)
    {
        if (value.Constant is not { DType: DType.Float32, Count: 1 } constant || !float.IsFinite(constant.Floats[0]))
        {
            throw new NotFoldable($"its constant '{value.Name}' is not quantised");
        }

        float real = constant.Floats[0];
        int most = activations == DType.Int16 ? short.MaxValue : sbyte.MaxValue;
        Quantization q = on ?? new Quantization(real == 0 ? 1 : Math.Max(Math.Abs(real) / most, 1e-30f), 0);
        int low = activations == DType.Int16 ? short.MinValue : sbyte.MinValue;
        long integer = Math.Clamp(Round(real / (double)q.Scale) + q.ZeroPoint, low, most);
        Tensor data = activations == DType.Int16 ? Tensor.Of(value.Shape, [(short)integer]) : Tensor.Of(value.Shape, [(sbyte)integer]);
        return Value.Const(index.Fresh($"{value.Name}:q"), data, q);
    }

    private static long Round(double value) => (long)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), -1e15, 1e15);
}
