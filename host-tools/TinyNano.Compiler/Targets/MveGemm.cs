using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>CONV_2D as products of four windows with groups of four channels (tn_mve_conv2d.c).</summary>
internal static class MveGemm
{
    private const int Group = 4;
    private const int Windows = 4;

    public static bool Fits(Step step) => WeightStep.Of(step) is WeightStep w && w.Taps * w.Depth <= 1 << 16 && MvePacking.IsExact(w);

    public static Step Pack(Step step)
    {
        WeightStep w = WeightStep.Of(step)!;
        Shape filter = step.Inputs[1]!.Shape;
        int steps = MvePacking.Steps(w);
        PackedBytes packed = MvePacking.Begin(filter[1], filter[2]);
        for (int o = 0; o < w.Outputs; o += Group)
        {
            WritePair(packed, w, o, steps);
            WritePair(packed, w, o + 2, steps);
        }

        bool single = filter[1] == 1 && filter[2] == 1 && !w.IsPadded;
        return step with
        {
            Inputs = [step.Inputs[0], packed.Tensor(step.Name)],
            Scratch = PackedBytes.Scratch(step.Name, single && w.Depth % MvePacking.StepNumbers == 0 ? 0 : Windows * steps * MvePacking.StepNumbers),
        };
    }

    // Channels o and o + 1: what the sums of four windows begin with, weights vector by vector, scales.
    private static void WritePair(PackedBytes packed, WeightStep w, int o, int steps)
    {
        for (int i = 0; i < 2 * Windows; i++)
        {
            packed.Word(MvePacking.Bias(w, o + i / Windows));
        }

        for (int step = 0; step < steps; step++)
        {
            MvePacking.WriteVector(packed, w, o, step);
            MvePacking.WriteVector(packed, w, o + 1, step);
        }

        for (int i = 0; i < 2; i++)
        {
            MveScale scale = MveScale.Of(w, o + i);
            packed.Word(scale.Mult);
            packed.Word(scale.Constant);
            packed.Word(scale.Left);
        }
    }
}
