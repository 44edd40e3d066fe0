using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Quantize;
using Xunit;

namespace TinyNano.Compiler.Tests.Quantize;

/// <summary>The rules of post-training quantisation on small graphs.</summary>
public sealed class QuantizerTests
{
    private const string Linear = """
        graph g
        input %x: f32[1,2]
        %w: f32[2,2] = const [1.27, -0.5, 0, 2.54]
        %b: f32[2] = const [0.1, -0.2]
        %y: f32[1,2] = FullyConnected(%x, %w, %b)
        output %y
        """;

    [Fact]
    public void Weights_AreSymmetricPerChannel_BiasInUnitsOfTheirProduct()
    {
        Graph graph = Quantized(Linear, [-1, 1.55f]);

        Node node = Assert.Single(graph.Nodes);
        Quantization x = graph.Inputs[0].Quantization!;
        Assert.Equal(DType.Int8, graph.Inputs[0].DType);
        Assert.Equal(0.01, x.Scale, 6);
        Assert.Equal(-28, x.ZeroPoint);
        Quantization w = node.Inputs[1]!.Quantization!;
        Assert.Equal([0.01, 0.02], w.Scales.Select(s => Math.Round(s, 6)));
        Assert.Equal([127, -50, 0, 127], node.Inputs[1]!.Constant!.ToInts());
        Assert.Equal([1000, -1000], node.Inputs[2]!.Constant!.ToInts());
        Assert.Equal(DType.Int32, node.Inputs[2]!.DType);
        Assert.Equal([x.Scale * w.Scales[0], x.Scale * w.Scales[1]], node.Inputs[2]!.Quantization!.Scales);
    }

    [Fact]
    public void Int16_IsSymmetric_WithWideBias()
    {
        Graph graph = Quantized(Linear, [-1, 1.55f], new QuantizePolicy { Activations = DType.Int16, BiasCorrection = false });

        Node node = Assert.Single(graph.Nodes);
        Assert.Equal(1.55 / 32767, graph.Inputs[0].Quantization!.Scale, 9);
        Assert.Equal(0, graph.Inputs[0].Quantization!.ZeroPoint);
        Assert.Equal(DType.Int8, node.Inputs[1]!.DType);
        Assert.Equal(DType.Int64, node.Inputs[2]!.DType);
        Assert.Equal(DType.Int16, node.Output.DType);
    }

    [Fact]
    public void PerTensorPolicy_GivesOneWeightScale()
    {
        Graph graph = Quantized(Linear, [-1, 1.55f], new QuantizePolicy { PerChannel = false, BiasCorrection = false });

        Assert.Equal(0.02, graph.Nodes[0].Inputs[1]!.Quantization!.Scale, 6);
    }

    [Theory]
    [InlineData(DType.Int8)]
    [InlineData(DType.Int16)]
    public void BiasFarAboveItsWeights_WidensTheirScale(DType activations)
    {
        Graph graph = Quantized(Linear.Replace("0, 2.54", "0, 1e-14", StringComparison.Ordinal), [-1, 1.55f],
            new QuantizePolicy { Activations = activations, BiasCorrection = false });

        float[] bias = graph.Nodes[0].Inputs[2]!.Constant!.ToFloats(graph.Nodes[0].Inputs[2]!.Quantization);
        Assert.Equal(0.1f, bias[0], 4);
        Assert.Equal(-0.2f, bias[1], 4);
    }

    [Fact]
    public void FloatIo_KeepsNamesAndTypesAtTheEdges()
    {
        Graph graph = Quantized(Linear, [-1, 1.55f], new QuantizePolicy { FloatIo = true });

        Assert.Equal(["Quantize", "FullyConnected", "Dequantize"], graph.Nodes.Select(n => n.Op.Name));
        Assert.Equal("x", graph.Inputs[0].Name);
        Assert.Equal("y", graph.Outputs[0].Name);
        Assert.Equal(DType.Float32, graph.Inputs[0].DType);
        Assert.Equal(DType.Float32, graph.Outputs[0].DType);
    }

