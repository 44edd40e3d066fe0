using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.TFLite;

/// <content>Weights and biases: what a hybrid model and an incomplete bias mean.</content>
internal sealed partial class TFLiteContext
{
    /// <summary>
    /// Weights at input <paramref name="index"/>. With float activations, quantised weights become the float numbers that
    /// they stand for.
    /// </summary>
    public Value Weights(int index, Value x, string what = "weights")
    {
        Value w = In(index, what);
        if (x.DType != DType.Float32 || w.DType == DType.Float32)
        {
            return w;
        }

        if (w.Constant is not Tensor data || w.Quantization is not Quantization q)
        {
            throw TFLiteRefusal.Type($"x is float32 and the {what} {w.DType.ShortName()}.");
        }

        if (!_warnedHybrid)
        {
            _warnedHybrid = true;
            _diagnostics.Warn("TN1008", "float activations with quantised weights (a hybrid model): the weights are taken as the floats that they stand for.",
                _model.FileName, "quantise with samples, or convert to full int8, for integer arithmetic");
        }

        if (!_dequantized.TryGetValue(w, out Value? floats))
        {
            Reserve(data.Shape, DType.Float32);
            floats = Value.Const(Unique(w.Name + "/float"), Tensor.Of(data.Shape, data.ToFloats(q)));
            _dequantized[w] = floats;
        }

        return floats;
    }

    /// <summary>
    /// The bias at input <paramref name="index"/>, if any. An integer bias without usable quantisation gets scale(x) * scale(w),
    /// which is what its numbers mean. Without a bias, int16 activations accumulate in 64 bits unless the operator's option
    /// quantized_bias_type says int32: then the bias is a zero of that type, one for each output channel of the weights.
    /// </summary>
    public Value? Bias(int index, Value x, Value w, int quantizedBiasType = 0)
    {
        const int Int32Type = 2;
        if (!Has(index) && x.DType == DType.Int16 && quantizedBiasType == Int32Type)
        {
            return Value.Const(Unique(w.Name + "/zero_bias"), Tensor.Zeros(DType.Int32, new Shape(w.Shape[0])));
        }

        if (Optional(index, "bias") is not Value bias || bias.DType == DType.Float32)
        {
            return Optional(index, "bias");
        }

        if (bias.DType is not (DType.Int32 or DType.Int64))
        {
            throw TFLiteRefusal.Type($"the bias is {bias.DType.ShortName()}; expected int32, int64 or float32.");
        }

        if (x.Quantization is not Quantization qx || w.Quantization is not Quantization qw || bias.Constant is not Tensor data)
        {
            return bias;
        }

        bool usable = bias.Quantization is Quantization q && q.Scales.Length == qw.Scales.Length;
        if (usable || (qw.PerChannel && qw.Scales.Length != data.Count))
        {
            return bias;
        }

        float[] scales = [.. qw.Scales.Select(s => Math.Max(s * qx.Scale, float.Epsilon))];
        return Value.Const(Unique(bias.Name + "/bias"), data, new Quantization(scales, new int[scales.Length], 0));
    }
}
