using TinyNano.Compiler.IR;
using TinyNano.TestKit;
using TinyNano.TestKit.Writing;

namespace TinyNano.OnnxRuntime.Tests;

/// <summary>A named tensor of integers that stand for real numbers.</summary>
public readonly record struct QValue(string Name, DType Type, float Scale, int Zero);

/// <summary>A small ONNX model under construction, with seeded random contents and an input for each graph input.</summary>
public sealed class OnnxCase
{
    private readonly List<(string Name, Tensor Tensor)> _inputs = [];
    private readonly List<(string Name, DType Type)> _outputs = [];
    private readonly OnnxWriter _writer;
    private int _names;

    public OnnxCase(string name, int opset, ulong seed = 1)
    {
        Name = name;
        Random = new Seeded(seed);
        _writer = new OnnxWriter(opset).Opset("com.microsoft", 1);
    }

    public string Name { get; }

    public Seeded Random { get; }

    /// <summary>The operators of the model, with their domains.</summary>
    public HashSet<string> Operators { get; } = [];

    /// <summary>For quantised models: whether operators may stay in float.</summary>
    public bool StaysFloat { get; private set; }

    /// <summary>Steps of quantisation the result may differ by: one, more where layers follow one another.</summary>
    public int Steps { get; private set; } = 1;

    /// <summary>The step of a result that arrives as float.</summary>
    public float RealStep { get; private set; }

    public IReadOnlyList<(string Name, Tensor Tensor)> Inputs => _inputs;

    public byte[] Model
    {
        get
        {
            foreach ((string name, DType type) in _outputs)
            {
                _writer.Output(name, type);
            }

            _outputs.Clear();
            return _writer.Write();
        }
    }

    public override string ToString() => Name;

    /// <summary>A float graph input over -3 .. 3.</summary>
    public string In(params int[] dims) => In(Random.Tensor(DType.Float32, new Shape(dims)));

    /// <summary>A float graph input over a range.</summary>
    public string InRange(float lo, float hi, params int[] dims) => In(Random.Tensor(DType.Float32, new Shape(dims), lo, hi));

    public string In(Tensor tensor)
    {
        string name = $"x{_inputs.Count}";
        _inputs.Add((name, tensor));
        _writer.Input(name, tensor.DType, [.. tensor.Shape.Dims.Select(d => (object)d)]);
        return name;
    }

    /// <summary>A constant of random floats over -1 .. 1.</summary>
    public string W(params int[] dims) => Const(Random.Tensor(DType.Float32, new Shape(dims), -1, 1));

    /// <summary>A constant of random floats over a range.</summary>
    public string WRange(float lo, float hi, params int[] dims) => Const(Random.Tensor(DType.Float32, new Shape(dims), lo, hi));

    public string Const(Tensor tensor)
    {
        string name = Fresh("c");
        _writer.Constant(name, tensor);
        return name;
    }

    /// <summary>A constant list of int64.</summary>
    public string Longs(params long[] values)
    {
        string name = Fresh("c");
        _writer.Constant(name, values);
        return name;
    }

    /// <summary>A constant list of floats.</summary>
    public string Floats(params float[] values)
    {
        string name = Fresh("c");
        _writer.Constant(name, values);
        return name;
    }

    public string Scalar(float value) => Const(Tensor.Of(Shape.Scalar, [value]));

    public string Scalar(DType type, int value)
    {
        string name = Fresh("c");
        _writer.Scalar(name, type, value);
        return name;
    }

    /// <summary>Adds a node with one output and gives its name.</summary>
    public string Op(string op, string[] inputs, params (string Name, object Value)[] attributes) => Ops(op, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs; "domain:Op" for operators of another domain.</summary>
    public string[] Ops(string op, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        Operators.Add(op.Replace(':', '.'));
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => Fresh("v"))];
        string[] parts = op.Split(':');
        _writer.Node(parts.Length == 2 ? parts[0] : "", parts[^1], inputs, names, attributes);
        return names;
    }

    public OnnxCase Out(params string[] names)
    {
        _outputs.AddRange(names.Select(n => (n, DType.Float32)));
        return this;
    }

    public OnnxCase Out(DType type, params string[] names)
    {
        _outputs.AddRange(names.Select(n => (n, type)));
        return this;
    }

    /// <summary>Says that this quantised model is not expected to become integers altogether.</summary>
    public OnnxCase InFloat()
    {
        StaysFloat = true;
        return this;
    }

    /// <summary>Allows more than one step, and says what a step is where the output is float.</summary>
    public OnnxCase Within(int steps, float realStep = 0)
    {
        Steps = steps;
        RealStep = realStep;
        return this;
    }

    // Quantised models.

    /// <summary>A quantised graph input, every integer of its type likely.</summary>
    public QValue QIn(DType type, float scale, int zero, params int[] dims) => new(In(Random.Tensor(type, new Shape(dims))), type, scale, zero);

    public string Dq(QValue x) => Op("DequantizeLinear", [x.Name, Scalar(x.Scale), Scalar(x.Type, x.Zero)]);

    public QValue Q(string real, DType type, float scale, int zero) =>
        new(Op("QuantizeLinear", [real, Scalar(scale), Scalar(type, zero)]), type, scale, zero);

    /// <summary>Random int8 weights and their scales, one for each index of an axis (or one for all).</summary>
    public (string Integers, string Scales, string Zeros, float[] Values) QW(int? axis, params int[] dims)
    {
        float[] scales = [.. Enumerable.Range(0, axis is int a ? dims[a] : 1).Select(_ => Random.NextFloat(0.004f, 0.012f))];
        // Seven bits: ONNX Runtime's uint8 by int8 products saturate at 16 bits on processors without VNNI.
        string integers = Const(Random.Tensor(DType.Int8, new Shape(dims), -63, 63));
        Shape shape = axis is null ? Shape.Scalar : new Shape(scales.Length);
        return (integers, Const(Tensor.Of(shape, scales)), Const(Tensor.Zeros(DType.Int8, shape)), scales);
    }

    /// <summary>Dequantised weights.</summary>
    public (string Real, float[] Scales) QWReal(int? axis, params int[] dims)
    {
        (string integers, string scales, string zeros, float[] values) = QW(axis, dims);
        return (Op("DequantizeLinear", [integers, scales, zeros], ("axis", axis ?? 0)), values);
    }

    /// <summary>int32 bias in units of scale(x) * scale(w).</summary>
    public string QBias(int count) => Const(Random.Tensor(DType.Int32, new Shape(count), -3000, 3000));

    public string QBiasReal(int count, float x, float[] w)
    {
        float[] scales = Array.ConvertAll(w, s => s * x);
        Shape shape = scales.Length == 1 ? Shape.Scalar : new Shape(scales.Length);
        return Op("DequantizeLinear", [QBias(count), Const(Tensor.Of(shape, scales)), Const(Tensor.Zeros(DType.Int32, shape))], ("axis", 0));
    }

    /// <summary>Makes a quantised value the output.</summary>
    public OnnxCase Out(QValue value) => Out(value.Type, value.Name);

    private string Fresh(string prefix) => $"{prefix}{_names++}";
}
