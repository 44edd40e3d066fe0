using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Samples;
using TinyNano.Demo;
using TinyNano.Simulator;
using TinyNano.Simulator.Evaluation;
using TinyNano.Studio.Data;

namespace TinyNano.Studio.Demo;

/// <summary>The two Fashion-MNIST models, compiled once, and those test images that the second is least sure of.</summary>
internal sealed class DemoModels
{
    private const int Looked = 400;
    private const int Chosen = 60;
    private static readonly Lazy<DemoModels> s_loaded = new(() => new DemoModels());
    private static readonly SampleFormat s_pixels = new() { Type = DType.UInt8 };

    private DemoModels()
    {
        Labels = DemoAssets.Labels;
        Blobs = [.. DemoRun.Models.Select((name, i) => CompileJob.Run(new CompileSettings
        {
            ModelPath = DemoAssets.File(name + ".onnx"),
            SamplesPath = DemoAssets.CalibrationImages,
            SampleFormat = s_pixels,
            ModelVersion = (uint)i + 1,
            Labels = Labels,
        }).Model.Blob)];
        Ids = [.. Blobs.Select(b => $"{BlobReader.Read(b).Crc:x8}")];
        Set = new EvaluationSet("1,000 test images", "uint8", SampleFile.ReadAll(DemoAssets.TestImages), LabelFile.Read(DemoAssets.TestLabels));
        Uncertain = FindUncertain();
    }

    /// <summary>Compiles on the first use, in a second or two; SimulatorException where the native library is not built.</summary>
    public static DemoModels Loaded => s_loaded.Value;

    /// <summary>What devices call it; the files have the version in their name.</summary>
    public const string Name = "fashion";

    public IReadOnlyList<string> Labels { get; }

    public IReadOnlyList<byte[]> Blobs { get; }

    public IReadOnlyList<string> Ids { get; }

    public EvaluationSet Set { get; }

    /// <summary>Input bytes, predicted class and confidence, the least sure first.</summary>
    public IReadOnlyList<(byte[] Input, int Predicted, double Confidence)> Uncertain { get; }

    private List<(byte[] Input, int Predicted, double Confidence)> FindUncertain()
    {
        Blob blob = BlobReader.Read(Blobs[^1]);
        IoCodec codec = new(blob, s_pixels);
        SampleFile images = SampleFile.Open(DemoAssets.TestImages, s_pixels, codec.InputValues);
        List<(byte[] Input, int Predicted, double Confidence)> all = [];
        using HostModel model = new(Blobs[^1]);
        for (int i = 0; i < Looked; i++)
        {
            byte[] input = codec.Encode(images.Raw(i));
            float[] output = codec.Decode(model.Run(input));
            int best = Metrics.ArgMax(output);
            all.Add((input, best, Share(output, best)));
        }

        return [.. all.OrderBy(a => a.Confidence).Take(Chosen)];
    }

    // Probabilities where the model ends in a softmax; the share of exponentials otherwise.
    private static double Share(float[] output, int best) =>
        output.All(o => o is >= 0 and <= 1.01f) ? Math.Min(1, output[best]) : 1 / output.Sum(o => Math.Exp(o - output[best]));
}
