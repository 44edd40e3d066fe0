using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>Weights as int8 with zero point 0, and biases in units of the accumulator.</summary>
internal static class WeightGrid
{
    private const int Most = 127;
    private const float SmallestScale = 1e-18f;

    // Room for the sum of products beside the bias in an accumulator of 32 bits, or of the 48 that int16 kernels rescale.
    private const double LargestInt32 = 1L << 30;
    private const double LargestInt64 = 1L << 45;

    /// <summary>
    /// Symmetric scales of weights: largest magnitude / 127, one for each index of <paramref name="axis"/> or (null) one for
    /// all. <paramref name="mse"/> tries smaller ones for a smaller squared error. Where a bias would leave the accumulator in units
    /// of <paramref name="inputScale"/> * scale, the scale is wider.
    /// </summary>
    public static Quantization Scales(Tensor weights, int? axis, bool mse, Tensor? bias, float inputScale, DType activations)
    {
        int channels = axis is int a ? weights.Shape[a] : 1;
        int inner = Inner(weights.Shape, axis);
        float[] most = new float[channels];
        for (int i = 0; i < weights.Count; i++)
        {
            int channel = i / inner % channels;
            most[channel] = Math.Max(most[channel], Math.Abs(weights.Floats[i]));
        }

        float largest = Math.Max(most.Max(), 1e-9f);
        float[] scales = new float[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            float magnitude = most[channel] > 0 ? most[channel] : largest;
            float factor = mse && most[channel] > 0 ? Shrink(weights.Floats, inner, channels, channel, magnitude) : 1;
            scales[channel] = Math.Max(magnitude * factor / Most, SmallestScale);
        }

        for (int i = 0; bias is not null && i < bias.Count; i++)
        {
            int channel = channels == 1 ? 0 : i;
            scales[channel] = Math.Max(scales[channel], (float)(Math.Abs(bias.Floats[i]) / (activations == DType.Int16 ? LargestInt64 : LargestInt32) / inputScale));
        }

        return new Quantization(scales, new int[channels], channels > 1 ? axis!.Value : 0);
    }

    /// <summary>Weights in the numbers of symmetric scales.</summary>
    public static Tensor Round(Tensor weights, Quantization q)
    {
        int channels = q.Scales.Length;
        int inner = Inner(weights.Shape, q.PerChannel ? q.Axis : null);
        sbyte[] result = new sbyte[weights.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = (sbyte)Grid.Round(weights.Floats[i], q.Scales[i / inner % channels], 0, -Most, Most);
        }

        return Tensor.Of(weights.Shape, result);
    }

    /// <summary>A bias in units of <paramref name="inputScale"/> * weight scale: int32, or int64 with int16 activations.</summary>
    public static (Tensor Data, Quantization Quantization) Bias(float[] bias, float inputScale, Quantization weights, DType activations)
    {
        long[] numbers = new long[bias.Length];
        for (int i = 0; i < bias.Length; i++)
        {
            double scale = (double)inputScale * weights.Scales[weights.PerChannel ? i : 0];
            numbers[i] = (long)Math.Clamp(Math.Round(bias[i] / scale, MidpointRounding.AwayFromZero), -LargestInt64, LargestInt64);
        }

        Shape shape = new(bias.Length);
        Quantization q = new(Array.ConvertAll(weights.Scales, s => inputScale * s), new int[weights.Scales.Length], 0);
        return activations == DType.Int16
            ? (Tensor.Of(shape, numbers), q)
            : (Tensor.Of(shape, Array.ConvertAll(numbers, n => (int)Math.Clamp(n, -int.MaxValue, int.MaxValue))), q);
    }

    private static int Inner(Shape shape, int? axis)
    {
        int inner = 1;
        for (int k = (axis ?? shape.Rank) + 1; k < shape.Rank; k++)
        {
            inner *= shape[k];
        }

        return axis is null ? Math.Max(shape.Count, 1) : inner;
    }

    /// <summary>The factor in 0.6 .. 1 on the largest magnitude that gives a channel the least squared error.</summary>
    private static float Shrink(float[] weights, int inner, int channels, int channel, float magnitude)
    {
        float best = 1;
        double least = double.PositiveInfinity;
        for (int percent = 100; percent >= 60; percent -= 2)
        {
            float scale = magnitude * percent / 100 / Most;
            double error = 0;
            for (int start = channel * inner; start < weights.Length; start += channels * inner)
            {
                for (int i = start; i < start + inner; i++)
                {
                    double miss = weights[i] - scale * (double)Grid.Round(weights[i], scale, 0, -Most, Most);
                    error += miss * miss;
                }
            }

            if (error < least)
            {
                (least, best) = (error, percent / 100f);
            }
        }

        return best;
    }
}
