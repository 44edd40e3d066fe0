using TinyNano.Compiler;
using TinyNano.Compiler.Channels;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Plan;
using TinyNano.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace TinyNano.Simulator.Tests;

/// <summary>Folding dead channels away changes no byte of any output.</summary>
public sealed class ChannelFoldingTests
{
    private readonly ITestOutputHelper _output;

    public ChannelFoldingTests(ITestOutputHelper output) => _output = output;

    /// <summary>Chains of convolutions, depthwise convolutions, pools and a fully connected layer whose weights are mostly zero.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomSparseChains_GiveTheSameBytes(int seed)
    {
        Seeded random = new((ulong)seed);
        int folded = 0;
        long before = 0;
        long after = 0;
        for (int run = 0; run < 300; run++)
        {
            Graph graph = Chain(random);
            Schedule whole = Lowering.Run(graph);
            Schedule small = ChannelFolding.Run(whole, (int)random.Next(1, 4));
            byte[] record = random.Tensor(DType.Int8, graph.Inputs[0].Shape).ToBytes();
            byte[] extreme = [.. record.Select(_ => (byte)(random.Next(0, 1) == 0 ? 0x80 : 0x7F))];
            Assert.True(Run(whole, record).AsSpan().SequenceEqual(Run(small, record)), $"seed {seed}, run {run}");
            Assert.True(Run(whole, extreme).AsSpan().SequenceEqual(Run(small, extreme)), $"seed {seed}, run {run}, extreme inputs");
            folded += ReferenceEquals(whole, small) ? 0 : 1;
            before += whole.Steps.Sum(s => s.Macs);
            after += small.Steps.Sum(s => s.Macs);
        }

        _output.WriteLine($"seed {seed}: {folded} of 300 chains became smaller, {before:N0} MACs became {after:N0}");
        Assert.True(folded > 100 && after < before * 9 / 10, $"only {folded} chains became smaller, {before} MACs became {after}");
    }

    /// <summary>A constant other than the zero point in front of a padded window is not the same at the border: that channel stays.</summary>
    [Fact]
    public void ConstantBeforePadding_StaysUnlessItIsTheZeroPoint()
    {
        Assert.Equal(4, ChannelsBeforePadding(bias: 4000));
        Assert.Equal(3, ChannelsBeforePadding(bias: 0));
    }

    [SharedFact]
    public void Vww_LosesHalfOfItsWork()
    {
        Graph graph = ImportedModels.Optimise(SharedData.File("models", "vww_96_int8.tflite"));
        Schedule whole = Lowering.Run(graph);
        Schedule small = ChannelFolding.Run(whole);
        _output.WriteLine($"{whole.Steps.Sum(s => s.Macs):N0} MACs became {small.Steps.Sum(s => s.Macs):N0}");
        Assert.InRange(small.Steps.Sum(s => s.Macs), 1, 3_800_000);
    }

