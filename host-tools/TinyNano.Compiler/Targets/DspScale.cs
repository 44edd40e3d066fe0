using TinyNano.Compiler.Channels;

namespace TinyNano.Compiler.Targets;

/// <summary>
/// How cortex-m-dsp kernels requantise: saturate(y_zero + requantize(sum, mult, -shift)) in five instructions, from the words mult, half = 2^(shift-1) +
/// y_zero * 2^shift and shift. See firmware-native/src/opt/cortex_m_dsp/tn_dsp.h for why it is exact.
/// </summary>
internal readonly record struct DspScale(int Mult, int Half, int Shift)
{
    private const int MaxShift = 22;

    /// <summary>The scale of a channel whose sums lie in lo .. hi; null where the short way would not be exact.</summary>
    public static DspScale? Of(int mult, int shift, int yZero, long lo, long hi)
    {
        if (lo <= -(1L << 30) || hi >= 1L << 30)
        {
            return null;
        }

        return shift is < 0 and >= -MaxShift ? new DspScale(mult, (1 << (-shift - 1)) + (yZero << -shift), -shift) : null;
    }

    /// <summary>The scale of an output channel of a step.</summary>
    public static DspScale? Of(WeightStep step, int output)
    {
        // A constant channel's sums may be of any size.
        if (step.Constant(output) is int constant)
        {
            return new DspScale(0, 1 + constant * 2, 1);
        }

        (long lo, long hi) = step.Sums(output);
        return Of(step.Mult(output), step.Shift(output), step.YZero, lo, hi);
    }

    public void Write(PackedBytes to)
    {
        to.Word(Mult);
        to.Word(Half);
        to.Word(Shift);
    }
}
