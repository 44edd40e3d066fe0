using TinyNano.Compiler.Channels;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>CONV_2D of rv32, kernel 1: firmware-native/src/opt/rv32/rv32_conv2d.c describes the packing.</summary>
internal static class Rv32Conv
{
    private const int Run = 4;

    public static KernelVariant Variant { get; } = new(DeviceOps.Conv2D, 1, "conv2d", Fits, Pack) { Macs = Macs, Symbol = "tn_rv32_conv2d_op" };

    private static bool Fits(Step step) =>
        WeightStep.Of(step) is WeightStep conv && Rv32Limits.Fits(step) && Rv32Scale.Fits(conv) && Layout.Of(step) is Layout layout
        && layout.Words <= ushort.MaxValue && Rv32Gemm.Fits(Channels(conv, layout).Select(c => c.Weights));

    private static Step Pack(Step step)
    {
        WeightStep conv = WeightStep.Of(step)!;
        Layout layout = Layout.Of(step);
        Rv32Bytes packed = new();
        packed.Half(layout.FilterH);
        packed.Half(layout.FilterW);
        packed.Half(layout.Shared ? 1 : 0);
        packed.Half(layout.PaddedBytes > 0 ? 1 : 0);
        Rv32Gemm.Write(packed, [.. Channels(conv, layout)], layout.Places());
        DeviceTensor scratch = new($"{step.Name}.scratch", DType.UInt8, new Shape(layout.ScratchBytes), new Storage(Place.Arena, layout.ScratchBytes));
        return step with
        {
            Inputs = [step.Inputs[0], packed.ToWords($"{step.Name}.packed")],
            Scratch = scratch,
            InPlace = layout.InPlace ? 0 : -1,
        };
    }

    private static IEnumerable<Rv32Gemm.Channel> Channels(WeightStep conv, Layout layout)
    {
        int taps = conv.Taps * conv.Depth;
        int padded = (taps + Run - 1) / Run * Run;
        for (int o = 0; o < conv.Outputs; o++)
        {
            int output = o;
            (int bias, int mult, int shift, bool constant) = Rv32Scale.Of(conv, o);
            int[] weights = [.. Enumerable.Range(0, padded).Select(k => k < taps && !constant ? conv.Weight(output, k) : 0)];
            yield return new Rv32Gemm.Channel(bias, mult, shift, weights);
        }
    }

    private static long Macs(Blob blob, BlobStep step)
    {
        ReadOnlySpan<byte> packed = blob.Constant(blob.Tensors[step.Inputs[1]]);
        long taps = System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(packed) * System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(packed[2..]);
        return taps * blob.Tensors[step.Inputs[0]].Shape[3] * blob.Tensors[step.Outputs[0]].Shape.Count;
    }

    /// <summary>How the streams lie in the scratch.</summary>
    private sealed record Layout(int FilterH, int FilterW, int Depth, bool Shared, bool InPlace, int PaddedBytes)
    {
        /// <summary>Words of both streams.</summary>
        public int Words => Shared ? FilterH * (FilterW + 1) * Depth : 2 * ((FilterH * FilterW * Depth + Run - 1) / Run * Run);

        public int ScratchBytes => Words * 4 + PaddedBytes;

        public static Layout Of(Step step)
        {
            Shape w = step.Inputs[1]!.Shape;
            Shape x = step.Inputs[0]!.Shape;
            bool isPoint = w[1] == 1 && w[2] == 1 && WeightStep.Param(step, "stride_h") == 1 && WeightStep.Param(step, "stride_w") == 1
                && WeightStep.Param(step, "pad_top") == 0 && WeightStep.Param(step, "pad_left") == 0;
            bool shared = w[2] > 1 && w[2] * w[3] % Run == 0 && step.Outputs[0].Shape[2] >= 4
                && WeightStep.Param(step, "stride_w") == 1 && WeightStep.Param(step, "dilation_w") == 1;
            return new Layout(w[1], w[2], w[3], shared, isPoint && step.Outputs[0].Shape.Equals(x), Padded(step));
        }

        /// <summary>Bytes of a copy of x with its padding, where padding is in the way and the copy is small beside x and y; else 0.</summary>
        private static int Padded(Step step)
        {
            Shape x = step.Inputs[0]!.Shape;
            Shape y = step.Outputs[0].Shape;
            long rows = Rv32Limits.Reach(step, 1);
            long columns = Rv32Limits.Reach(step, 2);
            bool reachesOver = WeightStep.Param(step, "pad_top") > 0 || WeightStep.Param(step, "pad_left") > 0 || rows > x[1] || columns > x[2];
            long bytes = rows * columns * x[3];
            return reachesOver && bytes <= (x.Count + y.Count) / 4 ? (int)bytes : 0;
        }

        /// <summary>The place in a stream of each weight.</summary>
        public List<int> Places()
        {
            int row = FilterW * Depth;
            return Shared
                ? [.. Enumerable.Range(0, FilterH * row).Select(k => k / row * (row + Depth) + k % row)]
                : [.. Enumerable.Range(0, (FilterH * row + Run - 1) / Run * Run)];
        }
    }
}
