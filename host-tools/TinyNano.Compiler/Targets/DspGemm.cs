using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>
/// CONV_2D and FULLY_CONNECTED as products of three windows with pairs of channels (tn_dsp_conv2d.c). Kernel 1 (3 for FULLY_CONNECTED) requantises
/// on its own; kernel 2, wide, is for layers where that is not exact.
/// </summary>
internal static class DspGemm
{
    private const int Rows = 3;
    private const int PartQuads = 125;
    private const int QuadBytes = 24;

    public static bool Fits(Step step, bool wide)
    {
        if (WeightStep.Of(step) is not WeightStep w || w.Outputs < 2 || w.Taps * w.Depth > 1 << 16)
        {
            return false;
        }

        foreach ((int a, int b) in Pairs(w.Outputs))
        {
            if (!DspPairs.Share(w, a, b) || (!wide && !DspPairs.IsExact(w, a, b)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>FULLY_CONNECTED: worth while from three rows on.</summary>
    public static bool HasRows(Step step) => step.Inputs[0]!.Shape.Count / step.Inputs[1]!.Shape[1] >= Rows;

    public static Step Pack(Step step, bool wide)
    {
        WeightStep w = WeightStep.Of(step)!;
        int[] order = Order(step, w);
        PackedBytes packed = new();
        Shape filter = step.Inputs[1]!.Shape;
        packed.Word(filter[1]);
        packed.Word(filter.Rank == 4 ? filter[2] : 0);
        foreach ((int a, int b) in Pairs(w.Outputs))
        {
            if (wide)
            {
                WriteWide(packed, w, a, b, order);
                continue;
            }

            (int both, int second) = DspPairs.Begin(w, a, b);
            packed.Word(both);
            packed.Word(second);
            WriteQuads(packed, w, a, b, order);
            DspScale.Of(w, b)!.Value.Write(packed);
            DspScale.Of(w, a)!.Value.Write(packed);
        }

        return step with
        {
            Inputs = [step.Inputs[0], packed.Tensor(step.Name)],
            Scratch = PackedBytes.Scratch(step.Name, order.Length / 4 * QuadBytes),
        };
    }

    // An odd number of channels ends with a pair that has the last but one again.
    private static IEnumerable<(int A, int B)> Pairs(int outputs)
    {
        for (int o = 0; o < outputs; o += 2)
        {
            int a = Math.Min(o, outputs - 2);
            yield return (a, a + 1);
        }
    }

    // Parts of at most 125 quads without biases, then biases, multipliers and shifts of both channels.
    private static void WriteWide(PackedBytes packed, WeightStep w, int a, int b, int[] order)
    {
        foreach (int[] part in order.Chunk(PartQuads * 4))
        {
            packed.Word(0);
            packed.Word(0);
            WriteQuads(packed, w, a, b, part);
        }

        packed.Word(DspPairs.Bias(w, a));
        packed.Word(DspPairs.Bias(w, b));
        packed.Word(w.Mult(a));
        packed.Word(w.Mult(b));
        packed.Word(w.Shift(a));
        packed.Word(w.Shift(b));
    }

    private static void WriteQuads(PackedBytes packed, WeightStep w, int a, int b, ReadOnlySpan<int> order)
    {
        for (int k = 0; k < order.Length; k += 4)
        {
            packed.Word(DspPairs.Word(w, a, b, order[k..], 0));
            packed.Word(DspPairs.Word(w, a, b, order[k..], 1));
        }
    }

    // The kernel's order of a window: the quads of all contiguous runs, then what is left of them.
    private static int[] Order(Step step, WeightStep w)
    {
        Shape filter = step.Inputs[1]!.Shape;
        bool rows = filter.Rank == 4 && WeightStep.Param(step, "dilation_w") == 1;
        int length = rows ? filter[2] * w.Depth : w.Depth;
        int runs = w.Taps * w.Depth / length;
        int whole = length / 4 * 4;
        List<int> order = [];
        List<int> left = [];
        for (int run = 0; run < runs; run++)
        {
            order.AddRange(Enumerable.Range(run * length, whole));
            left.AddRange(Enumerable.Range(run * length + whole, length - whole));
        }

        while (left.Count % 4 != 0)
        {
            left.Add(-1);
        }

        return [.. order, .. left];
    }
}
