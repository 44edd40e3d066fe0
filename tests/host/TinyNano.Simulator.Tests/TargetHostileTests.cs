using System.Buffers.Binary;
using TinyNano.Compiler;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Targets;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Simulator.Tests;

/// <summary>
/// Random packed layers with damaged parameters and packed constants under a right checksum: the emulated core refuses them or runs
/// them, and never faults. Some of both must happen.
/// </summary>
public sealed class TargetHostileTests
{
    private const int Layers = 1500;
    private const ulong Seed = 20261124;

    [Theory]
    [InlineData("cortex-m55")]
    public void DamagedLayers_AreRefusedOrRun(string core)
    {
        Target target = Target.Find(core)!;
        foreach (string kind in RandomLayers.Kinds)
        {
            BatchJob[] jobs = new BatchJob[Layers];
            Parallel.For(0, Layers, i =>
            {
                (Graph graph, byte[] record) = RandomLayers.Build(kind, Seed + (ulong)i);
                jobs[i] = new BatchJob(Damage(BlobCompiler.Compile(graph, target: target).Blob, Seed + (ulong)i), record);
            });
            IReadOnlyList<byte[]?> outputs = EmulatorRun.RunBatch(Emulator.Find(core), jobs);
            Assert.Contains(outputs, o => o is null);
            Assert.Contains(outputs, o => o is not null);
        }
    }

    // Writes a likely number over one to three words of the last step's parameters, or of the beginning of the constants.
    private static byte[] Damage(byte[] blob, ulong seed)
    {
        Seeded random = new(seed);
        Blob read = BlobReader.Read(blob);
        int[] likely = [0, 1, 2, 3, 4, 16, 17, 127, -1, -128, 255, 1 << 16, 1 << 24, int.MaxValue, int.MinValue];
        for (int n = (int)random.Next(1, 3); n > 0; n--)
        {
            BlobSection? constants = read.Section(SectionKind.Constants);
            BlobSection steps = read.Section(SectionKind.Steps)!;
            int at = random.Next(0, 2) == 0 && constants is { Size: >= 4 }
                ? constants.Offset + (4 * (int)random.Next(0, Math.Min(constants.Size / 4, 12) - 1))
                : steps.Offset + steps.Size - (4 * (int)random.Next(1, read.Steps[^1].Params.Count));
            BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(at), likely[random.Next(0, likely.Length - 1)]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(12), BlobFormat.Crc32(blob.AsSpan(16)));
        return blob;
    }
}
