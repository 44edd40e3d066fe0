using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Quantize;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Compiler.Tests.Quantize;

/// <summary>The quantised interpreter, the report, bias correction and equalisation.</summary>
public sealed class AccuracyToolTests
{
    private const int Depth = 24;

    [Fact]
    public void QuantizedInterpreter_RoundsAndSaturates_WithoutTouchingItsInputs()
    {
        Graph graph = GraphParser.Parse("""
            graph g
            input %x: i8[1,3] q(0.5, 0)
            %c: i8[1,3] q(1, 0) = Quantize(%x) { To = i8 }
            %y: i8[1,3] q(0.5, 0) = Add(%x, %x)
            output %y
            output %c
            """);
        float[] given = [0.3f, 1.5f, 1000];

        IReadOnlyList<Tensor> outputs = new QuantizedInterpreter(graph).Run([Tensor.Of(new Shape(1, 3), given)]);

        Assert.Equal([1f, 3, 63.5f], outputs[0].Floats);
        Assert.Equal([1f, 2, 64f], outputs[1].Floats);
        Assert.Equal([0.3f, 1.5f, 1000], given);
    }

    [Fact]
    public void Report_NamesTheWorstLayer()
    {
        (Graph graph, IReadOnlyList<Tensor>[] samples) = Network();
        Graph quantised = Quantizer.Quantize(graph, Calibrator.Observe(graph, samples, CalibrationMethod.MinMax), new QuantizePolicy(), samples);
        Node spoiled = quantised.Nodes.Single(n => n.Output.Name == "b");
        spoiled.Output.Type = spoiled.Output.Type with { Quantization = new Quantization(spoiled.Output.Quantization!.Scale * 100, -128) };

        QuantizationReport report = QuantizationReport.Measure(graph, quantised, samples);

        Assert.Equal(["a", "b", "y"], report.Layers.Select(l => l.Layer));
        Assert.Equal("a", report.Layers.MaxBy(l => l.SqnrDb)!.Layer);
        Assert.InRange(report.Layers[0].SqnrDb, 30, 60);
        Assert.True(report.Layers[1].SqnrDb < 20);
        Assert.NotEqual("a", report.Worst!.Layer);
        Assert.StartsWith("quantized   int8   worst layer '", report.Summary("int8"), StringComparison.Ordinal);
    }

    [Fact]
    public void BiasCorrection_TakesTheMeanErrorOut()
    {
        // Every weight rounds the same way, and the inputs are all positive: without correction the errors add up.
        Graph graph = GraphParser.Parse($"""
            graph g
            input %x: f32[1,8]
            %w: f32[1,8] = const [127, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4]
            %y: f32[1,1] = FullyConnected(%x, %w, _)
            output %y
            """);
        Seeded random = new(9);
        IReadOnlyList<Tensor>[] samples = [.. Enumerable.Range(0, 40).Select(_ => (IReadOnlyList<Tensor>)[random.Tensor(DType.Float32, new Shape(1, 8), 0, 1)])];
        Ranges ranges = Calibrator.Observe(graph, samples, CalibrationMethod.MinMax);
        double MeanError(bool correct)
        {
            Graph quantised = Quantizer.Quantize(graph, ranges, new QuantizePolicy { BiasCorrection = correct }, samples);
            QuantizedInterpreter interpreter = new(quantised);
            return samples.Average(s => interpreter.Run(s)[0].Floats[0] - Interpreter.Run(graph, s)[0].Floats[0]);
        }

        Assert.InRange(MeanError(false), -1.6, -1.2);
        Assert.InRange(MeanError(true), -0.1, 0.1);
    }

    [Fact]
    public void Equalization_KeepsTheMeaning_AndEvensTheChannelsOut()
    {
        (Graph graph, IReadOnlyList<Tensor>[] samples) = Network();

        Graph even = ActivationEqualization.Run(graph, samples, strength: 1);

        float[] most = new float[Depth];
        foreach (IReadOnlyList<Tensor> sample in samples)
        {
            float[] expected = Interpreter.Run(graph, sample)[0].Floats;
            float[] actual = Interpreter.Run(even, sample, observe: (value, tensor) =>
            {
                for (int i = 0; i < tensor.Count && value.Name == "a"; i++)
                {
                    most[i % Depth] = Math.Max(most[i % Depth], tensor.Floats[i]);
                }
            })[0].Floats;
            Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-4f * expected.Max(Math.Abs)));
        }

        Assert.All(most, m => Assert.Equal(most.Max(), m, 1e-3f * most.Max()));
    }

    /// <summary>Convolution, depthwise convolution and fully connected layer over channels of very different magnitudes.</summary>
    private static (Graph Graph, IReadOnlyList<Tensor>[] Samples) Network()
    {
        Seeded random = new(4);
        GraphBuilder b = new("net");
        Value x = b.Input("x", DType.Float32, [1, 4, 4, 3]);
        Tensor weights = random.Tensor(DType.Float32, new Shape(Depth, 1, 1, 3), -0.2, 1);
        for (int i = 0; i < weights.Count; i++)
        {
            weights.Floats[i] *= MathF.Pow(1.2f, i / 3);
        }

        Value a = b.Op(new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.Relu), "a", null, x, Value.Const("wa", weights), Value.Const("ba", random.Tensor(DType.Float32, new Shape(Depth), 0, 1)));
        Value d = b.Op(new DepthwiseConv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.Relu), "b", null, a, Value.Const("wb", random.Tensor(DType.Float32, new Shape(1, 4, 4, Depth), -0.5, 1)), null);
        b.Output(b.Op(new FullyConnected(Clamp.None), "y", null, d, Value.Const("wy", random.Tensor(DType.Float32, new Shape(5, Depth), -1, 1)), null));
        IReadOnlyList<Tensor>[] samples = [.. Enumerable.Range(0, 12).Select(_ => (IReadOnlyList<Tensor>)[random.Tensor(DType.Float32, x.Shape, 0, 1)])];
        return (b.Graph, samples);
    }
}
