using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Tests.Passes;

/// <summary>
/// Small random networks in the manner of exporters: NCHW tensors with transposes around NHWC operators, batch
/// normalisation, scales, pads, activations written out, residual connections, concatenations, reshapes and a dense tail.
/// </summary>
internal sealed class RandomGraphs
{
    private readonly Random _random;
    private readonly Graph _graph;
    private readonly List<Value> _images = [];
    private int _count;

    private RandomGraphs(int seed)
    {
        _random = new Random(seed);
        _graph = new Graph($"random{seed}");
    }

    public static Graph Create(int seed) => new RandomGraphs(seed).Run();

    private Graph Run()
    {
        Value input = new("input", new TensorType(DType.Float32, new Shape(1, _random.Next(1, 4), _random.Next(4, 8), _random.Next(4, 8))));
        _graph.Inputs.Add(input);
        _images.Add(input);
        int steps = _random.Next(3, 12);
        for (int i = 0; i < steps; i++)
        {
            Step(Pick());
        }

        for (int i = _random.Next(3); i > 0; i--)
        {
            Value other = Pick();
            if (!_graph.IsOutput(other) && !_graph.Inputs.Contains(other))
            {
                _graph.Outputs.Add(other);
            }
        }

        Tail(_images[^1]);
        return _graph;
    }

    /// <summary>Mostly the newest tensor, so that chains grow.</summary>
    private Value Pick() => _random.Next(4) > 0 ? _images[^1] : _images[_random.Next(_images.Count)];

    /// <summary>Appends one building block that reads an NCHW tensor and makes another.</summary>
    private void Step(Value x)
    {
        _images.Add(_random.Next(18) switch
        {
            0 or 1 => Convolution(x),
            2 => Depthwise(x),
            3 => Nhwc(x, v => Make(new BatchNorm(0.01f), v, Const([v.Shape[3]]), Const([v.Shape[3]]), Const([v.Shape[3]]), Positive([v.Shape[3]]))),
            4 => Make(Clip(0, _random.Next(2) == 0 ? 6 : float.PositiveInfinity), x),
            5 => Make(Draw<Op>(new Add(Clamp.None), new Mul(Clamp.None), new Sub(Clamp.None), new Mul(Clamp.Relu)), x, Const(ConstantShape(x))),
            6 => Make(new Div(Clamp.None), x, Positive(ConstantShape(x))),
            7 => Make(new Pad([0, 0, _random.Next(2), 1], [0, 0, 1, _random.Next(2)], PadMode.Constant, Draw(0f, 0f, 0.5f)), x),
            8 => Pool(x),
            9 or 10 => Residual(x),
            11 => Concatenation(x),
            12 => Make(new Mul(Clamp.None), x, Make(new Unary(UnaryKind.Sigmoid, 0, 0), x)),
            13 => HardSwish(x),
            14 => Gate(x),
            15 => Make(new StridedSlice([0, 0, 0, 0], [1, 1, 1, 1], [1, x.Shape[1], Math.Max(1, x.Shape[2] - 1), x.Shape[3]]), x),
            16 => Halves(x),
            _ => Make(new Unary(Draw(UnaryKind.Tanh, UnaryKind.LeakyRelu, UnaryKind.Abs), 0.1f, 0), Reshaped(x)),
        });
    }

    /// <summary>Flatten or mean, dense layers, and perhaps a softmax.</summary>
    private void Tail(Value x)
    {
        Value flat = _random.Next(2) == 0
            ? Make(new Reshape([1, x.Shape.Count]), x)
            : Make(new Reshape([1, x.Shape[1]]), Make(new Reduce(ReduceKind.Mean, [2, 3], _random.Next(2) == 0), x));
        if (_random.Next(2) == 0)
        {
            flat = Make(new Mul(Clamp.None), flat, Const([flat.Shape[1]]));
        }

        Value y = Make(new BatchMatMul(false, false), flat, Const([flat.Shape[1], 4]));
        y = Make(new Add(Clamp.None), y, Const([4]));
        _graph.Outputs.Add(_random.Next(2) == 0 ? Make(new Softmax(1, -1), y) : y);
    }

    private Value Convolution(Value x)
    {
        int k = _random.Next(1, 3);
        int outputs = _random.Next(1, 4);
        return Nhwc(x, v => Make(
            new Conv2D(1, _random.Next(1, 3), 1, 1, _random.Next(2), 0, 0, _random.Next(2), 1, Clamp.None),
            v, Const([outputs, k, k, v.Shape[3]]), _random.Next(2) == 0 ? null : Const([outputs])));
    }

