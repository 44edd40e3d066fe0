using System.Numerics;

namespace TinyNano.Vectors.Cases;

/// <summary>Integer operators that the reference lacks, as docs/SPEC.md defines them, in unbounded integers and apart from compiler and runtime.</summary>
internal static class IntegerArithmetic
{
    /// <summary>LAYER_NORM of rows as long as gamma; lowest is -128 (int8) or -32768 (int16).</summary>
    public static int[] LayerNorm(int[] x, float[] gamma, float[]? beta, float epsilon, float xScale, float yScale, int yZero, int lowest)
    {
        int n = gamma.Length;
        int fraction = lowest == sbyte.MinValue ? 16 : 2;
        int shift = 20;
        while (shift > 0 && gamma.Max(g => Math.Abs(g / (double)yScale)) * Math.Pow(2, shift) > int.MaxValue - 1)
        {
            shift--;
        }

        BigInteger e = BigInteger.Max(1, new BigInteger(Math.Round((double)n * n * epsilon / ((double)xScale * xScale) * Math.Pow(2, fraction))));
        int[] y = new int[x.Length];
        for (int start = 0; start < x.Length; start += n)
        {
            BigInteger sum = 0, squares = 0;
            for (int i = start; i < start + n; i++)
            {
                sum += x[i];
                squares += (BigInteger)x[i] * x[i];
            }

            BigInteger w = ((n * squares - sum * sum) << fraction) + e;
            int k = 0;
            for (; w < BigInteger.One << 62; k++)
            {
                w *= 4;
            }

            BigInteger reciprocal = (BigInteger.One << 62) / Root(w);
            for (int i = 0; i < n; i++)
            {
                BigInteger h = Round((n * (BigInteger)x[start + i] - sum) * reciprocal, 42 - fraction / 2 - k);
                BigInteger g = new(Math.Round(gamma[i] / (double)yScale * Math.Pow(2, shift), MidpointRounding.AwayFromZero));
                BigInteger b = new(Math.Round(((beta?[i] ?? 0) / (double)yScale + yZero) * 1024, MidpointRounding.AwayFromZero));
                BigInteger exact = Round(h * g + (b << (10 + shift)), 20 + shift);
                y[start + i] = (int)BigInteger.Max(lowest, BigInteger.Min(-lowest - 1, exact));
            }
        }

        return y;
    }

    /// <summary>RESIZE, bilinear with half pixels: coordinates in 1/1024, every product exact, ties away from zero.</summary>
    public static int[] ResizeHalfPixel(int[] x, int h, int w, int channels, int outH, int outW)
    {
        int[] y = new int[outH * outW * channels];
        for (int i = 0; i < y.Length; i++)
        {
            long row = Coordinate(i / channels / outW, h, outH);
            long col = Coordinate(i / channels % outW, w, outW);
            BigInteger sum = 0;
            for (int corner = 0; corner < 4; corner++)
            {
                long r = Math.Min(row / 1024 + corner / 2, h - 1);
                long c = Math.Min(col / 1024 + corner % 2, w - 1);
                long a = corner / 2 == 0 ? 1024 - row % 1024 : row % 1024;
                long b = corner % 2 == 0 ? 1024 - col % 1024 : col % 1024;
                sum += (BigInteger)x[(r * w + c) * channels + i % channels] * a * b;
            }

            y[i] = (int)(sum.Sign * ((BigInteger.Abs(sum) + (1 << 19)) >> 20));
        }

        return y;
    }

    private static long Coordinate(int i, int length, int outputs)
    {
        long step = (1024L * length + outputs / 2) / outputs;
        return Math.Clamp(i * step + step / 2 - 512, 0, 1024L * (length - 1));
    }

    private static BigInteger Round(BigInteger x, int bits) => (x + (BigInteger.One << (bits - 1))) >> bits;

    /// <summary>The integer square root by bisection.</summary>
    private static BigInteger Root(BigInteger x)
    {
        BigInteger low = 0, high = BigInteger.One << 33;
        while (high - low > 1)
        {
            BigInteger middle = (low + high) / 2;
            (low, high) = middle * middle <= x ? (middle, high) : (low, middle);
        }

        return low;
    }
}
