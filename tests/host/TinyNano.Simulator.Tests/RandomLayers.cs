using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Simulator.Tests;

/// <summary>
/// Seeded int8 graphs of one operator, of all shapes that kernels may find special: odd tails, few channels, strides, dilations, windows over the
/// border, several samples; with weights, scales and zero points from usual to extreme.
/// </summary>
internal sealed class RandomLayers
{
    private readonly Seeded _random;
    private readonly GraphBuilder _builder = new("layer");

    private RandomLayers(ulong seed) => _random = new Seeded(seed);

    /// <summary>What there is: the names that <see cref="Build"/> takes.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["conv2d 1x1", "conv2d", "depthwise 3x3", "depthwise", "depthwise 1-D", "fully connected", "average pool", "max pool", "add", "sub", "mul"];

    /// <summary>The graph and one record for a seed.</summary>
    public static (Graph Graph, byte[] Record) Build(string kind, ulong seed)
    {
        RandomLayers layer = new(seed);
        Value y = kind switch
        {
            "conv2d 1x1" => layer.Conv(1, 1),
            "conv2d" => layer.Conv(layer.Int(1, 4), layer.Int(1, 4)),
            "depthwise 3x3" => layer.Depthwise(3, 3),
            "depthwise" => layer.Depthwise(layer.Int(1, 6), layer.Int(1, 6)),
            "depthwise 1-D" => layer.DepthwiseAlong(),
            "fully connected" => layer.FullyConnected(),
            "average pool" => layer.AveragePool(),
            "max pool" => layer.MaxPool(),
            "add" => layer.Pair(new Add(layer.Activation())),
            "sub" => layer.Pair(new Sub(layer.Activation())),
            _ => layer.Pair(new Mul(layer.Activation())),
        };
        layer._builder.Output(y);
        byte[] record = [.. layer._builder.Graph.Inputs.SelectMany(v => layer.Bytes(v.Shape.Count))];
        return (layer._builder.Graph, record);
    }

    private Value Conv(int filterH, int filterW)
    {
        (int h, int w) = (Int(1, 7), Int(1, 7));
        int dilationH = Dilation();
        int dilationW = Dilation();
        // Now and then the only window is all of x; then sums are long too.
        bool whole = Int(0, 9) == 0;
        (filterH, filterW) = whole ? (h, w) : (filterH, filterW);
        int channels = whole ? Int(1, 40) : Channels();
        int outputs = Channels();
        (int top, int bottom) = whole ? (0, 0) : Pads(h, filterH, dilationH);
        (int left, int right) = whole ? (0, 0) : Pads(w, filterW, dilationW);
        Conv2D op = new(Int(1, 3), Int(1, 3), whole ? 1 : dilationH, whole ? 1 : dilationW, top, bottom, left, right, 1, Activation());
        return Weighted(op, [Samples(), h, w, channels], [outputs, filterH, filterW, channels], 0, filterH * filterW * channels);
    }

    private Value Depthwise(int filterH, int filterW)
    {
        (int h, int w) = (Int(1, 8), Int(1, 8));
        bool plain = filterH == 3 && filterW == 3;
        int dilationH = plain ? 1 : Dilation();
        int dilationW = plain ? 1 : Dilation();
        int stride = Int(1, 2);
        int channels = Channels();
        int multiplier = Int(0, 15) == 0 ? 2 : 1;
        (int top, int bottom) = Pads(h, filterH, dilationH);
        (int left, int right) = Pads(w, filterW, dilationW);
        DepthwiseConv2D op = new(
            stride, plain || Int(0, 1) == 0 ? stride : Int(1, 3), dilationH, dilationW, top, bottom, left, right, multiplier, Activation());
        return Weighted(op, [Samples(), h, w, channels], [1, filterH, filterW, channels * multiplier], 3, filterH * filterW);
    }

    // Along one axis, mostly without padding.
    private Value DepthwiseAlong()
    {
        int taps = Int(1, 15);
        int length = taps + Int(0, 20);
        int channels = Channels();
        bool down = Int(0, 1) == 0;
        int before = Int(0, 7) == 0 ? Int(0, taps - 1) : 0;
        int stride = Int(0, 7) == 0 ? 2 : 1;
        DepthwiseConv2D op = new(stride, stride, 1, 1, down ? before : 0, 0, down ? 0 : before, 0, 1, Activation());
        return Weighted(
            op, [Samples(), down ? length : 1, down ? 1 : length, channels], [1, down ? taps : 1, down ? 1 : taps, channels], 3, taps);
    }

    private Value FullyConnected()
    {
        int rows = Int(0, 1) == 0 ? 1 : Int(1, 7);
        int depth = Int(0, 15) == 0 ? Int(500, 1100) : Int(1, 70);
        return Weighted(new FullyConnected(Activation()), [rows, depth], [Channels(), depth], 0, depth);
    }

