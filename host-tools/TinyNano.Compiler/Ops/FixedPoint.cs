using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Transcendental functions on 32-bit fixed point, with every rounding of gemmlowp's, on which TFLite's int8 kernels
/// stand. "Qn" has n integer bits: the raw number r means r * 2^(n - 31).
/// </summary>
internal static class FixedPoint
{
    /// <summary>exp(-2^e) in Q0 for e = -2 .. 4.</summary>
    private static readonly int[] PowersOfE = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

    /// <summary>The largest number of Q0, which stands for 1.</summary>
    public const int One = int.MaxValue;

    /// <summary>x * 2^exponent: saturating to the left, rounding half away from zero to the right.</summary>
    public static int MultiplyByPot(int x, int exponent)
    {
        if (exponent <= 0)
        {
            return Requantization.RoundingDivideByPot(x, -exponent);
        }

        int threshold = (int)((1L << (31 - exponent)) - 1);
        return x > threshold ? int.MaxValue : x < -threshold ? int.MinValue : x << exponent;
    }

    /// <summary>exp(x) in Q0 for x &lt;= 0 in Q<paramref name="integerBits"/>.</summary>
    public static int ExpOnNegative(int x, int integerBits)
    {
        if (x == 0)
        {
            return One;
        }

        int fractionBits = 31 - integerBits;
        int quarter = 1 << (fractionBits - 2);
        int inQuarter = (x & (quarter - 1)) - quarter;
        int result = ExpInQuarter(MultiplyByPot(inQuarter, integerBits));
        int remainder = unchecked(inQuarter - x);
        for (int e = -2; e <= 4 && e < integerBits; e++)
        {
            if ((remainder & (1 << (fractionBits + e))) != 0)
            {
                result = Requantization.DoublingHighMul(result, PowersOfE[e + 2]);
            }
        }

        return integerBits > 5 && x < -(1 << (36 - integerBits)) ? 0 : result;
    }

    /// <summary>1 / (1 + x) in Q0 for x in Q0, 0 to 1.</summary>
    public static int OneOverOnePlus(int x) => MultiplyByPot(TwoOverOnePlus(x), 1);

    /// <summary>1 / (1 + exp(-x)) in Q0.</summary>
    public static int Logistic(int x, int integerBits)
    {
        if (x == 0)
        {
            return 1 << 30;
        }

        int positive = OneOverOnePlus(ExpOnNegative(x > 0 ? -x : x, integerBits));
        return x > 0 ? positive : One - positive;
    }

    /// <summary>tanh(x) in Q0.</summary>
    public static int Tanh(int x, int integerBits)
    {
        if (x == 0)
        {
            return 0;
        }

        // (1 - e) / (1 + e) with e = exp(-2 |x|); doubling costs nothing: the same raw number with one more integer bit.
        int e = ExpOnNegative(x < 0 ? x : -x, integerBits + 1);
        int magnitude = MultiplyByPot(TwoOverOnePlus(e) - (1 << 29), 2);
        return x < 0 ? -magnitude : magnitude;
    }

    /// <summary>1 / sqrt(x) = Multiplier * 2^(Shift - 31) for an integer x >= 0; 0 counts as 1. Five Newton steps from 1.</summary>
    public static (int Multiplier, int Shift) InverseSqrt(int x)
    {
        if (x <= 1)
        {
            return (int.MaxValue, 0);
        }

        int right = 11;
        while (x >= 1 << 29)
        {
            x /= 4;
            right++;
        }

        int pairs = ((System.Numerics.BitOperations.LeadingZeroCount((uint)x) - 1) / 2) - 1;
        right -= pairs;
        x <<= 2 * pairs;
        int half = MultiplyByPot(x >> 1, -1);
        const int threeHalves = (1 << 28) + (1 << 27);
        int root = 1 << 28;
        for (int i = 0; i < 5; i++)
        {
            int cube = MultiplyByPot(Requantization.DoublingHighMul(Requantization.DoublingHighMul(root, root), root), 6);
            root = MultiplyByPot(Requantization.DoublingHighMul(threeHalves, root) - Requantization.DoublingHighMul(half, cube), 3);
        }

        root = Requantization.DoublingHighMul(root, 1518500250); // sqrt(1/2)
        return right < 0 ? (root << -right, 0) : (root, -right);
    }

    /// <summary>
    /// TFLite's table behind the int16 sigmoid and tanh: entry i is sigmoid(i / 24) * 2^16 as uint16 bits, raised by half of
    /// what linear interpolation loses there, so that the error of the interpolation is spread to both sides.
    /// </summary>
    public static short[] SigmoidTable()
    {
        short[] table = new short[256];
        for (int i = 0; i < table.Length; i++)
        {
            double s = 1 / (1 + Math.Exp(-i / 24.0));
            double curvature = s * (1 - s) * (2 * s - 1) / (24.0 * 24.0);
            double entry = i == 255 ? 65535 : Math.Floor(65536 * (s + curvature / 16) + 0.5);
            table[i] = unchecked((short)(ushort)entry);
        }

        return table;
    }

    /// <summary>exp(x) in Q0 for x in Q0, -1/4 to 0: a Taylor polynomial around -1/8.</summary>
    private static int ExpInQuarter(int x)
    {
        const int expOfMinusEighth = 1895147668;
        const int third = 715827883;
        x += 1 << 28;
        int x2 = Requantization.DoublingHighMul(x, x);
        int x3 = Requantization.DoublingHighMul(x2, x);
        int x4 = Requantization.DoublingHighMul(x2, x2);
        int cubic = Requantization.DoublingHighMul(MultiplyByPot(x4, -2) + x3, third);
        int tail = MultiplyByPot(cubic + x2, -1);
        return expOfMinusEighth + Requantization.DoublingHighMul(expOfMinusEighth, x + tail);
    }

    /// <summary>2 / (1 + x) in Q2 for x in Q0, 0 to 1: three Newton steps from 48/17 - 32/17 * (1 + x) / 2.</summary>
    private static int TwoOverOnePlus(int x)
    {
        int halfDenominator = (int)(((long)x + One + 1) / 2);
        int y = 1515870810 + Requantization.DoublingHighMul(halfDenominator, -1010580540);
        for (int i = 0; i < 3; i++)
        {
            int error = (1 << 29) - Requantization.DoublingHighMul(halfDenominator, y);
            y += MultiplyByPot(Requantization.DoublingHighMul(y, error), 2);
        }

        return y;
    }
}