    [Fact]
    public void FusedActivation_BoundsTheRange()
    {
        Graph graph = Quantized(Linear.Replace("%b)", "%b) { Activation = relu }", StringComparison.Ordinal), [-1, 1.55f], method: CalibrationMethod.Percentile);

        Assert.Equal(-128, graph.Outputs[0].Quantization!.ZeroPoint);
    }

    [Theory]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Entropy)]
    [InlineData(CalibrationMethod.Mse)]
    public void Pixels_StayTheNumbersTheyAre(CalibrationMethod method)
    {
        float[] pixels = [.. Enumerable.Range(0, 256).Select(i => i == 255 ? 1 : i % 40 / 255f)];

        Graph graph = Quantized("graph g\ninput %x: f32[1,256]\n%y: f32[1,256] = Add(%x, %x)\noutput %y", pixels, method: method);

        Assert.Equal(1f / 255, graph.Inputs[0].Quantization!.Scale);
        Assert.Equal(-128, graph.Inputs[0].Quantization!.ZeroPoint);
    }

    [Fact]
    public void Concat_GivesItsInputsOneQuantisation()
    {
        Graph graph = Quantized("""
            graph g
            input %x: f32[1,2]
            %two: f32[1,1] = const [2]
            %a: f32[1,2] = Mul(%x, %two)
            %b: f32[1,2] = Add(%x, %two)
            %y: f32[1,4] = Concat(%a, %b) { Axis = 1 }
            output %y
            """, [-1, 1]);

        Quantization y = graph.Outputs[0].Quantization!;
        Assert.Equal(["Mul", "Add", "Concat"], graph.Nodes.Select(n => n.Op.Name));
        Assert.True(y.SameAs(graph.Nodes[0].Output.Quantization) && y.SameAs(graph.Nodes[1].Output.Quantization));
        Assert.Equal(5 / 255.0, y.Scale, 6);
    }

    [Fact]
    public void Concat_RescalesWhatHasAQuantisationOfItsOwn()
    {
        Graph graph = Quantized("""
            graph g
            input %x: f32[1,2]
            %a: f32[1,2] = Softmax(%x) { Beta = 1, Axis = 1 }
            %y: f32[1,4] = Concat(%a, %x) { Axis = 1 }
            output %y
            """, [-10, 10]);

        Assert.Equal(["Softmax", "Quantize", "Concat"], graph.Nodes.Select(n => n.Op.Name));
        Assert.Equal(1f / 256, graph.Nodes[0].Output.Quantization!.Scale);
        Assert.True(graph.Outputs[0].Quantization!.SameAs(graph.Nodes[1].Output.Quantization));
        Assert.True(graph.Outputs[0].Quantization!.SameAs(graph.Inputs[0].Quantization));
    }

    [Fact]
    public void Concat_SparesOtherReadersOfASmallInput()
    {
        Graph graph = Quantized("""
            graph g
            input %x: f32[1,2]
            %k: f32[1,1] = const [100]
            %big: f32[1,2] = Mul(%x, %k)
            %y: f32[1,4] = Concat(%x, %big) { Axis = 1 }
            %z: f32[1,2] = Add(%x, %x)
            output %y
            output %z
            """, [-1, 1]);

        Assert.Equal(2 / 255.0, graph.Inputs[0].Quantization!.Scale, 6);
        Assert.Contains(graph.Nodes, n => n.Op is Ops.Quantize && n.Inputs[0] == graph.Inputs[0]);
    }

    [Fact]
    public void Movement_KeepsTheNumbers()
    {
        Graph graph = Quantized("""
            graph g
            input %x: f32[1,2,2,1]
            %p: f32[1,1,1,1] = MaxPool2D(%x) { FilterH = 2, FilterW = 2 }
            %y: f32[1,1] = Reshape(%p) { Dims = [1, 1] }
            output %y
            """, [-1, 0.5f, 0.25f, -3]);

        Assert.True(graph.Inputs[0].Quantization!.SameAs(graph.Outputs[0].Quantization));
    }

    [Fact]
    public void OperatorWithoutIntegerForm_StaysInFloat_AndIsNamed()
    {
        DiagnosticBag diagnostics = new();
        Graph graph = Quantized("""
            graph g
            input %x: f32[1,2]
            %a: f32[1,2] = Add(%x, %x)
            %p: f32[1,1] = Reduce(%a) { Kind = Prod, Axes = [1], KeepDims = true } "product"
            %r: f32[1] = Reshape(%p) { Dims = [1] }
            %q: f32[1] = Reduce(%r) { Kind = Prod, Axes = [0], KeepDims = true }
            %y: f32[1] = Add(%q, %q)
            output %y
            """, [-1, 1.5f], diagnostics: diagnostics);

        Assert.Equal(["Add", "Dequantize", "Reduce", "Reshape", "Reduce", "Quantize", "Add"], graph.Nodes.Select(n => n.Op.Name));
        Assert.Equal(DType.Float32, graph.Nodes[3].Output.DType);
        Diagnostic warning = Assert.Single(diagnostics.Items);
        Assert.Equal("TN3101", warning.Id);
        Assert.Contains("Reduce 'product'", warning.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Reshape", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SharedConstant_GetsTheNumbersEachReaderNeeds()
    {
        Graph graph = Quantized("""
            graph g
            input %x: f32[1,2]
            %k: f32[1,1] = const [0.5]
            %a: f32[1,2] = Mul(%x, %k)
            %y: f32[1,2] = Maximum(%x, %k)
            output %a
            output %y
            """, [-1, 1]);

        Assert.Equal(127, graph.Nodes[0].Inputs[1]!.Constant!.GetInteger(0));
        Assert.True(graph.Nodes[1].Inputs[1]!.Quantization!.SameAs(graph.Outputs[1].Quantization));
        Assert.Equal(0.5f, graph.Nodes[1].Inputs[1]!.Constant!.ToFloats(graph.Outputs[1].Quantization)[0], 2);
    }

    [Fact]
    public void QuantisedGraph_IsRefused()
    {
        Graph graph = Quantized(Linear, [-1, 1.55f]);
        Ranges ranges = Calibrator.Observe(GraphParser.Parse(Linear), [[Tensor.Of(new Shape(1, 2), new float[2])]], CalibrationMethod.MinMax);

        CompileException e = Assert.Throws<CompileException>(() => Quantizer.Quantize(graph, ranges, new QuantizePolicy()));
        Assert.Equal("TN3105", e.Diagnostics[0].Id);
    }

    [Fact]
    public void Quantising_IsDeterministic_AndLeavesTheFloatGraph()
    {
        string before = GraphPrinter.Print(GraphParser.Parse(Linear));
        Graph graph = GraphParser.Parse(Linear);
        IReadOnlyList<Tensor>[] samples = [.. Enumerable.Range(0, 37).Select(i => (IReadOnlyList<Tensor>)[Tensor.Of(new Shape(1, 2), [MathF.Sin(i), i % 7])])];
        string Once() => GraphPrinter.Print(Quantizer.Quantize(graph, Calibrator.Observe(graph, samples, CalibrationMethod.Mse), new QuantizePolicy(), samples));

        Assert.Equal(Once(), Once());
        Assert.Equal(before, GraphPrinter.Print(graph));
    }

    private static Graph Quantized(
        string text, float[] sample, QuantizePolicy? policy = null, DiagnosticBag? diagnostics = null, CalibrationMethod method = CalibrationMethod.MinMax)
    {
        Graph graph = GraphParser.Parse(text);
        IReadOnlyList<Tensor>[] samples = [[Tensor.Of(graph.Inputs[0].Shape, sample)]];
        Graph result = Quantizer.Quantize(graph, Calibrator.Observe(graph, samples, method), policy ?? new QuantizePolicy { BiasCorrection = false }, samples, diagnostics);
        GraphChecker.Check(result);
        return result;
    }
}
