using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>Constants of integer softmax and log-softmax, by TFLite's arithmetic, so that the device has none of it.</summary>
internal static class SoftmaxTables
{
    /// <summary>Bits before the point of a scaled difference.</summary>
    public const int DifferenceBits = 5;

    /// <summary>
    /// Multiplier and shift that turn a difference of quantised inputs into beta * real difference in Q5.26, and the
    /// largest difference that fits.
    /// </summary>
    public static (int Multiplier, int Shift, int Radius) Scaling(double beta, double scale)
    {
        double real = Math.Min(beta * scale * (1 << (31 - DifferenceBits)), (1L << 31) - 1.0);
        (int multiplier, int shift) = Requantization.QuantizeMultiplier(real);
        OpHelpers.Check(real > 1, $"beta {beta} * scale {scale} is too small for softmax");
        double radius = 1.0 * ((1 << DifferenceBits) - 1) * (1L << (31 - DifferenceBits)) / (1L << shift);
        return (multiplier, shift, (int)Math.Floor(radius));
    }

    /// <summary>
    /// exp(-d * beta * scale) in Q0.31 for d = 0, 1, ... Entries below 2^11 neither add to a sum (rounded to 19 bits
    /// after the point) nor give a result other than 0; the table ends before them.
    /// </summary>
    public static int[] ExpOfDifferences(double beta, double scale)
    {
        (int multiplier, int shift, int radius) = Scaling(beta, scale);
        List<int> table = [];
        for (int d = 0; d <= Math.Min(radius, byte.MaxValue); d++)
        {
            int exp = FixedPoint.ExpOnNegative(Requantization.DoublingHighMul(-d * (1 << shift), multiplier), DifferenceBits);
            if (exp < 1 << 11)
            {
                break;
            }

            table.Add(exp);
        }

        return [.. table];
    }

    /// <summary>exp over [-10, 0] in 513 entries over the int16 range, Q0.15.</summary>
    public static short[] Exp16() => Table(10.0f / 65535, 32767, x => (float)Math.Exp(x));

    /// <summary>1 / (1 + x) over [0, 1] in 513 entries over the int16 range, Q0.15.</summary>
    public static short[] Reciprocal16() => Table(1.0f / 65535, -32768, x => 1.0f / (1.0f + x));

    /// <summary>
    /// TFLite's table of a function of an int16 with 512 steps, for results in [-1, 1]: every entry lies half the
    /// interpolation's error at the middle of its step beside the function. Float32 throughout.
    /// </summary>
    private static short[] Table(float inputScale, int inputZero, Func<float, float> function)
    {
        const int Steps = 512;
        const float OutputScale = 2.0f / 65535;
        float lowest = inputScale * (short.MinValue - inputZero);
        float highest = inputScale * (short.MaxValue - inputZero);
        float step = (highest - lowest) / Steps;
        float half = step / 2;
        float perUnit = 65536f / (OutputScale * short.MaxValue - OutputScale * short.MinValue);
        short[] table = new short[Steps + 1];
        for (int i = 0; i < Steps; i++)
        {
            float value = function(lowest + i * step);
            float middle = function(lowest + i * step + half);
            float next = function(lowest + (i + 1) * step);
            float sample = Round(value * perUnit);
            float interpolated = Round((next * perUnit + Round(value * perUnit)) / 2);
            float bias = Round((interpolated - Round(middle * perUnit)) / 2);
            table[i] = (short)Math.Clamp(sample - bias, short.MinValue, short.MaxValue);
        }

        table[Steps] = (short)Math.Clamp(Round(function(highest) * perUnit), short.MinValue, short.MaxValue);
        return table;
    }

    private static float Round(float x) => MathF.Round(x, MidpointRounding.AwayFromZero);
}
