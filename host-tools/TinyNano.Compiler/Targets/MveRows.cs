using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>FULLY_CONNECTED, and CONV_2D whose only window is all of x, four channels at a time (tn_mve_row.c).</summary>
internal static class MveRows
{
    private const int Group = 4;

    public static bool Fits(Step step) =>
        WeightStep.Of(step) is WeightStep w && MvePacking.IsExact(w) && (step.Op != DeviceOps.Conv2D || IsWhole(step));

    public static Step Pack(Step step)
    {
        WeightStep w = WeightStep.Of(step)!;
        int depth = w.Taps * w.Depth;
        int steps = MvePacking.Steps(w);
        PackedBytes packed = MvePacking.Begin(depth);
        for (int o = 0; o < w.Outputs; o += Group)
        {
            for (int i = 0; i < Group; i++)
            {
                packed.Word(MvePacking.Bias(w, o + i));
            }

            for (int k = 0; k < steps * Group; k++)
            {
                MvePacking.WriteVector(packed, w, o + k % Group, k / Group);
            }

            MvePacking.WriteScales(packed, [.. Enumerable.Range(o, Group).Select(c => MveScale.Of(w, c))]);
        }

        return step with
        {
            Inputs = [step.Inputs[0], packed.Tensor(step.Name)],
            Scratch = PackedBytes.Scratch(step.Name, depth % MvePacking.StepNumbers == 0 ? 0 : steps * MvePacking.StepNumbers),
        };
    }

    private static bool IsWhole(Step step)
    {
        Shape x = step.Inputs[0]!.Shape;
        Shape filter = step.Inputs[1]!.Shape;
        Shape y = step.Outputs[0].Shape;
        return y[1] == 1 && y[2] == 1 && filter[1] == x[1] && filter[2] == x[2] && WeightStep.Param(step, "pad_top") == 0 && WeightStep.Param(step, "pad_left") == 0
            && (filter[1] == 1 || WeightStep.Param(step, "dilation_h") == 1) && (filter[2] == 1 || WeightStep.Param(step, "dilation_w") == 1);
    }
}
