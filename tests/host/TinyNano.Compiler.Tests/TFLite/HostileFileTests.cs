using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;
using TinyNano.TestKit.Writing;

namespace TinyNano.Compiler.Tests.TFLite;

/// <summary>Whatever the bytes, the importer gives a graph or a CompileException that says why.</summary>
public sealed class HostileFileTests
{
    [Fact]
    public void Import_NotTFLite_SaysSo()
    {
        CompileException e = Assert.Throws<CompileException>(() => Import("PK\x03\x04 something else"u8.ToArray()));
        Assert.Equal("TN1001", Assert.Single(e.Diagnostics).Id);
        Assert.Equal("TN1001", Assert.Single(Assert.Throws<CompileException>(() => Import([])).Diagnostics).Id);
    }

    [Fact]
    public void Import_EveryTruncation_IsGraphOrError()
    {
        byte[] model = Model();
        for (int length = 0; length < model.Length; length++)
        {
            Require(model[..length], $"the first {length} bytes");
        }
    }

    [Fact]
    public void Import_HalfOfFile_IsDamaged()
    {
        byte[] model = Model();
        CompileException e = Assert.Throws<CompileException>(() => Import(model[..(model.Length / 2)]));
        Assert.Equal("TN1002", Assert.Single(e.Diagnostics).Id);
    }

    [Fact]
    public void Import_EverySingleBitFlip_IsGraphOrError()
    {
        byte[] model = Model();
        for (int bit = 0; bit < model.Length * 8; bit++)
        {
            model[bit / 8] ^= (byte)(1 << (bit % 8));
            Require(model, $"bit {bit} flipped");
            model[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20260)]
    public void Import_SeededMutations_AreGraphOrError(int seed)
    {
        Seeded random = new((ulong)seed);
        byte[] model = Model();
        for (int run = 0; run < 4000; run++)
        {
            byte[] mutated = Mutated(model, random);
            Require(mutated, $"seed {seed}, run {run}");
        }
    }

    [SharedFact]
    public void Import_TruncatedRealModels_AreGraphOrError()
    {
        foreach (string file in Directory.GetFiles(SharedData.File("extra"), "*.tflite").Where(f => new FileInfo(f).Length < 20000))
        {
            byte[] model = File.ReadAllBytes(file);
            for (int length = 0; length < model.Length; length += 97)
            {
                Require(model[..length], $"{file}, the first {length} bytes");
            }
        }
    }

    [SharedFact]
    public void Import_MutatedRealModels_AreGraphOrError()
    {
        Seeded random = new(7);
        foreach (string file in Directory.GetFiles(SharedData.File("extra"), "*.tflite").Where(f => new FileInfo(f).Length < 5000))
        {
            byte[] model = File.ReadAllBytes(file);
            for (int run = 0; run < 100; run++)
            {
                Require(Mutated(model, random), $"{file}, seed 7, run {run}");
            }
        }
    }

    [Fact]
    public void Read_TablesThatShareBytes_AreBounded()
    {
        // Many subgraph offsets that name one and the same table would be read as often as there are offsets.
        byte[] model = Model();
        TFLiteModel read = TFLiteReader.Read(model, "m");
        Assert.Single(read.Subgraphs);
        byte[] repeated = RepeatedSubgraph(100000);
        Assert.Throws<CompileException>(() => TFLiteReader.Read(repeated, "m"));
    }

    private static byte[] Model()
    {
        GraphBuilder b = new("small");
        Seeded random = new(3);
        Quantization q = new(0.1f, -3);
        Value x = b.Input("x", DType.Int8, [1, 4, 4, 2], q);
        Value w = GraphBuilder.Const("w", random.Tensor(DType.Int8, new Shape(3, 2, 2, 2)), new Quantization([0.1f, 0.2f, 0.3f], [0, 0, 0], 0));
        Value bias = GraphBuilder.Const("b", random.Tensor(DType.Int32, new Shape(3)), new Quantization([0.01f, 0.02f, 0.03f], [0, 0, 0], 0));
        Value conv = b.OpTyped(new Conv2D(1, 1, 1, 1, 0, 1, 0, 1, 1, Clamp.Relu), "conv", new TensorType(DType.Int8, new Shape(1, 4, 4, 3), q), x, w, bias);
        Value cut = b.OpTyped(new StridedSlice([0, 3, 0, 0], [1, -2, 1, 1], [1, 2, 4, 3]), "cut", new TensorType(DType.Int8, new Shape(1, 2, 4, 3), q), conv);
        Value flat = b.OpTyped(new Reshape([1, 24]), "flat", new TensorType(DType.Int8, new Shape(1, 24), q), cut);
        b.Output(b.OpTyped(new Softmax(1, -1), "y", new TensorType(DType.Int8, new Shape(1, 24), new Quantization(1f / 256, -128)), flat));
        return TFLiteWriter.Write(b.Graph);
    }

    private static byte[] RepeatedSubgraph(int times)
    {
        Google.FlatBuffers.FlatBufferBuilder builder = new(1024);
        int name = builder.CreateString(new string('x', 4000)).Value;
        builder.StartTable(5);
        builder.AddOffset(4, name, 0);
        int subgraph = builder.EndTable();
        builder.StartVector(4, times, 4);
        for (int i = 0; i < times; i++)
        {
            builder.AddOffset(subgraph);
        }

        int subgraphs = builder.EndVector().Value;
        builder.StartTable(5);
        builder.AddUint(0, 3, 0);
        builder.AddOffset(2, subgraphs, 0);
        builder.Finish(builder.EndTable(), "TFL3");
        return builder.SizedByteArray();
    }

    private static byte[] Mutated(byte[] model, Seeded random)
    {
        byte[] copy = [.. model];
        for (long edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = (int)random.Next(8, copy.Length - 5);
            switch (random.Next(0, 3))
            {
                case 0:
                    copy[at] = (byte)random.Next(0, 255);
                    break;
                case 1:
                    copy[at] ^= (byte)(1 << (int)random.Next(0, 7));
                    break;
                case 2:
                    BitConverter.TryWriteBytes(copy.AsSpan(at), (int)(random.NextBits() >> (int)random.Next(0, 60)) * (random.Next(0, 1) == 0 ? 1 : -1));
                    break;
                default:
                    copy.AsSpan((int)random.Next(8, copy.Length - 5), 4).CopyTo(copy.AsSpan(at));
                    break;
            }
        }

        return copy;
    }

    private static Graph Import(byte[] bytes) => TFLiteImporter.Import(bytes, "hostile.tflite", new DiagnosticBag());

    private static void Require(byte[] bytes, string what)
    {
        try
        {
            Graph graph = Import(bytes);
            Assert.NotEmpty(graph.Outputs);
        }
        catch (CompileException e)
        {
            Assert.All(e.Diagnostics, d => Assert.StartsWith("TN1", d.Id, StringComparison.Ordinal));
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{what}: {e}");
        }
    }
}
