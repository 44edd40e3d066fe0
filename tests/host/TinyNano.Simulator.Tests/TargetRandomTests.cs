using System.Collections.Concurrent;
using TinyNano.Compiler;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Targets;
using Xunit;
using Xunit.Abstractions;

namespace TinyNano.Simulator.Tests;

/// <summary>
/// Ten thousand seeded random layers of each kind, packed for a target, on its emulated core: byte for byte what the portable kernels give
/// on this computer. Every kernel of the target's table must have been used.
/// </summary>
public sealed class TargetRandomTests
{
    private const int Layers = 10_000;
    private const ulong Seed = 20261201;

    private readonly ITestOutputHelper _output;

    public TargetRandomTests(ITestOutputHelper output) => _output = output;

    [Theory]
    [InlineData("cortex-m4")]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m55")]
    [InlineData("rv32imc")]
    public void EveryKernel_GivesTheBytesOfTheReference(string core)
    {
        Target target = Target.Find(core)!;
        ConcurrentDictionary<(DeviceOp Op, byte Kernel), int> used = new();
        List<string> failures = [];
        foreach (string kind in RandomLayers.Kinds)
        {
            Layer[] layers = new Layer[Layers];
            Parallel.For(0, Layers, i => layers[i] = Compile(kind, Seed + (ulong)i, target));
            IReadOnlyList<byte[]?> outputs = EmulatorRun.RunBatch(Emulator.Find(core), [.. layers.Select(l => l.Job)]);
            for (int i = 0; i < Layers; i++)
            {
                used.AddOrUpdate(layers[i].Kernel, 1, (_, count) => count + 1);
                if (outputs[i] is not byte[] bytes || !bytes.AsSpan().SequenceEqual(layers[i].Expected))
                {
                    failures.Add($"{kind} {i} (kernel {layers[i].Kernel.Kernel}): {(outputs[i] is null ? "refused" : "other bytes")}");
                }
            }
        }

        foreach (((DeviceOp op, byte kernel), int count) in used.OrderBy(u => (u.Key.Op.Code, u.Key.Kernel)))
        {
            string name = target.Variants.FirstOrDefault(v => v.Op == op && v.Kernel == kernel)?.Name ?? "general kernel";
            _output.WriteLine($"{count,6} {op.Name} {kernel} ({name})");
        }

        string[] unused = [.. target.Variants.Where(v => !used.ContainsKey((v.Op, v.Kernel))).Select(v => $"{v.Op.Name} {v.Kernel} ({v.Name}) was never used")];
        Assert.True(failures.Count == 0, $"{failures.Count} layers\n{string.Join("\n", failures.Take(40))}");
        Assert.True(unused.Length == 0, string.Join("\n", unused));
    }

    private static Layer Compile(string kind, ulong seed, Target target)
    {
        (Graph graph, byte[] record) = RandomLayers.Build(kind, seed);
        CompiledModel packed = BlobCompiler.Compile(graph, target: target);
        using HostModel host = new(BlobCompiler.Compile(graph).Blob);
        Step step = packed.Schedule.Steps[^1];
        return new Layer(new BatchJob(packed.Blob, record), (step.Op, step.Kernel), host.Run(record));
    }

    private sealed record Layer(BatchJob Job, (DeviceOp Op, byte Kernel) Kernel, byte[] Expected);
}
