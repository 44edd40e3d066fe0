using System.Buffers.Binary;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Demo.OverTheAir;
using TinyNano.Simulator;

namespace TinyNano.Demo.Fleets;

/// <summary>Makes a worse model of a blob: one that proves itself and runs on every device, and is wrong more often.</summary>
public static class ModelNoise
{
    private const int VersionAt = 24;
    private const int GoldenBytes = 16;
    private const int SeedAt = 4;
    private const int ValueAt = 8;
    private static readonly string[] Weighted = ["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"];

    /// <summary>Adds noise to the int8 weights; the golden vectors are those of the worse model.</summary>
    /// <param name="deviation">Standard deviation in steps of the weights.</param>
    /// <param name="version">The publisher's number of what comes out.</param>
    public static byte[] Degrade(byte[] blob, double deviation, int seed, uint version)
    {
        byte[] changed = BlobTampering.Renumber(Disturb(blob, deviation, seed), version);
        if (BlobReader.Read(blob).Section(SectionKind.Golden) is BlobSection golden)
        {
            using HostModel host = new(changed);
            foreach (int at in Enumerable.Range(0, golden.Count).Select(i => golden.Offset + i * GoldenBytes))
            {
                uint value = BlobFormat.Crc32(host.RunSeeded(BinaryPrimitives.ReadUInt32LittleEndian(changed.AsSpan(at + SeedAt))));
                BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(at + ValueAt), value);
            }
        }

        return BlobTampering.Renumber(changed, version);
    }

    /// <summary>Adds noise to the int8 weights and sets the checksum right; the golden vectors stay, and need not come out any more.</summary>
    /// <param name="deviation">Standard deviation in steps of the weights.</param>
    public static byte[] Disturb(byte[] blob, double deviation, int seed)
    {
        Blob read = BlobReader.Read(blob);
        byte[] changed = [.. blob];
        int constants = read.Section(SectionKind.Constants)!.Offset;
        Random random = new(seed);
        foreach (BlobTensor weights in read.Steps.Where(s => Weighted.Contains(s.Op.Name)).Select(s => read.Tensors[s.Inputs[1]]).Where(t => t.Place == Place.Constant && t.DType == DType.Int8))
        {
            foreach (ref byte weight in changed.AsSpan(constants + weights.Offset, weights.Bytes))
            {
                double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                weight = (byte)(sbyte)Math.Clamp(Math.Round((sbyte)weight + deviation * normal), -127, 127);
            }
        }

        return BlobTampering.Renumber(changed, BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(VersionAt)));
    }
}
