using System.Buffers.Binary;
using TinyNano.Inference;
using TinyNano.Managed.Tests.Engines;
using TinyNano.TestKit;
using Xunit.Abstractions;

namespace TinyNano.Managed.Tests.Loading;

/// <summary>
/// Damaged blobs: every engine gives the status of the C runtime, with the step and the tensor to blame, and never anything but a
/// status. What an engine lacks it may refuse where the runtime goes on. What opens also runs; the outputs are equal where the
/// damage has not laid tensors of a step across each other, as then the order within an operator shows.
/// </summary>
public sealed class HostileBlobTests
{
    private const ulong Seed = 4711;
    private const int MutantsOfEach = 150;
    private const uint MostArenaBytes = 1 << 16;

    private readonly ITestOutputHelper _output;

    private int _opened;
    private int _compared;
    private int _refused;
    private int _lacking;

    public HostileBlobTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void SmallestBlob_WithAnyBitTurned_GetsTheStatusOfTheRuntime()
    {
        byte[] blob = Models.Smallest();
        List<string> failures = [];
        for (int bit = 0; bit < blob.Length * 8; bit++)
        {
            Compare($"bit {bit}", Mutation.Flip(blob, bit), failures);
            Compare($"bit {bit}, repaired", Mutation.Repair(Mutation.Flip(blob, bit)), failures);
        }

        Report(failures);
    }

    [Fact]
    public void Corpus_Damaged_GetsTheStatusOfTheRuntime()
    {
        List<string> failures = [];
        ulong number = 0;
        foreach (string path in Models.Corpus())
        {
            byte[] blob = File.ReadAllBytes(path);
            Compare(Path.GetFileName(path), blob, failures);
            for (int i = 0; i < MutantsOfEach; i++, number++)
            {
                Compare($"{Path.GetFileName(path)}, mutant {i}", Mutation.Random(blob, new Seeded(Seed + number)), failures);
            }
        }

        _output.WriteLine($"seed {Seed}");
        Report(failures);
    }

    private void Report(List<string> failures)
    {
        string summary = $"{_opened} opened, {_compared} of them compared, {_refused} refused, {_lacking} refused for what an engine lacks";
        _output.WriteLine(summary);
        Assert.True(failures.Count == 0, $"{failures.Count} failures; {summary}\n{string.Join("\n", failures.Take(20))}");
    }

    private void Compare(string name, byte[] blob, List<string> failures)
    {
        if (blob.Length >= 20 && BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(16)) > MostArenaBytes)
        {
            // No test takes gigabytes. How an engine answers to them: ArenaTests.
            return;
        }

        (RefusedException? expected, byte[] outputs) = Answer(TestEngines.Reference, blob);
        foreach (ITestEngine engine in TestEngines.Others)
        {
            RefusedException? actual;
            byte[] others;
            try
            {
                (actual, others) = Answer(engine, blob);
            }
            catch (Exception e)
            {
                failures.Add($"{name}: {engine.Name} throws {e.GetType().Name}: {e.Message}");
                continue;
            }

            if (actual is null && expected is null)
            {
                _opened++;
                if (!Overlap.In(blob))
                {
                    _compared++;
                    if (!Same(blob, others, outputs))
                    {
                        failures.Add($"{name}: {engine.Name} gives other outputs");
                    }
                }
            }
            else if ((actual?.Status, actual?.Step, actual?.Tensor) == (expected?.Status, expected?.Step, expected?.Tensor))
            {
                _refused++;
            }
            else if (actual is { Status: InferenceStatus.Op or InferenceStatus.Type } && (expected is null || expected.Step >= actual.Step))
            {
                _lacking++;
            }
            else
            {
                failures.Add($"{name}: {engine.Name} says {actual?.Message ?? "yes"}, the runtime {expected?.Message ?? "yes"}");
            }
        }
    }

    // Equal bytes; a NaN is as good as another, as processors choose its sign.
    private static bool Same(byte[] blob, byte[] actual, byte[] expected)
    {
        bool floats = (BinaryPrimitives.ReadUInt16LittleEndian(blob.AsSpan(30)) & 4) != 0;
        return actual.AsSpan().SequenceEqual(expected)
            || (floats && actual.Length == expected.Length && actual.Chunk(4).Zip(expected.Chunk(4), (a, e) => a.AsSpan().SequenceEqual(e) || (IsNaN(a) && IsNaN(e))).All(s => s));
    }

    private static bool IsNaN(byte[] bytes) => bytes.Length == 4 && float.IsNaN(BitConverter.ToSingle(bytes));

    // The refusal, or the outputs of two runs.
    private static (RefusedException? Refusal, byte[] Outputs) Answer(ITestEngine engine, byte[] blob)
    {
        try
        {
            using ITestModel model = engine.Open(blob);
            model.Prove();
            byte[] record = [.. Enumerable.Range(0, model.RecordBytes).Select(i => (byte)(i * 37 + (i >> 3)))];
            return (null, [.. model.Run(record), .. model.Run(record)]);
        }
        catch (RefusedException e)
        {
            return (e, []);
        }
    }
}
