using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>
/// What the functions of the operator tables work with: the operator at hand, its inputs as values, and ways to append
/// nodes. Outputs get the element type, shape and quantisation that the file gives their tensors.
/// </summary>
internal sealed partial class TFLiteContext
{
    private readonly TFLiteModel _model;
    private readonly TFLiteSubgraph _subgraph;
    private readonly DiagnosticBag _diagnostics;
    private readonly Value?[] _values;
    private readonly HashSet<string> _names = [];
    private readonly HashSet<Value> _unknown = [];
    private readonly Dictionary<Value, Value> _dequantized = [];
    private long _room;
    private bool _warnedHybrid;

    public TFLiteContext(TFLiteModel model, TFLiteSubgraph subgraph, Graph graph, DiagnosticBag diagnostics)
    {
        _model = model;
        _subgraph = subgraph;
        _diagnostics = diagnostics;
        _values = new Value?[subgraph.Tensors.Count];
        _room = (64L << 20) + 8L * model.Bytes;
        Graph = graph;
        Operator = new TFLiteOperator(0, "", null, 1, [], [], [], 0, null);
    }

    public Graph Graph { get; }

    /// <summary>The operator being imported.</summary>
    public TFLiteOperator Operator { get; set; }

    /// <summary>Whether an input of the operator comes from something that could not be imported: its faults are not news.</summary>
    public bool ReadsUnknown => Operator.Inputs.Any(i => i >= 0 && _values[i] is Value v && _unknown.Contains(v));

    /// <summary>Whether input <paramref name="index"/> is given.</summary>
    public bool Has(int index) => index < Operator.Inputs.Length && Operator.Inputs[index] >= 0;

    /// <summary>Input <paramref name="index"/>; TFLiteRefusal when it is absent or a state.</summary>
    public Value In(int index, string what = "x")
    {
        Value value = Has(index) ? ValueOf(Operator.Inputs[index]) : throw TFLiteRefusal.Misfit($"input {index} ({what}) is missing.");
        return !value.IsState ? value
            : throw TFLiteRefusal.Attribute($"'{value.Name}' is a variable tensor; only recurrent operators may read one.");
    }

    /// <summary>Input <paramref name="index"/>, or null where it is absent.</summary>
    public Value? Optional(int index, string what) => Has(index) ? In(index, what) : null;

    /// <summary>Input <paramref name="index"/>, which must be a variable tensor.</summary>
    public Value State(int index, string what)
    {
        Value value = Has(index) ? ValueOf(Operator.Inputs[index]) : throw TFLiteRefusal.Misfit($"input {index} ({what}) is missing.");
        return value.IsState ? value : throw TFLiteRefusal.Attribute($"the {what} '{value.Name}' is not a variable tensor.");
    }

    /// <summary>The constant integers of input <paramref name="index"/>: axes, shapes, paddings.</summary>
    public int[] Ints(int index, string what)
    {
        if (IsEmpty(index))
        {
            return [];
        }

        Tensor data = Constant(index, what);
        if (data.DType is not (DType.Int32 or DType.Int64) || data.Count > 64)
        {
            throw TFLiteRefusal.Misfit($"the {what} is {data.DType.ShortName()}{data.Shape}; expected a few int32 numbers.");
        }

        return data.ToInts();
    }

    /// <summary>The one constant integer of input <paramref name="index"/>.</summary>
    public int Int(int index, string what) => Ints(index, what) is [int only] ? only
        : throw TFLiteRefusal.Misfit($"the {what} is a list; expected one number.");

    /// <summary>Whether input <paramref name="index"/> is a list of no numbers, which the IR has no tensor for.</summary>
    public bool IsEmpty(int index) => Has(index) && _values[Operator.Inputs[index]] is null
        && _subgraph.Tensors[Operator.Inputs[index]].Shape.Contains(0);

    /// <summary>Whether input <paramref name="index"/> is given and known before running.</summary>
    public bool IsKnown(int index) => Has(index) && (IsEmpty(index) || In(index, "constant").IsConstant);

    /// <summary>The contents of input <paramref name="index"/>, which must be constant.</summary>
    public Tensor Constant(int index, string what)
    {
        Value value = In(index, what);
        return value.Constant
            ?? throw TFLiteRefusal.Attribute($"the {what} '{value.Name}' must be constant.", "convert with fixed shapes, so that it is known before running");
    }

    /// <summary>The type that the file gives output <paramref name="index"/>.</summary>
    public TensorType OutType(int index = 0) => index < Operator.Outputs.Length
        ? TFLiteTensors.TypeOf(_subgraph.Tensors[Operator.Outputs[index]])
        : throw TFLiteRefusal.Misfit($"output {index} is missing.");

    /// <summary>Appends a node between the operator's input and output, with the given type for its result.</summary>
    public Value Emit(Op op, string suffix, TensorType type, params Value?[] inputs)
    {
        string name = Operator.Outputs.Length > 0 ? _subgraph.Tensors[Operator.Outputs[0]].Name : Operator.Name;
        Value output = new(Unique($"{name}/{suffix}"), type);
        Append(op, inputs, [output]);
        return output;
    }

    /// <summary>A reshape, or the value itself where it has that shape already.</summary>
    public Value Reshaped(Value value, string suffix, params int[] dims) =>
        value.Shape.Dims.SequenceEqual(dims) ? value
            : Emit(new Reshape(dims), suffix, value.Type with { Shape = new Shape(dims) }, value);

