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
    }
}
