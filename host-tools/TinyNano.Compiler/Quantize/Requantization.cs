namespace TinyNano.Compiler.Quantize;

/// <summary>
/// Real multipliers as a 31-bit mantissa and a power of two: real = multiplier * 2^(shift - 31), multiplier in
/// [2^30, 2^31), a positive shift is to the left. The convention (and every rounding) is TFLite's.
/// </summary>
public static class Requantization
{
    /// <summary>TFLite's QuantizeMultiplier. Zero gives (0, 0); values below 2^-32 give (0, 0).</summary>
    public static (int Multiplier, int Shift) QuantizeMultiplier(double real)
    {
        if (real == 0)
        {
            return (0, 0);
        }

        (double fraction, int shift) = Frexp(real);
        long q = (long)Math.Round(fraction * (1L << 31), MidpointRounding.AwayFromZero);
        if (q == 1L << 31)
        {
            q /= 2;
            shift++;
        }

        if (shift < -31)
        {
            shift = 0;
            q = 0;
        }

        if (shift > 30)
        {
            shift = 30;
            q = (1L << 31) - 1;
        }

        return ((int)q, shift);
    }

    /// <summary>real = fraction * 2^exponent with |fraction| in [0.5, 1).</summary>
    public static (double Fraction, int Exponent) Frexp(double real)
    {
        if (real == 0 || !double.IsFinite(real))
        {
            return (real, 0);
        }

        int exponent = Math.ILogB(real) + 1;
        return (Math.ScaleB(real, -exponent), exponent);
    }

    /// <summary>gemmlowp's SaturatingRoundingDoublingHighMul: (a * b * 2) / 2^32, rounded to nearest, ties away from zero.</summary>
    public static int DoublingHighMul(int a, int b)
    {
        if (a == int.MinValue && b == int.MinValue)
        {
            return int.MaxValue;
        }

        long product = (long)a * b;
        long nudge = product >= 0 ? 1L << 30 : 1 - (1L << 30);
        return (int)((product + nudge) / (1L << 31));
    }

    /// <summary>x / 2^exponent rounded to nearest, ties away from zero.</summary>
    public static int RoundingDivideByPot(int x, int exponent)
    {
        int mask = (int)((1L << exponent) - 1);
        int remainder = x & mask;
        int threshold = (mask >> 1) + (x < 0 ? 1 : 0);
        return (x >> exponent) + (remainder > threshold ? 1 : 0);
    }

    /// <summary>TFLite's MultiplyByQuantizedMultiplier with double rounding.</summary>
    public static int Multiply(int x, int multiplier, int shift)
    {
        int left = Math.Max(shift, 0);
        int right = Math.Max(-shift, 0);
        return RoundingDivideByPot(DoublingHighMul(unchecked(x * (1 << left)), multiplier), right);
    }
}
