using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>
/// DEPTHWISE_CONV_2D a channel at a time over a plane of int16: 3x3 (tn_dsp_depthwise3x3.c) and others (tn_dsp_depthwise.c). The plane is scratch;
/// the output may take the input's place, as each channel touches its own bytes only. Weights and biases are doubled, as the kernels requantise twice the sum.
/// </summary>
internal static class DspDepthwise
{
    private const int MostOutputs = 8192;

    public static bool Fits3x3(Step step)
    {
        Shape filter = step.Inputs[1]!.Shape;
        int stride = WeightStep.Param(step, "stride_h");
        return filter[1] == 3 && filter[2] == 3 && Param(step, "dilation_h") == 1 && Param(step, "dilation_w") == 1
            && stride == Param(step, "stride_w") && stride is 1 or 2 && Param(step, "pad_top") < 3 && Param(step, "pad_left") < 3
            && IsExact(step) && IsSmall(step, PlaneBytes3x3(step));
    }

    public static Step Pack3x3(Step step)
    {
        WeightStep w = WeightStep.Of(step)!;
        bool turned = Turned(step);
        PackedBytes packed = new();
        packed.Word(3);
        packed.Word(3);
        for (int c = 0; c < w.Outputs; c++)
        {
            WriteChannel(packed, w, c);
            int Tap(int row, int column) => w.Weight(c, turned ? column * 3 + row : row * 3 + column);
            for (int first = 0; first < 2; first++)
            {
                for (int row = 0; row < 3; row++)
                {
                    packed.Half(2 * Tap(row, first));
                    packed.Half(2 * Tap(row, first + 1));
                }
            }
        }

        return Packed(step, packed, PlaneBytes3x3(step));
    }

    public static bool Fits(Step step) =>
        Param(step, LinesAreColumns(step) ? "dilation_h" : "dilation_w") == 1 && IsExact(step) && IsSmall(step, PlaneBytes(step));

    public static Step Pack(Step step)
    {
        WeightStep w = WeightStep.Of(step)!;
        Shape filter = step.Inputs[1]!.Shape;
        bool columns = LinesAreColumns(step);
        (int along, int lines) = columns ? (filter[1], filter[2]) : (filter[2], filter[1]);
        PackedBytes packed = new();
        packed.Word(filter[1]);
        packed.Word(filter[2]);
        for (int c = 0; c < w.Outputs; c++)
        {
            WriteChannel(packed, w, c);
            for (int line = 0; line < lines; line++)
            {
                for (int tap = 0; tap < along; tap++)
                {
                    packed.Half(2 * w.Weight(c, columns ? tap * lines + line : line * along + tap));
                }

                if (along % 2 != 0)
                {
                    packed.Half(0);
                }
            }
        }

        return Packed(step, packed, PlaneBytes(step));
    }

    private static void WriteChannel(PackedBytes packed, WeightStep w, int channel)
    {
        packed.Word(2L * DspPairs.Bias(w, channel));
        DspScale.Of(w, channel)!.Value.Write(packed);
    }

    private static Step Packed(Step step, PackedBytes packed, int scratch) => step with
    {
        Inputs = [step.Inputs[0], packed.Tensor(step.Name)],
        Scratch = PackedBytes.Scratch(step.Name, scratch),
        InPlace = step.Inputs[0]!.Bytes == step.Outputs[0].Bytes ? 0 : -1,
    };

    private static bool IsExact(Step step) =>
        Param(step, "multiplier") == 1 && WeightStep.Of(step) is WeightStep w && Enumerable.Range(0, w.Outputs).All(c => DspScale.Of(w, c) is not null);

    // A plane is a small part of an input with some channels, but not of one with a few.
    private static bool IsSmall(Step step, int planeBytes) =>
        planeBytes <= Math.Max(4096, step.Inputs[0]!.Bytes / 2) && step.Outputs[0].Shape[1] <= MostOutputs && step.Outputs[0].Shape[2] <= MostOutputs;

    // Outputs are made in pairs along a row of the plane; it is turned where that is cheaper.
    private static bool Turned(Step step)
    {
        Shape y = step.Outputs[0].Shape;
        return Cost(y[1], y[2]) < Cost(y[2], y[1]);
    }

    // The kernel's rough number of instructions.
    private static long Cost(int across, int down) => (across + 1) / 2 * (36L * down + 50);

    private static int PlaneBytes3x3(Step step)
    {
        Shape y = step.Outputs[0].Shape;
        int stride = Param(step, "stride_h");
        (int across, int down) = Turned(step) ? (y[1], y[2]) : (y[2], y[1]);
        return (stride * ((across + 1) / 2) + 1) * ((down - 1) * stride + 3) * 4;
    }

    // Taps of a line lie side by side; a filter of one column has them in its column.
    private static bool LinesAreColumns(Step step) => step.Inputs[1]!.Shape[2] == 1 || Param(step, "dilation_w") != 1;

    private static int PlaneBytes(Step step)
    {
        Shape filter = step.Inputs[1]!.Shape;
        Shape y = step.Outputs[0].Shape;
        bool columns = LinesAreColumns(step);
        (int along, int lines) = columns ? (1, 2) : (2, 1);
        int length = (y[along] - 1) * Param(step, columns ? "stride_h" : "stride_w") + (filter[along] + 1) / 2 * 2;
        int count = (y[lines] - 1) * Param(step, columns ? "stride_w" : "stride_h")
            + (filter[lines] - 1) * Param(step, columns ? "dilation_w" : "dilation_h") + 1;
        return (length + length % 2) * count * 2;
    }

    private static int Param(Step step, string field) => WeightStep.Param(step, field);
}
