using System.IO.Compression;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.IR;
using TinyNano.TestKit.Writing;

namespace TinyNano.Compiler.Tests.TFLite;

/// <summary>How weights, types and labels are stored, and what is refused.</summary>
public sealed class FileContentTests
{
    private static readonly OptionField[] FullyConnected = [new(0, (byte)0), new(1, (byte)0), new(2, false)];

    [Fact]
    public void HybridWeights_BecomeFloats_WithOneWarning()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 1, 3);
        int w = m.Buffer.Constant(Tensor.Of(new Shape(2, 3), new sbyte[] { 1, 2, 3, -4, -5, -6 }), new Quantization([0.5f, 2], [0, 0], 0));
        Value y = m.Op("FULLY_CONNECTED", 8, FullyConnected, [1, 2], x, w, -1);
        Value z = m.Op("FULLY_CONNECTED", 8, FullyConnected, [1, 2], x, w, -1);
        byte[] bytes = m.Finish(y, z);
        DiagnosticBag diagnostics = new();
        Graph graph = RawModel.Import(bytes, diagnostics);
        Assert.Equal(["TN1008"], diagnostics.Items.Select(d => d.Id));
        Assert.Equal([0.5f, 1, 1.5f, -8, -10, -12], graph.Nodes[0].Inputs[1]!.Constant!.Floats);
        Assert.Same(graph.Nodes[0].Inputs[1], graph.Nodes[1].Inputs[1]);
        RawModel.GivesWithoutReference(bytes, [4, -34], [4, -34]);
    }

    [Fact]
    public void Float16Weights_AndTheirDequantize_BecomeFloats()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 1, 2);
        byte[] halves = [.. new[] { 1.5f, -0.25f }.SelectMany(f => BitConverter.GetBytes((Half)f))];
        Value w = m.Op("DEQUANTIZE", 38, [], [1, 2], m.Buffer.Constant(1, new Shape(1, 2), halves));
        Value y = m.Op("FULLY_CONNECTED", 8, FullyConnected, [1, 1], x, w, -1);
        byte[] bytes = m.Finish(y);
        Assert.Single(RawModel.Import(bytes).Nodes);
        RawModel.GivesWithoutReference(bytes, [-0.25f]);
    }

    [Fact]
    public void Int4Weights_AreUnpacked()
    {
        RawModel m = new();
        Quantization q = new(0.5f, 0);
        Value x = m.Input("x", new TensorType(DType.Int8, new Shape(1, 3), q));
        int w = m.Buffer.Constant(17, new Shape(1, 3), [0x7F, 0x08], new Quantization(0.25f, 0));
        Value y = m.Op("FULLY_CONNECTED", 8, FullyConnected, new TensorType(DType.Int8, new Shape(1, 1), q), x, w, -1);
        Value weights = RawModel.Import(m.Finish(y)).Nodes[0].Inputs[1]!;
        Assert.Equal(new sbyte[] { -1, 7, -8 }, (sbyte[])weights.Constant!.Data);
        Assert.Equal(0.25f, weights.Quantization!.Scale);
    }

    [Fact]
    public void BuffersBehindTheFlatBuffer_AreRead()
    {
        RawModel m = new() { Buffer = new TFLiteBuffer { DataBehind = true } };
        Value x = m.Input("x", DType.Float32, 2);
        byte[] bytes = m.Finish(m.Op("ADD", 11, [new(0, (byte)0)], [2], x, m.Floats([2], 5, 6)));
        RawModel.GivesWithoutReference(bytes, [5, 7]);
        CompileException e = Assert.Throws<CompileException>(() => RawModel.Import(bytes[..^1]));
        Assert.Equal("TN1002", Assert.Single(e.Diagnostics).Id);
    }

    [Fact]
    public void BiasWithoutQuantization_GetsTheProductOfTheScales()
    {
        RawModel m = new();
        Value x = m.Input("x", new TensorType(DType.Int8, new Shape(1, 1), new Quantization(0.5f, 0)));
        int w = m.Buffer.Constant(Tensor.Of(new Shape(2, 1), new sbyte[] { 1, 2 }), new Quantization([0.25f, 2], [0, 0], 0));
        int bias = m.Buffer.Constant(7, -9);
        Value y = m.Op("FULLY_CONNECTED", 8, FullyConnected, new TensorType(DType.Int8, new Shape(1, 2), new Quantization(1, 0)), x, w, bias);
        Value b = RawModel.Import(m.Finish(y)).Nodes[0].Inputs[2]!;
        Assert.Equal([7, -9], b.Constant!.Ints);
        Assert.Equal([0.125f, 1], b.Quantization!.Scales);
    }

    [Fact]
    public void UInt8_IsFineAtTheEdgesOnly()
    {
        Quantization q = new(1f / 255, 0);
        RawModel edge = new();
        Value x = edge.Input("x", new TensorType(DType.UInt8, new Shape(4), q));
        Value y = edge.Op("QUANTIZE", 89, [], new TensorType(DType.Int8, new Shape(4), new Quantization(1f / 255, -128)), x);
        Assert.Equal("Quantize", Assert.Single(RawModel.Import(edge.Finish(y)).Nodes).Op.Name);

        RawModel legacy = new();
        Value a = legacy.Input("x", new TensorType(DType.UInt8, new Shape(4), q));
        Value b = legacy.Op("ADD", 11, [new(0, (byte)0)], new TensorType(DType.UInt8, new Shape(4), q), a, a);
        Diagnostic d = Assert.Single(Assert.Throws<CompileException>(() => RawModel.Import(legacy.Finish(b))).Diagnostics);
        Assert.Equal("TN1103", d.Id);
        Assert.Contains("int8", d.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void UnsupportedOperators_AreReportedAllAtOnce()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 1, 4);
        Value a = m.Op("CUSTOM:FooBar", 0, [], [1, 4], x);
        Value b = m.Op("ADD", 11, [new(0, (byte)5)], [1, 4], x, x);
        Value c = m.Op("CUSTOM:FlexErf", 0, [], [1, 4], a);
        Value d = m.Op("RELU", 0, [], [1, 4], c);
        Value e = m.Op("TOPK_V2", 34, [], [1, 4], d);
        CompileException error = Assert.Throws<CompileException>(() => RawModel.Import(m.Finish(b, e)));
        Assert.Equal(["TN1101", "TN1102", "TN1101", "TN1101"], error.Diagnostics.Select(x => x.Id));
        Assert.StartsWith("CUSTOM 'FooBar': ", error.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Equal("raw.tflite, operator 0", error.Diagnostics[0].Where);
        Assert.Contains("SELECT_TF_OPS", error.Diagnostics[2].Hint, StringComparison.Ordinal);
        Assert.StartsWith("TOPK_V2: ", error.Diagnostics[3].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_AreReadFromTheArchiveBehindTheModel()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2);
        byte[] bytes = m.Finish(m.Op("RELU", 0, [], [2], x));
        Assert.Empty(RawModel.Import(bytes).Labels);
        byte[] archive = Archive(("labels.txt", "cat\r\ndog\n"), ("readme.txt", "no labels"));
        Assert.Equal(["cat", "dog"], RawModel.Import([.. bytes, .. archive]).Labels);
        Assert.Equal(["cat", "dog"], RawModel.Import(Archive(bytes, ("my_labels.txt", "cat\ndog"))).Labels);
        Assert.Empty(RawModel.Import([.. bytes, .. archive.AsSpan(archive.Length / 2)]).Labels);
    }

    [Fact]
    public void Operators_AreListedByName()
    {
        Assert.Contains("CONV_2D", TFLiteImporter.Operators);
        Assert.All(TFLiteImporter.Operators, name => Assert.Equal(name, TFLiteBuiltins.Name(TFLiteBuiltins.Code(name))));
    }

    private static byte[] Archive(params (string Name, string Text)[] entries) => Archive([], entries);

    // Behind the given bytes, with offsets that count from their start.
    private static byte[] Archive(byte[] before, params (string Name, string Text)[] entries)
    {
        using MemoryStream stream = new();
        stream.Write(before);
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, string text) in entries)
            {
                using StreamWriter writer = new(zip.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        return stream.ToArray();
    }
}
