using TinyNano.Compiler.Channels;

namespace TinyNano.Compiler.Targets;

/// <summary>What the kernels of rv32 ask of an output channel's numbers: rv32_requantize.h says when its short form is exact.</summary>
internal static class Rv32Scale
{
    /// <summary>
    /// The numbers of an output channel: its bias with the input's zero point folded in (then a sum takes x as it is, and the padding holds
    /// the zero point), its multiplier and its shift. A channel that gives one number whatever x holds is said to be constant: its weights
    /// then must count as 0.
    /// </summary>
    public static (int Bias, int Mult, int Shift, bool IsConstant) Of(WeightStep step, int output)
    {
        if (step.Constant(output) is int constant)
        {
            // (2 r * 2^30 + 2^30) >> 31 = r
            return (2 * (constant - step.YZero), 1 << 30, 0, true);
        }

        int sum = 0;
        for (int k = 0; k < step.Taps * step.Depth; k++)
        {
            sum += step.Weight(output, k);
        }

        return (unchecked(step.Bias[output] - step.XZero * sum), step.Mult(output), step.Shift(output), false);
    }

    /// <summary>Whether the short requantisation is exact for every sum that any x gives, in part or as a whole.</summary>
    public static bool Fits(WeightStep step) => Enumerable.Range(0, step.Outputs).All(o =>
        step.Constant(o) is not null || Fits(Math.Abs((long)step.Bias[o]) + Spread(step, o), step.Shift(o)));

    /// <summary>The same for accumulators up to <paramref name="most"/>; rv32_requantize.h has the conditions.</summary>
    public static bool Fits(long most, int shift) => shift is <= 0 and >= -22 && most < 1L << 29 && 2 * most + (258L << -shift) < int.MaxValue;

    private static long Spread(WeightStep step, int output)
    {
        long most = 0;
        for (int k = 0; k < step.Taps * step.Depth; k++)
        {
            most += 256L * Math.Abs(step.Weight(output, k));
        }

        return most;
    }
}
