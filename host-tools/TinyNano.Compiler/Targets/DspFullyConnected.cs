using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>FULLY_CONNECTED, and CONV_2D whose only window is all of x, four channels at a time (tn_dsp_fully_connected.c).</summary>
internal static class DspFullyConnected
{
    private const int Group = 4;

    public static bool Fits(Step step)
    {
        if (WeightStep.Of(step) is not WeightStep w || (step.Op == DeviceOps.Conv2D && !IsWhole(step)))
        {
            return false;
        }

        for (int o = 0; o < w.Outputs; o += 2)
        {
            (int a, int b) = Pair(w, o);
            if (!DspPairs.Share(w, a, b) || !DspPairs.IsExact(w, a, b))
            {
                return false;
            }
        }

        return true;
    }

    public static Step Pack(Step step)
    {
        WeightStep w = WeightStep.Of(step)!;
        int depth = w.Taps * w.Depth;
        PackedBytes packed = new();
        packed.Word(depth);
        packed.Word(0);
        int[] order = [.. Enumerable.Range(0, (depth + 3) / 4 * 4).Select(k => k < depth ? k : -1)];
        for (int o = 0; o < w.Outputs; o += Group)
        {
            (int a, int b) = Pair(w, o);
            (int c, int d) = Pair(w, o + 2);
            (int ab, int beginB) = DspPairs.Begin(w, a, b);
            (int cd, int beginD) = DspPairs.Begin(w, c, d);
            foreach (int word in new[] { ab, cd, beginB, beginD })
            {
                packed.Word(word);
            }

            for (int k = 0; k < order.Length; k += 4)
            {
                for (int word = 0; word < 2; word++)
                {
                    packed.Word(DspPairs.Word(w, a, b, order.AsSpan(k), word));
                    packed.Word(DspPairs.Word(w, c, d, order.AsSpan(k), word));
                }
            }

            foreach (int channel in new[] { b, a, d, c })
            {
                DspScale.Of(w, channel)!.Value.Write(packed);
            }
        }

        return step with
        {
            Inputs = [step.Inputs[0], packed.Tensor(step.Name)],
            Scratch = PackedBytes.Scratch(step.Name, depth % 4 == 0 ? 0 : order.Length),
        };
    }

    // Where there is no such channel the last one stands in; the kernel drops its results.
    private static (int A, int B) Pair(WeightStep w, int o) => (Math.Min(o, w.Outputs - 1), Math.Min(o + 1, w.Outputs - 1));

    private static bool IsWhole(Step step)
    {
        Shape x = step.Inputs[0]!.Shape;
        Shape filter = step.Inputs[1]!.Shape;
        Shape y = step.Outputs[0].Shape;
        return y[1] == 1 && y[2] == 1 && filter[1] == x[1] && filter[2] == x[2] && WeightStep.Param(step, "pad_top") == 0 && WeightStep.Param(step, "pad_left") == 0
            && (filter[1] == 1 || WeightStep.Param(step, "dilation_h") == 1) && (filter[2] == 1 || WeightStep.Param(step, "dilation_w") == 1);
    }
}
