using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;
using TinyNano.TestKit.Writing;

namespace TinyNano.Compiler.Tests.Onnx;

/// <summary>What the importer says, and what it makes of names, shapes and types. Numbers are tested against ONNX Runtime.</summary>
public sealed class OnnxImporterTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Fact]
    public void Unsupported_AllReportedAtOnce_ByNameAndReason()
    {
        byte[] model = new OnnxWriter(13)
            .Input("x", DType.Float32, 1, 2, 8)
            .Node("Einsum", ["x"], ["e"], ("equation", "ijk->ikj"))
            .ValueInfo("e", DType.Float32, 1, 8, 2)
            .Node("MaxPool", ["e"], ["m", "i"], ("kernel_shape", new[] { 2 }))
            .Node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"])
            .Node("Relu", ["x"], ["r"], ("wings", 2))
            .Node("TopK", ["r"], ["t"])
            .Output("t", DType.Float32)
            .Write();
        string[] messages = [.. Errors(model).Select(d => d.ToString())];
        Assert.Equal(
            [
                "error TN1302: Einsum 'einsum_0': einsum is not supported.\n  in    m.onnx, node 0\n  hint  write it as matrix products and transposes",
                "error TN1303: MaxPool 'maxpool_1': output 1 (Indices) is not supported.\n  in    m.onnx, node 1\n  hint  run `tinynano ops` for what this version accepts",
                "error TN1302: DynamicQuantizeLinear 'dynamicquantizelinear_2': quantisation at run time is not supported.\n  in    m.onnx, node 2\n"
                + "  hint  quantise the model statically (quantize_static), or compile the float model with --quantize int8",
                "error TN1303: Relu 'relu_3': attribute 'wings' is not supported.\n  in    m.onnx, node 3\n  hint  run `tinynano ops` for what this version accepts",
                "error TN1302: TopK 'topk_4': its output has no fixed size.\n  in    m.onnx, node 4\n  hint  cut the model before it and do this step in the application",
            ],
            messages);
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(7, true)]
    [InlineData(21, true)]
    [InlineData(22, false)]
    public void Opset_Outside7To21_IsRefused(int opset, bool accepted)
    {
        byte[] model = new OnnxWriter(opset).Input("x", DType.Float32, 3).Node("Relu", ["x"], ["y"]).Output("y", DType.Float32).Write();
        if (accepted)
        {
            Assert.Single(Import(model).Nodes);
        }
        else
        {
            Assert.Equal("TN1301", Assert.Single(Errors(model)).Id);
        }
    }

    [Fact]
    public void Batch_Symbolic_BecomesOneWithWarning()
    {
        byte[] model = new OnnxWriter(13).Input("x", DType.Float32, "N", 3).Node("Relu", ["x"], ["y"]).Output("y", DType.Float32).Write();
        Assert.Equal(new Shape(1, 3), Import(model).Inputs[0].Shape);
        Diagnostic warning = Assert.Single(_diagnostics.Items);
        Assert.Equal(("TN1307", Severity.Warning), (warning.Id, warning.Severity));
        Assert.Contains("'N'", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shape_SymbolicElsewhere_NamesTheSymbolsAndTheOption()
    {
        byte[] model = new OnnxWriter(13).Input("image", DType.Float32, "N", 3, "height", "width").Node("Relu", ["image"], ["y"]).Output("y", DType.Float32).Write();
        Diagnostic error = Assert.Single(Errors(model), d => d.Severity == Severity.Error);
        Assert.Equal("TN1305", error.Id);
        Assert.Contains("'height' (dimension 2), 'width' (dimension 3)", error.Message, StringComparison.Ordinal);
        Assert.Contains("--shape image=1,3,224,224", error.Hint, StringComparison.Ordinal);
        Graph graph = Import(model, new OnnxImportOptions { Shapes = new Dictionary<string, IReadOnlyList<int>> { ["image"] = [2, 3, 8, 9] } });
        Assert.Equal(new Shape(2, 3, 8, 9), graph.Outputs[0].Shape);
    }

    [Theory]
    [InlineData("image", new[] { 2, 4, 8, 9 })]
    [InlineData("image", new[] { 2, 3, 8 })]
    [InlineData("picture", new[] { 2, 3, 8, 9 })]
    public void Shape_GivenWrongly_IsRefused(string name, int[] shape)
    {
        byte[] model = new OnnxWriter(13).Input("image", DType.Float32, "N", 3, 8, 9).Node("Relu", ["image"], ["y"]).Output("y", DType.Float32).Write();
        OnnxImportOptions options = new() { Shapes = new Dictionary<string, IReadOnlyList<int>> { [name] = shape } };
        Assert.Contains(Assert.Throws<CompileException>(() => Import(model, options)).Diagnostics, d => d.Id == "TN1305");
    }

    [Fact]
    public void Symbol_KnownFromOneInput_IsKnownInOthers()
    {
        byte[] model = new OnnxWriter(13)
            .Input("x", DType.Float32, "N", 3).Input("h", DType.Float32, 2, "N")
            .Node("MatMul", ["h", "x"], ["y"]).Output("y", DType.Float32).Write();
        Assert.Equal(new Shape(2, 3), Import(model).Outputs[0].Shape);
    }

    [Fact]
    public void ExternalData_IsOneErrorWithHint()
    {
        byte[] model = new OnnxWriter(13)
            .Input("x", DType.Float32, 1, 3).External("a", DType.Float32, 3, 4).External("b", DType.Float32, 4)
            .Node("Gemm", ["x", "a", "b"], ["y"]).Output("y", DType.Float32).Write();
        Diagnostic error = Assert.Single(Errors(model));
        Assert.Equal("TN1304", error.Id);
        Assert.Contains("2 initializers", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_OfInputsOutputsAndNodes_AreTheModels()
    {
        byte[] model = new OnnxWriter(13)
            .Input("image", DType.Float32, 1, 2, 4, 4).Constant("w", new Seeded(1).Tensor(DType.Float32, new Shape(3, 2, 1, 1)))
            .Metadata("labels", "cat,dog,\"old hen\"")
            .Node("Conv", ["image", "w"], ["features"]).Node("Identity", ["features"], ["result"])
            .Output("features", DType.Float32).Output("result", DType.Float32).Output("image", DType.Float32).Write();
        Graph graph = Import(model);
        Assert.Equal(["image"], graph.Inputs.Select(i => i.Name));
        Assert.Equal(["features", "result", "image"], graph.Outputs.Select(o => o.Name));
        Assert.Equal(["cat", "dog", "old hen"], graph.Labels);
        Assert.Equal("conv_0", Assert.Single(graph.Nodes, n => n.Op is Conv2D).Name);
        GraphChecker.Check(graph);
    }

    [Fact]
    public void Uint8Input_StaysUint8AtTheEdge()
    {
        byte[] model = new OnnxWriter(13)
            .Input("x", DType.UInt8, 1, 4).Scalar("s", 0.5f).Scalar("z", DType.UInt8, 131)
            .Node("DequantizeLinear", ["x", "s", "z"], ["r"]).Node("Relu", ["r"], ["c"]).Node("QuantizeLinear", ["c", "s", "z"], ["y"])
            .Output("y", DType.UInt8).Write();
        Graph graph = Import(model);
        Assert.Equal(DType.UInt8, graph.Inputs[0].DType);
        Assert.True(new Quantization(0.5f, 131).SameAs(graph.Inputs[0].Quantization));
        Value inner = graph.Nodes[0].Output;
        Assert.Equal(DType.Int8, inner.DType);
        Assert.True(new Quantization(0.5f, 3).SameAs(inner.Quantization));
        Assert.Equal(DType.UInt8, graph.Outputs[0].DType);
        Assert.True(new Quantization(0.5f, 131).SameAs(graph.Outputs[0].Quantization));
    }

    [Fact]
    public void Uint8Input_ReadAsPlainBytes_IsCast()
    {
        byte[] model = new OnnxWriter(13)
            .Input("x", DType.UInt8, 4).Node("Cast", ["x"], ["f"], ("to", 1)).Output("f", DType.Float32).Write();
        Graph graph = Import(model);
        Tensor y = Interpreter.Run(graph, [new Tensor(DType.UInt8, new Shape(4), new byte[] { 0, 1, 200, 255 })])[0];
        Assert.Equal([0f, 1, 200, 255], y.Floats);
    }

    [Theory]
    [InlineData(10, new byte[] { 0x00, 0x3c, 0x00, 0xc1 }, new[] { 1f, -2.5f })]
    [InlineData(16, new byte[] { 0x80, 0x3f, 0x20, 0xc0 }, new[] { 1f, -2.5f })]
    [InlineData(11, new byte[] { 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0x04, 0xc0 }, new[] { 1f, -2.5f })]
    public void Constant_OfOtherFloats_BecomesFloat32(int type, byte[] raw, float[] expected)
    {
        byte[] model = new OnnxWriter(13)
            .Input("x", DType.Float32, 2).Raw("c", type, [2], raw).Node("Cast", ["c"], ["f"], ("to", 1))
            .Node("Add", ["x", "f"], ["y"]).Output("y", DType.Float32).Write();
        Assert.Equal(expected, Interpreter.Run(Import(model), [Tensor.Zeros(DType.Float32, new Shape(2))])[0].Floats);
    }

    [Fact]
    public void Constant_OfFourBits_IsUnpacked()
    {
        byte[] model = new OnnxWriter(21)
            .Input("x", DType.Float32, 3).Raw("w", 22, [3], [0x8f, 0x07]).Scalar("s", 0.5f)
            .Node("DequantizeLinear", ["w", "s"], ["f"]).Node("Add", ["x", "f"], ["y"]).Output("y", DType.Float32).Write();
        Assert.Equal([-0.5f, -4, 3.5f], Interpreter.Run(Import(model), [Tensor.Zeros(DType.Float32, new Shape(3))])[0].Floats);
    }

    [Fact]
    public void KeepState_AbsentOrZeroInitialState_BecomesAState()
    {
        Seeded random = new(5);
        byte[] model = new OnnxWriter(14)
            .Input("x", DType.Float32, 1, 1, 3)
            .Constant("w", random.Tensor(DType.Float32, new Shape(1, 8, 3), -1, 1)).Constant("r", random.Tensor(DType.Float32, new Shape(1, 8, 2), -1, 1))
            .Constant("zero", Tensor.Zeros(DType.Float32, new Shape(1, 1, 2)))
            .Node("LSTM", ["x", "w", "r", "", "", "zero"], ["y"], ("hidden_size", 2)).Output("y", DType.Float32).Write();
        Tensor step = Tensor.Of(new Shape(1, 1, 3), [1, -1, 0.5f]);
        InterpreterState state = new();
        Interpreter forgetful = new(Import(model));
        Assert.Equal(forgetful.Run([step], state)[0].Floats, forgetful.Run([step], state)[0].Floats);
        Graph kept = Import(model, new OnnxImportOptions { KeepState = true });
        Assert.Equal(2, kept.Values().Count(v => v.IsState));
        Interpreter keeping = new(kept);
        Assert.NotEqual(keeping.Run([step], state)[0].Floats, keeping.Run([step], state)[0].Floats);
    }

    [Theory]
    [InlineData(1, new[] { 3 })]
    [InlineData(2, new[] { 2, 3 })]
    public void If_WithKnownCondition_BecomesItsBranch(int rows, int[] expected)
    {
        OnnxWriter squeeze = new OnnxWriter(13).Constant("axis", 0).Node("Squeeze", ["x", "axis"], ["s"]).Output("s", DType.Float32);
        OnnxWriter keep = new OnnxWriter(13).Node("Identity", ["x"], ["k"]).Output("k", DType.Float32);
        byte[] model = new OnnxWriter(13)
            .Input("x", DType.Float32, rows, 3).Scalar("zero", DType.Int64, 0).Scalar("one", DType.Int64, 1)
            .Node("Shape", ["x"], ["shape"]).Node("Gather", ["shape", "zero"], ["rows"]).Node("Equal", ["rows", "one"], ["single"])
            .Node("If", ["single"], ["y"], ("then_branch", squeeze), ("else_branch", keep)).Node("Relu", ["y"], ["z"])
            .Output("z", DType.Float32).Write();
        Graph graph = Import(model);
        GraphChecker.Check(graph);
        Assert.Equal(new Shape(expected), graph.Outputs[0].Shape);
    }

    [Fact]
    public void If_WithConditionOfTheRun_IsRefused()
    {
        OnnxWriter keep = new OnnxWriter(13).Node("Identity", ["x"], ["k"]).Output("k", DType.Float32);
        byte[] model = new OnnxWriter(13)
            .Input("x", DType.Float32, 3).Input("c", DType.Bool)
            .Node("If", ["c"], ["y"], ("then_branch", keep), ("else_branch", keep)).Output("y", DType.Float32).Write();
        Assert.Equal("TN1302", Assert.Single(Errors(model)).Id);
    }

    private Graph Import(byte[] model, OnnxImportOptions? options = null) => OnnxImporter.Import(model, "m.onnx", _diagnostics, options);

    private static IReadOnlyList<Diagnostic> Errors(byte[] model) =>
        Assert.Throws<CompileException>(() => OnnxImporter.Import(model, "m.onnx", new DiagnosticBag())).Diagnostics;
}
