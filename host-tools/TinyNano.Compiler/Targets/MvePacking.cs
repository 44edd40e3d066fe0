using TinyNano.Compiler.Channels;

namespace TinyNano.Compiler.Targets;

/// <summary>What the packings of cortex-m-mve share. Channels beyond the last one are zeros.</summary>
internal static class MvePacking
{
    /// <summary>Numbers of a window that one step of a product takes.</summary>
    public const int StepNumbers = 16;

    /// <summary>A packed constant with its header: four words, of which a kernel uses as many as it needs.</summary>
    public static PackedBytes Begin(int first = 0, int second = 0, int third = 0, int fourth = 0)
    {
        PackedBytes packed = new();
        packed.Word(first);
        packed.Word(second);
        packed.Word(third);
        packed.Word(fourth);
        return packed;
    }

    public static int Steps(WeightStep w) => (w.Taps * w.Depth + StepNumbers - 1) / StepNumbers;

    /// <summary>Whether the kernels' requantisation is exact for all channels.</summary>
    public static bool IsExact(WeightStep w) => Enumerable.Range(0, w.Outputs).All(o => DspScale.Of(w, o) is not null);

    /// <summary>The bias with the zero point of x folded in: sums run over x as it is.</summary>
    public static int Bias(WeightStep w, int output)
    {
        if (output >= w.Outputs)
        {
            return 0;
        }

        int sum = 0;
        for (int k = 0; k < w.Taps * w.Depth; k++)
        {
            sum += w.Weight(output, k);
        }

        return unchecked(w.Bias[output] - w.XZero * sum);
    }

    /// <summary>Sixteen weights of a channel.</summary>
    public static void WriteVector(PackedBytes packed, WeightStep w, int output, int step)
    {
        for (int k = step * StepNumbers; k < (step + 1) * StepNumbers; k++)
        {
            packed.Byte(output < w.Outputs && k < w.Taps * w.Depth ? w.Weight(output, k) : 0);
        }
    }

    /// <summary>Vectors of multipliers, of constants, of shifts.</summary>
    public static void WriteScales(PackedBytes packed, IReadOnlyList<MveScale> scales)
    {
        foreach (int word in scales.Select(s => s.Mult).Concat(scales.Select(s => s.Constant)).Concat(scales.Select(s => s.Left)))
        {
            packed.Word(word);
        }
    }
}

/// <summary>How cortex-m-mve kernels requantise: top byte of (high(sum, Mult) - (sum &lt; 0 ? 1 : 0) + Constant) &lt;&lt; Left, saturated.</summary>
internal readonly record struct MveScale(int Mult, int Constant, int Left)
{
    private const int TopByte = 24;

    public static MveScale Of(WeightStep w, int output) =>
        output < w.Outputs && DspScale.Of(w, output) is DspScale scale ? new MveScale(scale.Mult, scale.Half, TopByte - scale.Shift) : default;
}
