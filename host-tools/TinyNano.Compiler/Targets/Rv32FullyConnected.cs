using System.Buffers.Binary;
using TinyNano.Compiler.Channels;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>FULLY_CONNECTED of rv32, kernel 1: firmware-native/src/opt/rv32/rv32_fully_connected.c describes the packing.</summary>
internal static class Rv32FullyConnected
{
    private const int Large = 8;
    private const int Small = 4;

    public static KernelVariant Variant { get; } =
        new(DeviceOps.FullyConnected, 1, "fully connected", Fits, Pack) { Macs = Macs, Symbol = "tn_rv32_fully_connected_op" };

    private static bool Fits(Step step) => WeightStep.Of(step) is WeightStep dense && Rv32Scale.Fits(dense);

    private static Step Pack(Step step)
    {
        WeightStep dense = WeightStep.Of(step)!;
        (int Bias, int Mult, int Shift, bool IsConstant)[] channels = [.. Enumerable.Range(0, dense.Outputs).Select(o => Rv32Scale.Of(dense, o))];
        bool same = channels.All(c => c.Mult == channels[0].Mult && c.Shift == channels[0].Shift);
        Rv32Bytes packed = new();
        packed.Word(dense.Outputs);
        packed.Word(dense.Depth);
        packed.Word(same ? (uint)channels[0].Mult * 2 : 0);
        packed.Word(same ? 1 - channels[0].Shift : 0);
        for (int first = 0, block; first < dense.Outputs; first += block)
        {
            block = dense.Outputs - first > Small ? Large : Small;
            int[] outputs = [.. Enumerable.Range(first, block).Select(o => o < dense.Outputs ? o : -1)];
            Array.ForEach(outputs, o => packed.Word(o < 0 ? 0 : channels[o].Bias));
            if (!same)
            {
                Array.ForEach(outputs, o => packed.Word(o < 0 ? 0 : (uint)channels[o].Mult * 2));
                Array.ForEach(outputs, o => packed.Byte(o < 0 ? 1 : 1 - channels[o].Shift));
            }

            for (int k = 0; k < dense.Depth; k++)
            {
                Array.ForEach(outputs, o => packed.Byte(o < 0 || channels[o].IsConstant ? 0 : dense.Weight(o, k)));
            }
        }

        return step with { Inputs = [step.Inputs[0], packed.ToWords($"{step.Name}.packed")] };
    }

    private static long Macs(Blob blob, BlobStep step) =>
        (long)blob.Tensors[step.Inputs[0]].Shape.Count * BinaryPrimitives.ReadInt32LittleEndian(blob.Constant(blob.Tensors[step.Inputs[1]]));
}
