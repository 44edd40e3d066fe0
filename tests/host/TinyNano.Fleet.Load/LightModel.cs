using System.Globalization;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Simulator;
using TinyNano.TestKit;

namespace TinyNano.Fleet.Load;

/// <summary>Real models for light devices, of a size that is asked for.</summary>
public static class LightModel
{
    private const int Classes = 10;

    /// <summary>One fully connected layer with random weights and golden vectors; of about so many bytes.</summary>
    public static byte[] Dense(ulong seed, int bytes, uint version = 0)
    {
        GraphBuilder b = new("dense" + seed.ToString(CultureInfo.InvariantCulture));
        int inputs = bytes / Classes;
        Value x = b.Input("x", DType.Int8, [1, inputs], new Quantization(1f / 16, 0));
        b.Output(Layer(b, "y", new Seeded(seed), x, Classes, inputs));
        return GoldenVectors.Compile(b.Graph, new BlobOptions { ModelVersion = version }).Blob;
    }

    /// <summary>A body of about so many bytes and a small head behind it, each with weights of its own seed.</summary>
    public static byte[] WithHead(ulong body, ulong head, int bytes, uint version = 0, int inputs = 400)
    {
        GraphBuilder b = new("head");
        Value x = b.Input("x", DType.Int8, [1, inputs], new Quantization(1f / 16, 0));
        int hidden = bytes / inputs;
        Value y = Layer(b, "body", new Seeded(body), x, hidden, inputs);
        b.Output(Layer(b, "y", new Seeded(head), y, Classes, hidden));
        return GoldenVectors.Compile(b.Graph, new BlobOptions { ModelVersion = version }).Blob;
    }

    private static Value Layer(GraphBuilder b, string name, Seeded random, Value x, int outputs, int inputs)
    {
        Value w = GraphBuilder.Const("w_" + name, random.Tensor(DType.Int8, new Shape([outputs, inputs])), new Quantization(1f / 256, 0));
        return b.Op(new FullyConnected(Clamp.None), name, new Quantization(1f, 0), x, w, null);
    }
}
