using System.Globalization;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Simulator;
using TinyNano.TestKit;

namespace TinyNano.Updates.Tests;

/// <summary>Real models of a size that a test asks for.</summary>
internal static class TestModels
{
    private const int Classes = 10;

    /// <summary>One fully connected layer with random weights and golden vectors; of about so many bytes.</summary>
    public static byte[] Dense(ulong seed, int bytes)
    {
        Seeded random = new(seed);
        int inputs = bytes / Classes;
        GraphBuilder b = new("dense" + seed.ToString(CultureInfo.InvariantCulture));
        Value x = b.Input("x", DType.Int8, [1, inputs], new Quantization(1f / 16, 0));
        Value w = GraphBuilder.Const("w", random.Tensor(DType.Int8, new Shape([Classes, inputs])), new Quantization(1f / 256, 0));
        b.Output(b.Op(new FullyConnected(Clamp.None), "y", new Quantization(1f, 0), x, w, null));
        return GoldenVectors.Compile(b.Graph, new BlobOptions()).Blob;
    }
}
