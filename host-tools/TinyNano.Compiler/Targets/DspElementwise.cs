using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Targets;

/// <summary>ADD, SUB and MUL of two int8 tensors of one shape (tn_dsp_elementwise.c).</summary>
internal static class DspElementwise
{
    private const int Values = 256;

    /// <summary>The share of one input is a multiple of the number, up to a constant: that of the larger scale always is.</summary>
    public static bool FitsSum(Step step) =>
        IsPlain(step) && (Slope(Shares(step, 0)) ?? Slope(Shares(step, 1))) is not null && SumScale(step) is not null;

    public static Step PackSum(Step step)
    {
        int first = Slope(Shares(step, 0)) is not null ? 0 : 1;
        int[] shares = Shares(step, first);
        int slope = Slope(shares)!.Value;
        PackedBytes packed = new();
        packed.Word(slope);
        packed.Word(0);
        SumScale(step)!.Value.Write(packed);
        foreach (int share in Shares(step, 1 - first))
        {
            packed.Word(unchecked(share + shares[0]));
        }

        return step with
        {
            Inputs = [step.Inputs[first], step.Inputs[1 - first], packed.Tensor(step.Name)],
            InPlace = step.InPlace < 0 ? -1 : step.InPlace == first ? 0 : 1,
        };
    }

    public static bool FitsMul(Step step) => IsPlain(step) && MulScale(step) is not null;

    public static Step PackMul(Step step)
    {
        PackedBytes packed = new();
        packed.Word(0);
        packed.Word(0);
        MulScale(step)!.Value.Write(packed);
        return step with { Inputs = [step.Inputs[0], step.Inputs[1], packed.Tensor(step.Name)] };
    }

    private static bool IsPlain(Step step) => step.Inputs[0]!.DType == DType.Int8 && step.Outputs[0].DType == DType.Int8
        && step.Inputs[0]!.Shape.Equals(step.Outputs[0].Shape) && step.Inputs[1]!.Shape.Equals(step.Outputs[0].Shape);

    // What each number of an input (by its byte) gives to the sum; index v & 255.
    private static int[] Shares(Step step, int input)
    {
        string name = input == 0 ? "a" : "b";
        int zero = Param(step, $"{name}_zero");
        int left = Param(step, "left_shift");
        int sign = input == 1 && step.Op == DeviceOps.Sub ? -1 : 1;
        int[] shares = new int[Values];
        for (int v = sbyte.MinValue; v <= sbyte.MaxValue; v++)
        {
            shares[v & 255] = unchecked(sign * Requantization.Multiply((v - zero) << left, Param(step, $"{name}_mult"), Param(step, $"{name}_shift")));
        }

        return shares;
    }

    // The step from number to number where it is always the same; null otherwise.
    private static int? Slope(int[] shares)
    {
        int slope = unchecked(shares[1] - shares[0]);
        for (int v = sbyte.MinValue; v <= sbyte.MaxValue; v++)
        {
            if (shares[v & 255] != unchecked(shares[0] + v * slope))
            {
                return null;
            }
        }

        return slope;
    }

    private static DspScale? SumScale(Step step)
    {
        int[] a = Shares(step, 0);
        int[] b = Shares(step, 1);
        return DspScale.Of(Param(step, "y_mult"), Param(step, "y_shift"), Param(step, "y_zero"), (long)a.Min() + b.Min(), (long)a.Max() + b.Max());
    }

    private static DspScale? MulScale(Step step) =>
        DspScale.Of(Param(step, "y_mult"), Param(step, "y_shift"), Param(step, "y_zero"), -255 * 255, 255 * 255);

    private static int Param(Step step, string field) => WeightStep.Param(step, field);
}
