using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Demo.OverTheAir;

/// <summary>What a model answers at the desk to the first test images: what a device that runs it must answer.</summary>
public sealed class DeskAnswers
{
    private static readonly SampleFormat Pixels = new() { Type = DType.UInt8 };

    public DeskAnswers(byte[] blob, int images, CancellationToken cancel)
    {
        SampleFile samples = SampleFile.Open(DemoAssets.TestImages, Pixels, FashionImages.Bytes);
        IoCodec codec = new(BlobReader.Read(blob), Pixels);
        byte[] outputs = new Engine(Engine.Host, blob).Run([.. Enumerable.Range(0, images).SelectMany(i => codec.Encode(samples.Raw(i)))], null, cancel);
        Classes = [.. outputs.Chunk(outputs.Length / images).Select(o => Array.IndexOf(o, o.MaxBy(b => (sbyte)b)))];
        Accuracy = Right(Classes);
    }

    /// <summary>By image.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>Share that is right.</summary>
    public double Accuracy { get; }

    /// <summary>The share of the first images whose classes are right.</summary>
    public static double Right(IReadOnlyList<int> classes)
    {
        int[] labels = LabelFile.Read(DemoAssets.TestLabels);
        return classes.Index().Count(c => labels[c.Index] == c.Item) / (double)Math.Max(1, classes.Count);
    }
}