    // Channel 3 of the first convolution has no weights: it is requantised bias. The second one is 3x3 with padding.
    private static int ChannelsBeforePadding(int bias)
    {
        Seeded random = new(5);
        GraphBuilder b = new("border");
        Value x = b.Input("x", DType.Int8, [1, 4, 4, 2], new Quantization(0.05f, -3));
        sbyte[] weights = [.. Enumerable.Range(0, 8).Select(i => (sbyte)(i >= 6 ? 0 : random.Next(-127, 127)))];
        Value w = GraphBuilder.Const("w", Tensor.Of(new Shape(4, 1, 1, 2), weights), new Quantization(0.01f, 0));
        Value y = b.Op(new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None), "y", new Quantization(0.05f, 2), x, w,
            GraphBuilder.Const("b", Tensor.Of(new Shape(4), [10, 20, 30, bias]), new Quantization(0.0005f, 0)));
        Value w2 = GraphBuilder.Const("w2", random.Tensor(DType.Int8, new Shape(2, 3, 3, 4), -127, 127), new Quantization(0.01f, 0));
        b.Output(b.Op(new Conv2D(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.None), "z", new Quantization(0.2f, 0), y, w2, null));
        return ChannelFolding.Run(Lowering.Run(b.Graph), 1).Steps[0].Outputs[0].Shape[3];
    }

    private static byte[] Run(Schedule schedule, byte[] record)
    {
        MemoryPlan plan = MemoryPlanner.Plan(schedule);
        PlanValidator.Require(schedule, plan);
        using HostModel model = new(BlobCompiler.Emit(schedule, plan, new BlobOptions()));
        return model.Run(record);
    }

    private static Graph Chain(Seeded random)
    {
        GraphBuilder b = new("chain");
        int channels = (int)random.Next(1, 6);
        Value x = b.Input("x", DType.Int8, [1, (int)random.Next(3, 7), (int)random.Next(3, 7), channels], new Quantization(0.05f, (int)random.Next(-20, 20)));
        int layers = (int)random.Next(2, 6);
        for (int i = 0; i < layers; i++)
        {
            x = Layer(b, random, x, $"l{i}");
        }

        if (random.Next(0, 2) == 0)
        {
            AveragePool2D pool = new(x.Shape[1], x.Shape[2], 1, 1, 0, 0, 0, 0, false, Clamp.None);
            x = b.Op(pool, "pool", x.Quantization, x);
        }

        x = b.Op(new Reshape([1, x.Shape.Count]), "flat", x.Quantization, x);
        Value w = Weights(random, "fc.w", new Shape(3, x.Shape[1]), 0, 3);
        b.Output(b.Op(new FullyConnected(Clamp.None), "fc", new Quantization(0.3f, 1), x, w, Bias(random, "fc.b", 3)));
        return b.Graph;
    }

    private static Value Layer(GraphBuilder b, Seeded random, Value x, string name)
    {
        int k = random.Next(0, 1) == 0 ? 1 : (int)random.Next(1, Math.Min(3, Math.Min(x.Shape[1], x.Shape[2])));
        int pad = random.Next(0, 1) == 0 ? 0 : k / 2;
        Clamp clamp = random.Next(0, 1) == 0 ? Clamp.None : Clamp.Relu;
        Quantization y = new(random.NextFloat(0.03f, 0.3f), (int)random.Next(-128, 20));
        if (random.Next(0, 2) == 0)
        {
            int multiplier = random.Next(0, 3) == 0 ? 2 : 1;
            Value dw = Weights(random, name + ".w", new Shape(1, k, k, x.Shape[3] * multiplier), 3, x.Shape[3] * multiplier);
            return b.Op(new DepthwiseConv2D(1, 1, 1, 1, pad, pad, pad, pad, multiplier, clamp), name, y, x, dw, Bias(random, name + ".b", x.Shape[3] * multiplier));
        }

        int outputs = (int)random.Next(1, 9);
        Value w = Weights(random, name + ".w", new Shape(outputs, k, k, x.Shape[3]), 0, outputs);
        return b.Op(new Conv2D(1, 1, 1, 1, pad, pad, pad, pad, 1, clamp), name, y, x, w, random.Next(0, 4) == 0 ? null : Bias(random, name + ".b", outputs));
    }

    // Half of the output channels weigh nothing or little.
    private static Value Weights(Seeded random, string name, Shape shape, int axis, int outputs)
    {
        sbyte[] data = new sbyte[shape.Count];
        bool[] empty = [.. Enumerable.Range(0, outputs).Select(_ => random.Next(0, 1) == 0)];
        int inner = axis == 0 ? shape.Count / outputs : 1;
        for (int i = 0; i < data.Length; i++)
        {
            bool zero = empty[i / inner % outputs] ? random.Next(0, 15) > 0 : random.Next(0, 3) == 0;
            data[i] = (sbyte)(zero ? 0 : random.Next(-127, 127));
        }

        float[] scales = [.. Enumerable.Range(0, outputs).Select(_ => random.NextFloat(0.002f, 0.02f))];
        return GraphBuilder.Const(name, Tensor.Of(shape, data), new Quantization(scales, new int[outputs], axis));
    }

    private static Value Bias(Seeded random, string name, int count) =>
        GraphBuilder.Const(name, random.Tensor(DType.Int32, new Shape(count), -4000, 4000), new Quantization(0.0005f, 0));
}
