using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.IR;

/// <summary>
/// Reads the text form that <see cref="GraphPrinter"/> writes. Types are taken as written: <see cref="GraphChecker"/>
/// tells whether they are what the operators give. Line ends are ordinary space and # begins a comment.
/// </summary>
public sealed class GraphParser
{
    private readonly TextScanner _scan;
    private readonly Dictionary<string, Value> _values = [];
    private Graph _graph = new("");

    private GraphParser(string text) => _scan = new TextScanner(text);

    /// <summary>The graph of a text; CompileException TN2001 with line, column and what was expected otherwise.</summary>
    public static Graph Parse(string text) => new GraphParser(text).Run();

    private Graph Run()
    {
        int start = _scan.Position;
        if (_scan.TakeWord("'graph'") != "graph")
        {
            throw _scan.Error(start, "expected 'graph' and a name first");
        }

        _graph = new Graph(_scan.TakeName("the graph's name"));
        while (!_scan.AtEnd)
        {
            Statement();
        }

        return _graph;
    }

    private void Statement()
    {
        if (_scan.Sees('%'))
        {
            Definition();
            return;
        }

        int start = _scan.Position;
        switch (_scan.TakeWord("label, input, state, output or %name"))
        {
            case "label":
                _graph.Labels.Add(_scan.TakeString());
                break;
            case "input":
                _graph.Inputs.Add(Declare(false));
                break;
            case "state":
                Declare(true);
                break;
            case "output":
                _graph.Outputs.Add(Reference());
                break;
            case string other:
                throw _scan.Error(start, $"expected label, input, state, output or %name, found '{other}'");
        }
    }

    /// <summary>%a: type, %b: type = const ... or Operator(...) { ... } "name".</summary>
    private void Definition()
    {
        List<(int Position, Value Value)> outputs = [];
        do
        {
            outputs.Add(Declaration(false));
        }
        while (_scan.TryTake(','));

        _scan.Take('=');
        int start = _scan.Position;
        string word = _scan.TakeWord("const or an operator");
        if (word == "const" && outputs.Count == 1)
        {
            Value value = outputs[0].Value;
            value.Constant = Elements(value.Type);
        }
        else
        {
            Type op = OpTable.Find(word) ?? throw _scan.Error(start, $"'{word}' is not an operator (see `tinynano ops`)");
            List<Value?> inputs = [.. Inputs()];
            Op instance = Operator(op);
            string name = _scan.Sees('"') ? _scan.TakeString() : outputs[0].Value.Name;
            _graph.Nodes.Add(new Node(name, instance, inputs, outputs.Select(o => o.Value)));
        }

        foreach ((int position, Value value) in outputs)
        {
            Define(position, value);
        }
    }

    private Value Declare(bool isState)
    {
        (int position, Value value) = Declaration(isState);
        Define(position, value);
        return value;
    }

    private void Define(int position, Value value)
    {
        if (!_values.TryAdd(value.Name, value))
        {
            throw _scan.Error(position, $"%{value.Name} is defined twice");
        }
    }

    private (int Position, Value Value) Declaration(bool isState)
    {
        int position = _scan.Position;
        _scan.Take('%');
        string name = _scan.TakeName("a value's name");
        _scan.Take(':');
        return (position, new Value(name, ReadType()) { IsState = isState });
    }

    private Value Reference()
    {
        int position = _scan.Position;
        _scan.Take('%');
        string name = _scan.TakeName("a value's name");
        return _values.TryGetValue(name, out Value? value) ? value
            : throw _scan.Error(position, $"%{name} is not defined before this point");
    }

    private TensorType ReadType()
    {
        DType dtype = ReadDType();
        _scan.Take('[');
        int start = _scan.Position;
        int[] dims = ListUntil(']', () => (int)_scan.TakeInteger(1, int.MaxValue));
        Shape shape = new(dims);
        try
        {
            _ = shape.Count;
        }
        catch (OverflowException)
        {
            throw _scan.Error(start, $"{shape} has more than 2^31 - 1 elements");
        }

        return new TensorType(dtype, shape, TakeQuantization());
    }

    private DType ReadDType()
    {
        int start = _scan.Position;
        try
        {
            return DTypes.Parse(_scan.TakeWord("an element type"));
        }
        catch (FormatException e)
        {
            throw _scan.Error(start, e.Message);
        }
    }

    private Quantization? TakeQuantization()
    {
        if (!_scan.Sees('q'))
        {
            return null;
        }

        int start = _scan.Position;
        if (_scan.TakeWord("q") != "q")
        {
            throw _scan.Error(start, "expected q(scale, zero) or the end of the type");
        }

        _scan.Take('(');
        try
        {
            if (!_scan.Sees('a'))
            {
                float scale = _scan.TakeFloat();
                _scan.Take(',');
                int zero = _scan.TakeInt();
                _scan.Take(')');
                return new Quantization(scale, zero);
            }

            _ = _scan.TakeWord("axis");
            _scan.Take('=');
            int axis = _scan.TakeInt();
            _scan.Take(';');
            float[] scales = ListUntil(';', _scan.TakeFloat);
            int[] zeros = ListUntil(')', _scan.TakeInt);
            return new Quantization(scales, zeros, axis);
        }
        catch (ArgumentException e)
        {
            throw _scan.Error(start, e.Message);
        }
    }

