using TinyNano.Compiler.IR;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// int8 functions of one element as 256 numbers, table[x + 128] = f(x), each with the arithmetic of TFLite's reference
/// kernel: fixed point where that is, else float.
/// </summary>
internal static class Int8Functions
{
    /// <summary>The table of a function from one quantisation to another.</summary>
    public static sbyte[] Table(Unary op, Quantization x, Quantization y) => op.Kind switch
    {
        UnaryKind.Clip => Clip(op, x, y),
        UnaryKind.RawClip => RawClip(op, x),
        UnaryKind.LeakyRelu => LeakyRelu(op.Alpha, x, y),
        UnaryKind.Sigmoid when y.Scale == 1f / 256 && y.ZeroPoint == -128 => Saturating(x, 23, FixedPoint.Logistic, -128),
        UnaryKind.Tanh when y.Scale == 1f / 128 && y.ZeroPoint == 0 => Saturating(x, 24, FixedPoint.Tanh, 0),
        UnaryKind.HardSwish => HardSwish(x, y) ?? Float(op, x, y),
        UnaryKind.Abs => Abs(x, y),
        UnaryKind.Rsqrt => Rsqrt(x, y),
        _ => Float(op, x, y),
    };

    /// <summary>f(-128) .. f(127), each brought into the range of int8.</summary>
    public static sbyte[] Fill(Func<int, int> f)
    {
        sbyte[] table = new sbyte[256];
        for (int q = -128; q < 128; q++)
        {
            table[q + 128] = (sbyte)Math.Clamp(f(q), -128, 127);
        }

        return table;
    }

    private static sbyte[] Clip(Unary op, Quantization x, Quantization y)
    {
        (int multiplier, int shift) = Requantization.QuantizeMultiplier(x.Scale / y.Scale);
        (int lo, int hi) = OpHelpers.QuantizedRange(new Clamp(op.Alpha, op.Beta), DType.Int8, y);
        return Fill(q => Math.Clamp(y.ZeroPoint + Requantization.Multiply(q - x.ZeroPoint, multiplier, shift), lo, hi));
    }

    private static sbyte[] RawClip(Unary op, Quantization x)
    {
        (int lo, int hi) = OpHelpers.QuantizedRange(new Clamp(op.Alpha, op.Beta), DType.Int8, x);
        return Fill(q => Math.Clamp(q, lo, hi));
    }

    private static sbyte[] LeakyRelu(float alpha, Quantization x, Quantization y)
    {
        (int multiplier, int shift) = Requantization.QuantizeMultiplier(x.Scale / y.Scale);
        (int steep, int steepShift) = Requantization.QuantizeMultiplier(x.Scale * alpha / y.Scale);
        return Fill(q =>
        {
            int v = q - x.ZeroPoint;
            int r = v >= 0 ? Requantization.Multiply(v, multiplier, shift)
                : Math.Sign(steep) * Requantization.Multiply(v, Math.Abs(steep), steepShift);
            return y.ZeroPoint + r;
        });
    }

    /// <summary>Functions that reach their ends: the input in Q4, the output brought to 31 - 8 (or 31 - 7) bits less.</summary>
    private static sbyte[] Saturating(Quantization x, int outputShift, Func<int, int, int> f, int zero)
    {
        const int integerBits = 4;
        (double fraction, int shift) = Requantization.Frexp((double)x.Scale * (1 << (31 - integerBits)));

        // TFLite does not carry a mantissa that rounds up to 2^31 into the exponent; it wraps there. Scales are floats: none does.
        int multiplier = (int)(long)Math.Round(fraction * (1L << 31), MidpointRounding.AwayFromZero);
        int radius = (int)Math.Floor(15.0 * (1L << (31 - integerBits)) / (1L << shift));
        return Fill(q =>
        {
            int v = q - x.ZeroPoint;
            return v <= -radius ? -128 : v >= radius ? 127
                : zero + Requantization.RoundingDivideByPot(f(Requantization.Multiply(v, multiplier, shift), integerBits), outputShift);
        });
    }

