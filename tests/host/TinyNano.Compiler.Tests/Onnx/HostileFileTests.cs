using System.Diagnostics;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Quantize;
using TinyNano.TestKit;
using TinyNano.TestKit.Writing;

namespace TinyNano.Compiler.Tests.Onnx;

/// <summary>Whatever the bytes, the importer gives a graph or a CompileException that says why, soon and in little memory.</summary>
public sealed class HostileFileTests
{
    [Theory]
    [InlineData("")]
    [InlineData("PK\u0003\u0004 something else")]
    [InlineData("TFL3TFL3TFL3")]
    public void Import_NotOnnx_IsOneError(string text)
    {
        CompileException e = Assert.Throws<CompileException>(() => Import(System.Text.Encoding.ASCII.GetBytes(text)));
        Assert.Equal("TN1201", Assert.Single(e.Diagnostics).Id);
    }

    [Fact]
    public void Import_EveryTruncation_IsGraphOrError()
    {
        foreach (byte[] model in Models())
        {
            for (int length = 0; length < model.Length; length++)
            {
                Require(model[..length], $"the first {length} bytes");
            }
        }
    }

    [Fact]
    public void Import_HalfOfFile_IsOneError()
    {
        byte[] model = Models().First();
        CompileException e = Assert.Throws<CompileException>(() => Import(model[..(model.Length / 2)]));
        Assert.Equal("TN1201", Assert.Single(e.Diagnostics).Id);
    }