    private IEnumerable<Value?> Inputs()
    {
        _scan.Take('(');
        if (_scan.TryTake(')'))
        {
            yield break;
        }

        do
        {
            yield return _scan.TryTake('_') ? null : Reference();
        }
        while (_scan.TryTake(','));

        _scan.Take(')');
    }

    private Op Operator(Type op)
    {
        IReadOnlyList<OpAttribute> attributes = OpAttributes.Of(op);
        object?[] values = [.. attributes.Select(a => a.Default)];
        int start = _scan.Position;
        if (_scan.TryTake('{'))
        {
            do
            {
                int position = _scan.Position;
                string name = _scan.TakeWord("an attribute");
                int index = attributes.ToList().FindIndex(a => a.Name == name);
                if (index < 0)
                {
                    throw _scan.Error(position, $"{op.Name} has no attribute '{name}' (it has {string.Join(", ", attributes.Select(a => a.Name))})");
                }

                _scan.Take('=');
                values[index] = Attribute(attributes[index].Type);
            }
            while (_scan.TryTake(','));

            _scan.Take('}');
        }

        int missing = Array.IndexOf(values, null);
        return missing < 0 ? OpAttributes.Create(op, values!)
            : throw _scan.Error(start, $"{op.Name} needs the attribute {attributes[missing].Name}");
    }

    private object Attribute(Type type)
    {
        if (type == typeof(int))
        {
            return _scan.TakeInt();
        }

        if (type == typeof(int[]))
        {
            _scan.Take('[');
            return ListUntil(']', _scan.TakeInt);
        }

        if (type == typeof(float))
        {
            return _scan.TakeFloat();
        }

        if (type == typeof(string))
        {
            return _scan.TakeString();
        }

        if (type == typeof(Clamp))
        {
            return TakeActivation();
        }

        if (type == typeof(DType))
        {
            return ReadDType();
        }

        int start = _scan.Position;
        string word = _scan.TakeWord("a name");
        if (type == typeof(bool))
        {
            return word is "true" or "false" ? word == "true" : throw _scan.Error(start, $"expected true or false, found '{word}'");
        }

        return Enum.GetNames(type).Contains(word) ? Enum.Parse(type, word)
            : throw _scan.Error(start, $"expected one of {string.Join(", ", Enum.GetNames(type))}, found '{word}'");
    }

    private Clamp TakeActivation()
    {
        if (_scan.TryTake('['))
        {
            float min = _scan.TakeFloat();
            _scan.Take(',');
            float max = _scan.TakeFloat();
            _scan.Take(']');
            return new Clamp(min, max);
        }

        int start = _scan.Position;
        return _scan.TakeWord("an activation") switch
        {
            "none" => Clamp.None,
            "relu" => Clamp.Relu,
            "relu6" => Clamp.Relu6,
            "relu_n1_to_1" => Clamp.ReluN1To1,
            string other => throw _scan.Error(start, $"expected none, relu, relu6, relu_n1_to_1 or [lo, hi], found '{other}'"),
        };
    }

    private Tensor Elements(TensorType type)
    {
        int start = _scan.Position;
        Tensor data = Tensor.Zeros(type.DType, type.Shape);
        if (_scan.TryTake('['))
        {
            int count = 0;
            do
            {
                if (count == data.Count)
                {
                    throw _scan.Expected($"']' after the {data.Count} elements of {type}");
                }

                TakeElement(data, count++);
            }
            while (_scan.TryTake(','));

            _scan.Take(']');
            return count == data.Count ? data : throw _scan.Error(start, $"{count} elements for {type}, expected {data.Count}");
        }

        if (_scan.TakeWord("[elements] or fill(value)") != "fill")
        {
            throw _scan.Error(start, "expected [elements] or fill(value)");
        }

        _scan.Take('(');
        TakeElement(data, 0);
        _scan.Take(')');
        for (int i = 1; i < data.Count; i++)
        {
            Array.Copy(data.Data, 0, data.Data, i, 1);
        }

        return data;
    }

    private void TakeElement(Tensor data, int index)
    {
        switch (data.Data)
        {
            case float[] a:
                a[index] = _scan.TakeFloat();
                break;
            case sbyte[] a when data.DType == DType.Int8: // a byte[] matches sbyte[] as well
                a[index] = (sbyte)_scan.TakeInteger(sbyte.MinValue, sbyte.MaxValue);
                break;
            case byte[] a:
                a[index] = (byte)_scan.TakeInteger(byte.MinValue, byte.MaxValue);
                break;
            case short[] a:
                a[index] = (short)_scan.TakeInteger(short.MinValue, short.MaxValue);
                break;
            case int[] a:
                a[index] = _scan.TakeInt();
                break;
            case long[] a:
                a[index] = _scan.TakeInteger(long.MinValue, long.MaxValue);
                break;
            case bool[] a:
                a[index] = (bool)Attribute(typeof(bool));
                break;
        }
    }

    private T[] ListUntil<T>(char end, Func<T> element)
    {
        List<T> list = [];
        if (_scan.TryTake(end))
        {
            return [];
        }

        do
        {
            list.Add(element());
        }
        while (_scan.TryTake(','));

        _scan.Take(end);
        return [.. list];
    }
}