    /// <summary>Appends the node that makes all outputs of the operator.</summary>
    public void Result(Op op, params Value?[] inputs)
    {
        Value[] outputs = [.. Operator.Outputs.Select((_, k) => NewOutput(k))];
        Append(op, inputs, outputs);
        for (int k = 0; k < outputs.Length; k++)
        {
            Define(Operator.Outputs[k], outputs[k]);
        }
    }

    /// <summary>Appends the node that makes output 0, and more outputs that the file does not have.</summary>
    public void ResultAndMore(Op op, (string Suffix, TensorType Type)[] more, params Value?[] inputs)
    {
        Value output = NewOutput(0);
        Append(op, inputs, [output, .. more.Select(m => new Value(Unique($"{output.Name}/{m.Suffix}"), m.Type))]);
        Define(Operator.Outputs[0], output);
    }

    /// <summary>Appends the node that makes output <paramref name="index"/> only.</summary>
    public void ResultAt(int index, Op op, params Value?[] inputs)
    {
        Value output = NewOutput(index);
        Append(op, inputs, [output]);
        Define(Operator.Outputs[index], output);
    }

    /// <summary>
    /// To be called before a constant is made from others. What a file can make us allocate is bounded by its size and a
    /// fixed room; TFLiteRefusal beyond.
    /// </summary>
    public void Reserve(Shape shape, DType type)
    {
        _room -= (long)shape.Count * type.Size();
        if (_room < 0)
        {
            throw new TFLiteRefusal("TN1007", "the constants that the model computes take more memory than any model needs.");
        }
    }

    /// <summary>Makes a constant output <paramref name="index"/>.</summary>
    public void ResultConstant(int index, Tensor data)
    {
        TensorType type = OutType(index);
        if (type.DType != data.DType || (type.Shape.Rank > 0 && !type.Shape.Equals(data.Shape)))
        {
            throw TFLiteRefusal.Misfit($"the result is {data.DType.ShortName()}{data.Shape}, the file says {type}.");
        }

        string name = Unique(NameOf(_subgraph.Tensors[Operator.Outputs[index]]));
        Define(Operator.Outputs[index], Value.Const(name, data, type.Quantization));
    }

    /// <summary>Output 0 is the value itself, under its own name.</summary>
    public void ResultIs(Value value) => Define(Operator.Outputs[0], value);

    /// <summary>Makes stand-ins for the outputs of an operator that could not be imported, so that the next ones are looked at too.</summary>
    public void DefineUnknown()
    {
        foreach (int index in Operator.Outputs.Where(i => _values[i] is null))
        {
            Value value = new(Unique(NameOf(_subgraph.Tensors[index])), new TensorType(DType.Float32, Shape.Scalar));
            try
            {
                value.Type = TFLiteTensors.TypeOf(_subgraph.Tensors[index]);
            }
            catch (TFLiteRefusal)
            {
                // The type is one more fault of the same operator.
            }

            _unknown.Add(value);
            _values[index] = value;
        }
    }

    /// <summary>TFLiteRefusal where an output of the operator is made already.</summary>
    public void RequireFreshOutputs()
    {
        foreach (int index in Operator.Outputs)
        {
            RequireFresh(index);
        }
    }

    public void DefineInput(int index)
    {
        Value input = new(Unique(NameOf(_subgraph.Tensors[index])), TFLiteTensors.TypeOf(_subgraph.Tensors[index]));
        Define(index, input);
        Graph.Inputs.Add(input);
    }

    /// <summary>The value of a tensor: made before, or a constant, or a state.</summary>
    public Value ValueOf(int index)
    {
        if (_values[index] is Value known)
        {
            return known;
        }

        TFLiteTensor tensor = _subgraph.Tensors[index];
        ReadOnlyMemory<byte> bytes = tensor.Buffer < _model.Buffers.Count ? _model.Buffers[tensor.Buffer] : default;
        Value value;
        if (tensor.IsVariable)
        {
            value = new Value(Unique(NameOf(tensor)), TFLiteTensors.TypeOf(tensor)) { IsState = true };
        }
        else if (tensor.IsExternal)
        {
            throw TFLiteRefusal.Attribute($"constant '{tensor.Name}' is stored outside the file.", "convert into a single file");
        }
        else if (bytes.Length > 0 || tensor.IsSparse)
        {
            (Tensor data, Quantization? quantization) = TFLiteTensors.ConstantOf(tensor, bytes.Span);
            value = Value.Const(Unique(NameOf(tensor)), data, quantization);
        }
        else
        {
            throw new TFLiteRefusal("TN1005", $"tensor {index} '{tensor.Name}' is read, but is no input, no constant and made by no earlier operator.",
                "the file is damaged, or its operators are out of order");
        }

        _values[index] = value;
        return value;
    }

    /// <summary>A name that no other value has.</summary>
    public string Unique(string name)
    {
        string unique = name;
        for (int n = 1; !_names.Add(unique); n++)
        {
            unique = $"{name}:{n + _names.Count}";
        }

        return unique;
    }

    private static string NameOf(TFLiteTensor tensor) => tensor.Name.Length > 0 ? tensor.Name : $"tensor{tensor.Index}";

    private Value NewOutput(int index)
    {
        TensorType type = OutType(index);
        return new Value(Unique(NameOf(_subgraph.Tensors[Operator.Outputs[index]])), type);
    }

    private void Define(int index, Value value)
    {
        RequireFresh(index);
        _values[index] = value;
    }

    private void RequireFresh(int index)
    {
        if (_values[index] is not null)
        {
            throw new TFLiteRefusal("TN1005", $"tensor {index} '{_subgraph.Tensors[index].Name}' is made twice.", "the file is damaged");
        }
    }
}