    [Fact]
    public void Import_EverySingleBitFlip_IsGraphOrError()
    {
        foreach (byte[] model in Models())
        {
            for (int bit = 0; bit < model.Length * 8; bit++)
            {
                model[bit / 8] ^= (byte)(1 << (bit % 8));
                Require(model, $"bit {bit} flipped");
                model[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20261)]
    public void Import_SeededMutations_AreGraphOrError(int seed)
    {
        Seeded random = new((ulong)seed);
        foreach (byte[] model in Models())
        {
            for (int run = 0; run < 2000; run++)
            {
                Require(Mutated(model, random), $"seed {seed}, run {run}");
            }
        }
    }

    public static TheoryData<string, byte[]> Bombs => new()
    {
        { "a constant of 2^40 elements", Writer().Constant("shape", 1 << 20, 1 << 20).Node("ConstantOfShape", ["shape"], ["y"]).Output("y", DType.Float32).Write() },
        { "a doubling chain", Doubling() },
        { "an expanded input", Writer().Input("x", DType.Float32, 1).Constant("shape", 1L << 20, 1L << 20).Node("Expand", ["x", "shape"], ["y"]).Output("y", DType.Float32).Write() },
        { "an endless range", Writer().Scalar("a", 0).Scalar("b", 1e30f).Scalar("d", 1e-30f).Node("Range", ["a", "b", "d"], ["y"]).Output("y", DType.Float32).Write() },
        { "an input of 2^62 elements", Writer().Input("x", DType.Float32, 1L << 31, 1L << 31).Node("Relu", ["x"], ["y"]).Output("y", DType.Float32).Write() },
        { "an initialiser without its data", Writer().Raw("w", 1, [1 << 15, 1 << 15], [1, 2, 3]).Node("Relu", ["w"], ["y"]).Output("y", DType.Float32).Write() },
        { "padding without end", Writer().Input("x", DType.Float32, 2, 2).Constant("p", 1L << 40, 0, 1L << 40, 0).Node("Pad", ["x", "p"], ["y"]).Output("y", DType.Float32).Write() },
        { "a convolution with an endless dilation", Writer().Input("x", DType.Float32, 1, 1, 4, 4).Constant("w", Tensor.Zeros(DType.Float32, new Shape(1, 1, 2, 2)))
            .Node("ConvTranspose", ["x", "w"], ["y"], ("dilations", new[] { 1 << 30, 1 << 30 })).Output("y", DType.Float32).Write() },
        { "a node that reads itself", Writer().Node("Relu", ["y"], ["y"]).Output("y", DType.Float32).Write() },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Import_Bomb_IsAnErrorSoon(string what, byte[] bytes)
    {
        long before = GC.GetTotalAllocatedBytes();
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Throws<CompileException>(() => Import(bytes));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{what} took {watch.Elapsed}");
        Assert.True(GC.GetTotalAllocatedBytes() - before < 3L << 30, $"{what} allocated {GC.GetTotalAllocatedBytes() - before} bytes");
    }

    private static OnnxWriter Writer() => new(13);

    private static byte[] Doubling()
    {
        OnnxWriter writer = Writer().Constant("c0", 1f, 2f);
        for (int i = 0; i < 60; i++)
        {
            writer.Node("Concat", [$"c{i}", $"c{i}"], [$"c{i + 1}"], ("axis", 0));
        }

        return writer.Output("c60", DType.Float32).Write();
    }

    private static IEnumerable<byte[]> Models()
    {
        Seeded random = new(3);
        yield return Writer()
            .Input("x", DType.Float32, "N", 2, 6, 6)
            .Constant("w", random.Tensor(DType.Float32, new Shape(3, 2, 2, 2)))
            .Constant("b", random.Tensor(DType.Float32, new Shape(3)))
            .Constant("shape", 1, -1)
            .Node("Conv", ["x", "w", "b"], ["c"], ("pads", new[] { 1, 0, 1, 0 }), ("strides", new[] { 2, 1 }))
            .Node("Relu", ["c"], ["r"])
            .Node("MaxPool", ["r"], ["p"], ("kernel_shape", new[] { 2, 2 }))
            .Node("Reshape", ["p", "shape"], ["f"])
            .Node("Softmax", ["f"], ["y"], ("axis", -1))
            .ValueInfo("c", DType.Float32, 1, 3, 4, 5)
            .Output("y", DType.Float32)
            .Write();
        yield return Writer()
            .Input("x", DType.UInt8, 1, 2, 6)
            .Scalar("xs", 0.1f).Scalar("xz", DType.UInt8, 100)
            .Constant("w", random.Tensor(DType.Int8, new Shape(3, 2, 3)))
            .Constant("ws", 0.1f, 0.2f, 0.3f).Constant("wz", Tensor.Zeros(DType.Int8, new Shape(3)))
            .Node("DequantizeLinear", ["x", "xs", "xz"], ["xr"])
            .Node("DequantizeLinear", ["w", "ws", "wz"], ["wr"], ("axis", 0))
            .Node("Conv", ["xr", "wr"], ["c"])
            .Node("Relu", ["c"], ["r"])
            .Node("QuantizeLinear", ["r", "xs", "xz"], ["q"])
            .Node("DequantizeLinear", ["q", "xs", "xz"], ["d"])
            .Node("GlobalAveragePool", ["d"], ["g"])
            .Node("QuantizeLinear", ["g", "xs", "xz"], ["y"])
            .Output("y", DType.UInt8)
            .Write();
        OnnxWriter branch = Writer().Node("Relu", ["x"], ["b"]).Output("b", DType.Float32);
        yield return Writer()
            .Input("x", DType.Float32, 2).Constant("c", Tensor.Of(Shape.Scalar, [true]))
            .Node("If", ["c"], ["y"], ("then_branch", branch), ("else_branch", branch))
            .Output("y", DType.Float32)
            .Write();
        yield return Writer()
            .Input("x", DType.Float32, 4, 1, 3)
            .Constant("w", random.Tensor(DType.Float32, new Shape(2, 8, 3)))
            .Constant("r", random.Tensor(DType.Float32, new Shape(2, 8, 2)))
            .Node("LSTM", ["x", "w", "r"], ["y", "h"], ("hidden_size", 2), ("direction", "bidirectional"))
            .Node("Shape", ["x"], ["s"])
            .Constant("three", 3).Constant("two", 2)
            .Node("Slice", ["s", "two", "three"], ["t"])
            .Node("Concat", ["t", "t"], ["tt"], ("axis", 0))
            .Node("Resize", ["h", "", "", "sizes"], ["z"], ("mode", "linear"))
            .Constant("sizes", 4, 1, 3)
            .Output("y", DType.Float32).Output("z", DType.Float32).Output("tt", DType.Int64)
            .Write();
    }

    private static byte[] Mutated(byte[] model, Seeded random)
    {
        List<byte> copy = [.. model];
        for (long edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = (int)random.Next(0, copy.Count - 5);
            switch (random.Next(0, 5))
            {
                case 0:
                    copy[at] = (byte)random.Next(0, 255);
                    break;
                case 1:
                    copy[at] ^= (byte)(1 << (int)random.Next(0, 7));
                    break;
                case 2:
                    copy.RemoveRange(at, (int)random.Next(1, 4));
                    break;
                case 3:
                    copy.InsertRange(at, [(byte)random.Next(0, 255), 0xff, 0xff, 0x7f]);
                    break;
                case 4:
                    copy[at] = (byte)(copy[at] is 0xff ? 0 : 0xff);
                    break;
                default:
                    copy.InsertRange(at, copy.GetRange((int)random.Next(0, copy.Count - 5), (int)random.Next(1, 5)));
                    break;
            }
        }

        return [.. copy];
    }

    private static Graph Import(byte[] bytes)
    {
        DiagnosticBag diagnostics = new();
        return FoldQdq.Run(OnnxImporter.Import(bytes, "hostile.onnx", diagnostics), diagnostics);
    }

    private static void Require(byte[] bytes, string what)
    {
        try
        {
            Graph graph = Import(bytes);
            Assert.NotEmpty(graph.Outputs);
            GraphChecker.Check(graph, what);
        }
        catch (CompileException e)
        {
            Assert.All(e.Diagnostics.Where(d => d.Severity == Severity.Error), d => Assert.True(d.Id.StartsWith("TN12", StringComparison.Ordinal) || d.Id.StartsWith("TN13", StringComparison.Ordinal), $"{what}: {d}"));
            if (e.Diagnostics.Any(d => d.Id.StartsWith("TN12", StringComparison.Ordinal)))
            {
                Assert.Single(e.Diagnostics);
            }
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{what}: {e}");
        }
    }
}
