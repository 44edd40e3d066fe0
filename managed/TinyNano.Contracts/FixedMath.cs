namespace TinyNano.Contracts
{
    /// <summary>
    /// Logarithm and exponential without System.Math, whose functions some firmware does not have. The same numbers on every runtime:
    /// integers, and for one exponential float64 products, which IEEE 754 defines to the last bit.
    /// </summary>
    internal static class FixedMath
    {
        /// <summary>What stands for 1 in results of <see cref="ExpOfMinus"/>.</summary>
        internal const long ExpOne = 1L << 30;

        private const int LogBits = 12;
        private const int Top = 30;

        /// <summary>Logarithm to the base 2 of a number from 1 on, in 1/4096, rounded down.</summary>
        internal static int Log2(long value)
        {
            int whole = 0;
            for (long rest = value; rest > 1; rest >>= 1)
            {
                whole++;
            }

            // Squaring doubles the logarithm, so its next bit is whether the square reaches 2.
            long x = whole <= Top ? value << (Top - whole) : value >> (whole - Top);
            int result = whole;
            for (int i = 0; i < LogBits; i++)
            {
                x = (x * x) >> Top;
                result <<= 1;
                if (x >= 2L << Top)
                {
                    x >>= 1;
                    result |= 1;
                }
            }

            return result;
        }

        /// <summary>exp(-x) of a number from 0 on, in 2^-30.</summary>
        internal static long ExpOfMinus(float x)
        {
            // Also where x is no number.
            if (!(x < 32))
            {
                return 0;
            }

            // exp(-x) = exp(-x / 1024)^1024; of the small number five terms are enough.
            double y = x < 0 ? 0 : x / 1024.0;
            double result = 1 - y * (1 - y / 2 * (1 - y / 3 * (1 - y / 4)));
            for (int i = 0; i < 10; i++)
            {
                result *= result;
            }

            return (long)(result * ExpOne + 0.5);
        }
    }
}
