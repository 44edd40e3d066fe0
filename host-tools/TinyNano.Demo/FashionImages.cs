using System.IO.Compression;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Demo;

/// <summary>Labelled test images: all 10,000 where Debian's package dataset-fashion-mnist is installed, otherwise the demo's 1,000.</summary>
public sealed record FashionImages(byte[] Pixels, int[] Labels, bool All)
{
    public const int Bytes = 28 * 28;
    private const string Folder = "/usr/share/datasets/fashion-mnist";

    public int Count => Labels.Length;

    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * Bytes, Bytes);

    public static FashionImages Read()
    {
        string images = Path.Combine(Folder, "t10k-images-idx3-ubyte.gz"), labels = Path.Combine(Folder, "t10k-labels-idx1-ubyte.gz");
        return File.Exists(images) && File.Exists(labels)
            ? new FashionImages(Unpack(images)[16..], [.. Unpack(labels)[8..].Select(l => (int)l)], true)
            : new FashionImages(SampleFile.ReadAll(DemoAssets.TestImages), LabelFile.Read(DemoAssets.TestLabels), false);
    }

    private static byte[] Unpack(string path)
    {
        using GZipStream unpacked = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        unpacked.CopyTo(bytes);
        return bytes.ToArray();
    }
}
