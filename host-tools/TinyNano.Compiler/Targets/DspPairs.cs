using TinyNano.Compiler.Channels;

namespace TinyNano.Compiler.Targets;

/// <summary>
/// Weights of two output channels in the same bytes, as cortex-m-dsp multiplies them: each half word is 256 * a + b. The product with such a
/// half is 256 * A + B; with its sign-extended low byte it is B.
/// </summary>
internal static class DspPairs
{
    // 256 * A must fit into 32 bits.
    private const long MaxSum = 1L << 23;

    /// <summary>Whether the pair (a, b) can share bytes: only a = -128 beside a negative b cannot.</summary>
    public static bool Share(WeightStep step, int a, int b)
    {
        int count = step.Taps * step.Depth;
        for (int k = 0; k < count; k++)
        {
            if (step.Weight(a, k) == -128 && step.Weight(b, k) < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the kernels' own requantisation is exact for the pair.</summary>
    public static bool IsExact(WeightStep step, int a, int b)
    {
        (long lo, long hi) = step.Sums(a);
        bool fits = (lo > -MaxSum && hi < MaxSum) || step.Constant(a) is not null;
        return fits && DspScale.Of(step, a) is not null && DspScale.Of(step, b) is not null;
    }

    /// <summary>The bias with the zero point of x folded in: sums run over x as it is.</summary>
    public static int Bias(WeightStep step, int output)
    {
        int count = step.Taps * step.Depth;
        int sum = 0;
        for (int k = 0; k < count; k++)
        {
            sum += step.Weight(output, k);
        }

        return unchecked(step.Bias[output] - step.XZero * sum);
    }

    /// <summary>The words that the accumulators begin with.</summary>
    public static (int Both, int Second) Begin(WeightStep step, int a, int b)
    {
        int second = Bias(step, b);
        return (unchecked(Bias(step, a) * 256 + second), second);
    }

    /// <summary>
    /// One quad of weights: k0 and k2 in one word, k1 and k3 in the next. <paramref name="order"/> holds positions in the window, -1 for none.
    /// </summary>
    public static int Word(WeightStep step, int a, int b, ReadOnlySpan<int> order, int word)
    {
        int Half(int k) => k < 0 ? 0 : step.Weight(a, k) * 256 + step.Weight(b, k);
        return (Half(order[word]) & 0xFFFF) | (Half(order[word + 2]) << 16);
    }
}