    private Value AveragePool()
    {
        (int h, int w) = (Int(1, 7), Int(1, 7));
        (int filterH, int filterW) = Int(0, 9) == 0 ? (h, w) : (Int(1, Math.Min(4, h)), Int(1, Math.Min(4, w)));
        (int top, int bottom) = Pads(h, filterH, 1);
        (int left, int right) = Pads(w, filterW, 1);
        Quantization q = new(_random.NextFloat(0.01f, 0.1f), Zero());
        AveragePool2D op = new(filterH, filterW, Int(1, 3), Int(1, 3), top, bottom, left, right, Int(0, 3) == 0, Activation());
        return _builder.Op(op, "y", q, _builder.Input("x", DType.Int8, [Samples(), h, w, Channels()], q));
    }

    private Value MaxPool()
    {
        (int h, int w) = (Int(1, 7), Int(1, 7));
        (int filterH, int filterW) = (Int(1, Math.Min(4, h)), Int(1, Math.Min(4, w)));
        (int top, int bottom) = Pads(h, filterH, 1);
        (int left, int right) = Pads(w, filterW, 1);
        Quantization q = new(_random.NextFloat(0.01f, 0.1f), Zero());
        MaxPool2D op = new(filterH, filterW, Int(1, 3), Int(1, 3), 1, 1, top, bottom, left, right, Activation());
        return _builder.Op(op, "y", q, _builder.Input("x", DType.Int8, [Samples(), h, w, Channels()], q));
    }

    // Two inputs of one shape; scales equal now and then.
    private Value Pair(Op op)
    {
        int[] shape = [Int(1, 3), Int(1, 4), Int(1, 11)];
        float scale = _random.NextFloat(0.01f, 0.1f);
        float other = Int(0, 3) == 0 ? scale : _random.NextFloat(0.01f, 0.1f);
        float result = op is Mul ? scale * other * _random.NextFloat(20, 200) : _random.NextFloat(0.02f, 0.3f);
        Value a = _builder.Input("a", DType.Int8, shape, new Quantization(scale, Zero()));
        Value b = _builder.Input("b", DType.Int8, shape, new Quantization(other, Zero()));
        return _builder.Op(op, "y", new Quantization(result, Zero()), a, b);
    }

    private Value Weighted(Op op, int[] x, int[] w, int axis, int depth)
    {
        int channels = w[axis];
        int scales = Int(0, 3) == 0 ? 1 : channels;
        float xScale = _random.NextFloat(0.01f, 0.1f);
        float[] wScales = [.. Enumerable.Range(0, scales).Select(_ => _random.NextFloat(0.002f, 0.02f) * (Int(0, 40) == 0 ? 1e-6f : 1))];
        int most = Int(0, 3) switch { 0 => 128, 1 => 127, 2 => 40, _ => 3 };
        // From saturating everywhere (multipliers of 1 and more) to hardly leaving the zero point.
        float spread = Int(0, 11) == 0 ? 0.5f : _random.NextFloat(0.2f, 4) * most * MathF.Sqrt(depth);
        Tensor weights = _random.Tensor(DType.Int8, new Shape(w), -most, Math.Min(most, 127));
        Tensor bias = _random.Tensor(DType.Int32, new Shape(channels), -40L * most, 40L * most);
        if (Int(0, 40) == 0)
        {
            bias.Ints[0] = Int(0, 1) == 0 ? int.MaxValue - Int(0, 99) : int.MinValue + Int(0, 99);
        }

        Value input = _builder.Input("x", DType.Int8, x, new Quantization(xScale, Zero()));
        Value filter = GraphBuilder.Const("w", weights, new Quantization(wScales, new int[scales], axis));
        Value offset = GraphBuilder.Const("b", bias, new Quantization([.. wScales.Select(s => s * xScale)], new int[scales], 0));
        return _builder.Op(op, "y", new Quantization(xScale * 0.01f * spread, Zero()), input, filter, Int(0, 7) == 0 ? null : offset);
    }

    private int Int(int lo, int hi) => (int)_random.Next(lo, hi);

    private int Samples() => Int(0, 7) == 0 ? 2 : 1;

    // Multiples of 4 half of the time; now and then more than a vector of them.
    private int Channels() => Int(0, 7) == 0 ? Int(12, 40) : Int(0, 1) == 0 ? 4 * Int(1, 4) : Int(1, 11);

    private int Dilation() => Int(0, 4) == 0 ? Int(2, 3) : 1;

    private int Zero() => Int(0, 3) switch { 0 => -128, 1 => 0, 2 => 127, _ => Int(-128, 127) };

    private Clamp Activation() => Int(0, 5) switch { 0 => Clamp.Relu, 1 => Clamp.Relu6, 2 => Clamp.ReluN1To1, _ => Clamp.None };

    // Enough on both sides together for one output, and no window without a cell of x.
    private (int Before, int After) Pads(int size, int filter, int dilation)
    {
        int reach = (filter - 1) * dilation + 1;
        int before = Int(0, filter - 1);
        int after = Int(0, filter - 1);
        return (before, Math.Max(after, reach - size - before));
    }

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        bool ends = Int(0, 3) == 0;
        for (int i = 0; i < count; i++)
        {
            int value = Int(0, 255);
            bytes[i] = (byte)(ends ? value % 2 == 0 ? 0x80 : 0x7F : value);
        }

        return bytes;
    }
}
