namespace TinyNano.Inference
{
    /// <summary>Fixed-point arithmetic that every integer operator shares, as docs/SPEC.md, "Integer arithmetic", defines it.</summary>
    internal static class FixedPoint
    {
        internal static int Clamp(int x, int lo, int hi)
        {
            return x < lo ? lo : x > hi ? hi : x;
        }

        /// <summary>a * b / 2^31 rounded to nearest, ties up.</summary>
        internal static int DoublingHighMul(int a, int b)
        {
            return (int)(((long)a * b + (1L << 30)) >> 31);
        }

        /// <summary>x / 2^exponent rounded to nearest, ties away from zero; exponent 0 .. 31.</summary>
        internal static int RoundingDivideByPot(int x, int exponent)
        {
            if (exponent == 0)
            {
                return x;
            }

            int mask = (int)((1u << exponent) - 1u);
            int remainder = x & mask;
            int threshold = (int)((uint)mask >> 1) + (x < 0 ? 1 : 0);
            return (x >> exponent) + (remainder > threshold ? 1 : 0);
        }

        /// <summary>x * mult * 2^(shift - 31) with TensorFlow Lite's double rounding; shift -31 .. 30, positive to the left.</summary>
        internal static int Requantize(int x, int mult, int shift)
        {
            return shift > 0
                ? DoublingHighMul(x << shift, mult)
                : RoundingDivideByPot(DoublingHighMul(x, mult), -shift);
        }

        /// <summary>Zero bits above the highest one of x; 32 for 0.</summary>
        internal static int LeadingZeros(uint x)
        {
            int n = 32;
            for (int width = 16; width > 0; width >>= 1)
            {
                if (x >> width != 0)
                {
                    x >>= width;
                    n -= width;
                }
            }

            return n - (int)x;
        }

        /// <summary>x * 2^bits, saturating; bits 0 .. 30.</summary>
        internal static int SaturatingShiftLeft(int x, int bits)
        {
            int threshold = (int)((1u << (31 - bits)) - 1u);
            if (bits == 0)
            {
                return x;
            }

            return x > threshold ? int.MaxValue : x < -threshold ? int.MinValue : x << bits;
        }

        /// <summary>
        /// 1 / (1 + a) in Q0.31 for a in Q0.31, 0 &lt;= a &lt; 1: three steps of Newton-Raphson from 48/17 - 32/17 d, where d = (1 + a) / 2.
        /// </summary>
        internal static int OneOverOnePlusX(int a)
        {
            int halfDenominator = (int)(((long)a + int.MaxValue + 1) / 2);
            int x = 1515870810 + DoublingHighMul(halfDenominator, -1010580540);  // Q2.29
            for (int i = 0; i < 3; i++)
            {
                int rest = (1 << 29) - DoublingHighMul(halfDenominator, x);
                x += SaturatingShiftLeft(DoublingHighMul(x, rest), 2);
            }

            return SaturatingShiftLeft(x, 1);
        }

        internal static int Saturate32(long x)
        {
            return x > int.MaxValue ? int.MaxValue : x < int.MinValue ? int.MinValue : (int)x;
        }
    }
}