    private Value Depthwise(Value x) =>
        Nhwc(x, v => Make(new DepthwiseConv2D(1, 1, 1, 1, 1, 0, 0, 1, 2, Clamp.None), v, Const([1, 2, 2, v.Shape[3] * 2]), null));

    private Value Pool(Value x) => Nhwc(x, v => _random.Next(2) == 0
        ? Make(new MaxPool2D(2, 2, 1, 1, 1, 1, 0, 0, 0, 0, Clamp.None), Larger(v))
        : Make(new AveragePool2D(2, 2, 1, 1, 0, 0, 0, 0, false, Clamp.None), Larger(v)));

    private Value Larger(Value nhwc) => Make(new Pad([0, 1, 0, 0], [0, 0, 1, 0], PadMode.Constant, 0), nhwc);

    private Value Residual(Value x)
    {
        Value? other = _images.Find(v => v.Shape.Equals(x.Shape) && !ReferenceEquals(v, x));
        return Make(Draw<Op>(new Add(Clamp.None), new Mul(Clamp.None), new Add(Clamp.Relu)), x, other ?? Make(new Unary(UnaryKind.Tanh, 0, 0), x));
    }

    private Value Concatenation(Value x)
    {
        Value? other = _images.Find(v => v.Shape[2] == x.Shape[2] && v.Shape[3] == x.Shape[3] && !ReferenceEquals(v, x));
        return Make(new Concat(1), x, other ?? x);
    }

    private Value HardSwish(Value x)
    {
        Value clip = Make(Clip(0, 6), Make(new Add(Clamp.None), x, Scalar(3)));
        return _random.Next(2) == 0
            ? Make(new Mul(Clamp.None), x, Make(new Div(Clamp.None), clip, Scalar(6)))
            : Make(new Div(Clamp.None), Make(new Mul(Clamp.None), clip, x), Scalar(6));
    }

    /// <summary>Squeeze and excite: a mean, a dense layer, and a product with the whole.</summary>
    private Value Gate(Value x)
    {
        int c = x.Shape[1];
        Value mean = Make(new Reshape([1, c]), Make(new Reduce(ReduceKind.Mean, [2, 3], true), x));
        Value gate = Make(new Unary(UnaryKind.Sigmoid, 0, 0), Make(new FullyConnected(Clamp.None), mean, Const([c, c]), Const([c])));
        return Make(new Mul(Clamp.None), x, Make(new Reshape([1, c, 1, 1]), gate));
    }

    private Value Halves(Value x)
    {
        if (x.Shape[3] % 2 != 0)
        {
            return x;
        }

        Node split = _graph.Add(new Split(3, [x.Shape[3] / 2, x.Shape[3] / 2]), Name(), [x], null, [Name(), Name()]);
        return Make(new Concat(_random.Next(1, 4)), split.Outputs[1], split.Outputs[0]);
    }

    private Value Reshaped(Value x) => Make(new Reshape(x.Shape.ToArray()), Make(new Reshape([1, x.Shape[1], x.Shape[2] * x.Shape[3]]), x));

    private Value Nhwc(Value x, Func<Value, Value> body) => Make(new Transpose([0, 3, 1, 2]), body(Make(new Transpose([0, 2, 3, 1]), x)));

    private int[] ConstantShape(Value x) => Draw<int[]>([], [x.Shape[1], 1, 1], [1, x.Shape[1], 1, 1], [x.Shape[3]], [x.Shape[2], 1]);

    private static Unary Clip(float lo, float hi) => new(UnaryKind.Clip, lo, hi);

    private Value Make(Op op, params Value?[] inputs) => _graph.Add(op, Name(), inputs).Output;

    private string Name() => $"v{_count++}";

    private Value Scalar(float number) => Value.Const(Name(), Tensor.Of(Shape.Scalar, new[] { number }));

    private Value Const(int[] dims) => Value.Const(Name(), Meaning.Draw(new TensorType(DType.Float32, new Shape(dims)), _random));

    private Value Positive(int[] dims)
    {
        Tensor drawn = Meaning.Draw(new TensorType(DType.Float32, new Shape(dims)), _random);
        return Value.Const(Name(), Tensor.Of(drawn.Shape, [.. drawn.Floats.Select(f => Math.Abs(f) + 0.5f)]));
    }

    private T Draw<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
