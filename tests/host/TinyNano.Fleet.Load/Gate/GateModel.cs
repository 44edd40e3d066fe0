using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Contracts;
using TinyNano.Demo;
using TinyNano.Demo.Fleets;
using TinyNano.Demo.OverTheAir;
using TinyNano.Simulator;
using TinyNano.Simulator.Watching;

namespace TinyNano.Fleet.Load.Gate;

/// <summary>A real model, and what a device counts of each test image with it.</summary>
/// <param name="Bins">Of each image, the counts that it raises by one: indices into the values of a health message.</param>
public sealed record GateModel(string Name, byte[] Blob, double Accuracy, int[][] Bins)
{
    private const int VersionAt = 24;
    private const int CrcAt = 12;

    public uint Crc => LittleEndian.GetUInt32(Blob, CrcAt);

    public uint Version => LittleEndian.GetUInt32(Blob, VersionAt);

    /// <summary>One of the demo's models, compiled with its reference and run over the images.</summary>
    public static GateModel Compile(string name, uint version, FashionImages images, int count) => Observe(name, BlobTampering.Renumber(CompileJob.Run(new CompileSettings
    {
        ModelPath = DemoAssets.File(name + ".onnx"), SamplesPath = DemoAssets.CalibrationImages, SampleFormat = new() { Type = DType.UInt8 },
    }).Model.Blob, version), images, count);

    /// <summary>The same model under another version.</summary>
    public GateModel As(uint version) => this with { Blob = BlobTampering.Renumber(Blob, version) };

    /// <summary>The model with the least noise in its weights that changes its measured accuracy by <paramref name="from"/> .. <paramref name="to"/>.</summary>
    /// <exception cref="InvalidOperationException">No noise does.</exception>
    public GateModel Noisy(uint version, double from, double to, int seed, FashionImages images, int count)
    {
        for (double deviation = from < -0.01 ? 4 : 0.5; deviation < 60; deviation *= 1.1)
        {
            for (int attempt = 0; attempt < 3; attempt++)
            {
                GateModel model = Observe(FormattableString.Invariant($"{Name} with noise of {deviation:0.0}"), BlobTampering.Renumber(ModelNoise.Disturb(Blob, deviation, seed * 1000 + attempt), version), images, count);
                if (model.Accuracy - Accuracy >= from && model.Accuracy - Accuracy <= to)
                {
                    return model;
                }
            }
        }

        throw new InvalidOperationException($"seed {seed}: no noise changes the accuracy of {Name} by {from} .. {to}");
    }

    private static GateModel Observe(string name, byte[] blob, FashionImages images, int count)
    {
        using HostModel model = new(blob);
        Blob description = BlobReader.Read(blob);
        Watcher watcher = new(description);
        ObservationCounter counter = new(description.Reference!);
        int[][] bins = new int[count][];
        int right = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] input = [.. images.Image(i).ToArray().Select(p => (byte)(p ^ 0x80))];
            Observation seen = watcher.Observe(input, model.Run(input));
            counter.Clear();
            counter.Add(seen);
            bins[i] = [.. counter.Counts.Index().Where(c => c.Item > 0).Select(c => c.Index)];
            right += seen.Class == images.Labels[i] ? 1 : 0;
        }

        return new GateModel(name, blob, right / (double)count, bins);
    }
}
