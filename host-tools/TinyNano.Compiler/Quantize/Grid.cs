using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Quantize;

/// <summary>The numbers of a quantised type: choosing scale and zero point, and rounding to them.</summary>
public static class Grid
{
    // Below this a scale would leave the range of normal float products.
    private const double SmallestScale = 1e-18;

    /// <summary>
    /// The quantisation of an activation with values in min .. max: zero is exact. Int8 is asymmetric over 256 numbers, int16
    /// symmetric with zero point 0 over -32767 .. 32767.
    /// </summary>
    public static Quantization ForRange(float min, float max, DType type)
    {
        double lo = Math.Min(min, 0.0);
        double hi = Math.Max(max, 0.0);
        if (lo == hi)
        {
            hi = 1;
        }

        if (type == DType.Int16)
        {
            return new Quantization((float)Math.Max(Math.Max(-lo, hi) / short.MaxValue, SmallestScale), 0);
        }

        float scale = (float)Math.Max((hi - lo) / 255, SmallestScale);
        return new Quantization(scale, (int)Math.Clamp(Math.Round(sbyte.MinValue - lo / scale), sbyte.MinValue, sbyte.MaxValue));
    }

    /// <summary>The number a real value becomes: to nearest, ties away from zero, saturated.</summary>
    public static int Round(float value, float scale, int zeroPoint, int lo, int hi) =>
        (int)Math.Clamp(Math.Round(value / (double)scale, MidpointRounding.AwayFromZero) + zeroPoint, lo, hi);

    /// <summary>Real numbers in the int8 or int16 numbers of a per-tensor quantisation.</summary>
    public static Tensor Quantize(Tensor real, DType type, Quantization q)
    {
        (int lo, int hi) = OpHelpers.TypeRange(type);
        Tensor result = Tensor.Zeros(type, real.Shape);
        for (int i = 0; i < real.Count; i++)
        {
            int number = Round(real.Floats[i], q.Scale, q.ZeroPoint, lo, hi);
            switch (result.Data)
            {
                case short[] shorts:
                    shorts[i] = (short)number;
                    break;
                default:
                    ((sbyte[])result.Data)[i] = (sbyte)number;
                    break;
            }
        }

        return result;
    }

    /// <summary>Replaces real numbers by those that their quantised forms stand for.</summary>
    public static void Snap(Span<float> real, DType type, Quantization q)
    {
        (int lo, int hi) = OpHelpers.TypeRange(type);
        (float scale, int zero) = (q.Scale, q.ZeroPoint);
        for (int i = 0; i < real.Length; i++)
        {
            real[i] = scale * (Round(real[i], scale, zero, lo, hi) - zero);
        }
    }
}
