using System.Buffers.Binary;
using TinyNano.Compiler.Channels;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>DEPTHWISE_CONV_2D of rv32, kernel 1: firmware-native/src/opt/rv32/rv32_depthwise_conv2d.c describes the packing.</summary>
internal static class Rv32Depthwise
{
    public static KernelVariant Variant { get; } =
        new(DeviceOps.DepthwiseConv2D, 1, "depthwise by channel", Fits, Pack) { Macs = Macs, Symbol = "tn_rv32_depthwise_conv2d_op" };

    private static bool Fits(Step step) => WeightStep.Of(step) is WeightStep conv && Rv32Limits.Fits(step) && Rv32Scale.Fits(conv) && PlaneBytes(step) <= 1 << 16;

    private static Step Pack(Step step)
    {
        WeightStep conv = WeightStep.Of(step)!;
        Rv32Bytes packed = new();
        packed.Half(step.Inputs[1]!.Shape[1]);
        packed.Half(step.Inputs[1]!.Shape[2]);
        for (int o = 0; o < conv.Outputs; o++)
        {
            (int bias, int mult, int shift, bool constant) = Rv32Scale.Of(conv, o);
            packed.Word(bias);
            packed.Word((uint)mult * 2);
            packed.Byte(1 - shift);
            for (int k = 0; k < conv.Taps; k++)
            {
                packed.Byte(constant ? 0 : conv.Weight(o, k));
            }

            packed.Align(4);
        }

        int scratch = (int)PlaneBytes(step);
        return step with
        {
            Inputs = [step.Inputs[0], packed.ToWords($"{step.Name}.packed")],
            Scratch = new DeviceTensor($"{step.Name}.scratch", DType.UInt8, new Shape(scratch), new Storage(Place.Arena, scratch)),
            InPlace = WeightStep.Param(step, "multiplier") == 1 && step.Inputs[0]!.Shape.Equals(step.Outputs[0].Shape) ? 0 : -1,
        };
    }

    /// <summary>One channel with its padding.</summary>
    private static long PlaneBytes(Step step) => Rv32Limits.Reach(step, 1) * Rv32Limits.Reach(step, 2);

    private static long Macs(Blob blob, BlobStep step)
    {
        ReadOnlySpan<byte> filter = blob.Constant(blob.Tensors[step.Inputs[1]]);
        return (long)BinaryPrimitives.ReadUInt16LittleEndian(filter) * BinaryPrimitives.ReadUInt16LittleEndian(filter[2..]) * blob.Tensors[step.Outputs[0]].Shape.Count;
    }
}
