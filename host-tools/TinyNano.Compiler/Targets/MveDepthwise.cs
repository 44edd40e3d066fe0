using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>DEPTHWISE_CONV_2D with one output channel for each input channel, sixteen channels a vector (tn_mve_depthwise.c).</summary>
internal static class MveDepthwise
{
    private const int Lanes = 16;
    private const int MaxCells = 32;

    // Two products of a number with weights fit into 16 bits: 128 * 255 < 2^15.
    private const int MaxPair = 255;

    // Channels of the four vectors of sums, as widening leaves them.
    private static readonly int[] s_order = [0, 4, 8, 12, 2, 6, 10, 14, 1, 5, 9, 13, 3, 7, 11, 15];

    public static bool Fits(Step step)
    {
        if (WeightStep.Of(step) is not WeightStep w || !w.IsDepthwise || WeightStep.Param(step, "multiplier") != 1 || w.Taps >= MaxCells || !MvePacking.IsExact(w))
        {
            return false;
        }

        Shape x = step.Inputs[0]!.Shape;
        Shape filter = step.Inputs[1]!.Shape;
        long span = ((long)(filter[1] - 1) * WeightStep.Param(step, "dilation_h") * x[2]) + ((long)(filter[2] - 1) * WeightStep.Param(step, "dilation_w"));
        return span * x[3] <= int.MaxValue && Enumerable.Range(0, w.Outputs).All(o => Pairs(w).All(k => Math.Abs(At(w, o, k)) + Math.Abs(At(w, o, k + 1)) <= MaxPair));
    }

    public static Step Pack(Step step)
    {
        WeightStep w = WeightStep.Of(step)!;
        Shape filter = step.Inputs[1]!.Shape;
        PackedBytes packed = MvePacking.Begin(filter[1], filter[2]);
        for (int o = 0; o < w.Outputs; o += Lanes)
        {
            // The last group begins early enough to be whole.
            int first = w.Outputs < Lanes ? 0 : Math.Min(o, w.Outputs - Lanes);
            foreach (int lane in s_order)
            {
                packed.Word(MvePacking.Bias(w, first + lane));
            }

            foreach (int k in Pairs(w).SelectMany(k => new[] { k, k + 1 }))
            {
                for (int lane = 0; lane < Lanes; lane++)
                {
                    packed.Byte(At(w, first + lane, k));
                }
            }

            foreach (int[] lanes in s_order.Chunk(4))
            {
                MveScale[] scales = [.. lanes.Select(lane => MveScale.Of(w, first + lane))];
                MvePacking.WriteScales(packed, scales);
            }
        }

        return step with { Inputs = [step.Inputs[0], packed.Tensor(step.Name)], Scratch = null };
    }

    private static IEnumerable<int> Pairs(WeightStep w) => Enumerable.Range(0, (w.Taps + 1) / 2).Select(i => 2 * i);

    private static int At(WeightStep w, int output, int k) => output < w.Outputs && k < w.Taps ? w.Weight(output, k) : 0;
}