    private static sbyte[] Abs(Quantization x, Quantization y)
    {
        (int multiplier, int shift) = Requantization.QuantizeMultiplier(x.Scale / y.Scale);
        return Fill(q => y.ZeroPoint + Requantization.Multiply(Math.Abs(q - x.ZeroPoint), multiplier, shift));
    }

    private static sbyte[] Rsqrt(Quantization x, Quantization y)
    {
        const int keep = 20; // bits that keep 1 / sqrt(v) an integer
        (int multiplier, int shift) = Requantization.QuantizeMultiplier(1.0 / (MathF.Sqrt(x.Scale) * y.Scale));
        return Fill(q =>
        {
            int v = q - x.ZeroPoint;
            if (v <= 0)
            {
                return 127; // 0 is as good as infinity; TFLite refuses negative numbers at run time
            }

            (int root, int rootShift) = FixedPoint.InverseSqrt(v);
            return y.ZeroPoint + Requantization.Multiply(Requantization.Multiply(1, root, rootShift + keep), multiplier, shift - keep);
        });
    }

    /// <summary>TFLite's 16-bit arithmetic; null for scales it refuses (more than 128 output steps in an input step).</summary>
    private static sbyte[]? HardSwish(Quantization x, Quantization y)
    {
        float fine = 1f / 128 * x.Scale;
        (int outputMultiplier, int outputExponent) = Requantization.QuantizeMultiplier(fine / y.Scale);
        (int reluMultiplier, int reluExponent) = Requantization.QuantizeMultiplier(fine / (3f / 32768));
        if (outputExponent > 0)
        {
            return null;
        }

        short output = Narrow(outputMultiplier);
        short relu = Narrow(reluMultiplier);
        return Fill(q =>
        {
            short v = (short)((q - x.ZeroPoint) * 128);

            // min(max(x + 3, 0), 6) / 6: x / 3 saturated to -1 .. 1 in Q15, then its half plus a half.
            short r = v;
            if (reluExponent > 0)
            {
                r = Saturate((long)r << (reluExponent - 1));
            }

            r = RoundingHighMul(r, relu);
            r = reluExponent > 0 ? Saturate((long)r << 1) : (short)Requantization.RoundingDivideByPot(r, -reluExponent);
            r = (short)((r + (1 << 15)) >> 1);
            short product = (short)(r * RoundingHighMul(v, output) / (1 << 15));
            return y.ZeroPoint + Requantization.RoundingDivideByPot(product, -outputExponent);
        });
    }

    /// <summary>TFLite's lookup tables: everything in float. What has no value (log of 0 and below) is the lowest number.</summary>
    private static sbyte[] Float(Unary op, Quantization x, Quantization y)
    {
        float inverse = 1 / y.Scale;
        return Fill(q =>
        {
            float real = x.Scale * (q - x.ZeroPoint);
            float f = op.Kind == UnaryKind.Elu && op.Alpha == 1 && real < 0 ? (float)Math.Exp(real) - 1
                : (float)UnaryFunctions.Apply(op.Kind, real, op.Alpha, op.Beta);
            float rescaled = MathF.Round(f * inverse, MidpointRounding.AwayFromZero) + y.ZeroPoint;
            return float.IsNaN(rescaled) ? -128 : (int)Math.Clamp(rescaled, -128, 127);
        });
    }

    private static short Narrow(int multiplier) =>
        multiplier >= int.MaxValue - (1 << 15) ? short.MaxValue : (short)((multiplier + (1 << 15)) >> 16);

    private static short Saturate(long x) => (short)Math.Clamp(x, short.MinValue, short.MaxValue);

    private static short RoundingHighMul(short a, short b)
    {
        int product = a * b;
        return (short)((product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15));
    }
}
