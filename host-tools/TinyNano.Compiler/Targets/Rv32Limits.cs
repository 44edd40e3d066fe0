using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>How large a window and its images may be for the kernels of rv32: firmware-native/src/opt/rv32/rv32_step.h has the same numbers.</summary>
internal static class Rv32Limits
{
    private const int MostCells = 32767;
    private const int MostStep = 255;

    /// <summary>Whether a CONV_2D or DEPTHWISE_CONV_2D keeps to them.</summary>
    public static bool Fits(Step step)
    {
        Shape x = step.Inputs[0]!.Shape;
        Shape y = step.Outputs[0].Shape;
        Shape w = step.Inputs[1]!.Shape;
        return x[1] <= MostCells && x[2] <= MostCells && y[1] <= MostCells && y[2] <= MostCells && x[3] <= MostCells && w[1] <= MostStep && w[2] <= MostStep
            && step.Op.Fields.Take(6).All(field => WeightStep.Param(step, field) <= MostStep);
    }

    /// <summary>Cells along one axis (1 or 2) that windows reach, from the first one of the padding.</summary>
    public static long Reach(Step step, int axis)
    {
        string name = axis == 1 ? "h" : "w";
        return (step.Outputs[0].Shape[axis] - 1L) * WeightStep.Param(step, $"stride_{name}")
            + (step.Inputs[1]!.Shape[axis] - 1L) * WeightStep.Param(step, $"dilation_{name}") + 1;
    }
}
