using Google.FlatBuffers;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.IR;

namespace TinyNano.TestKit.Writing;

/// <summary>A field of an options table: its number in the schema and a bool, byte, int, float or int[].</summary>
public readonly record struct OptionField(int Field, object Value);

/// <summary>
/// Collects tensors and operators of one subgraph and writes them as a FlatBuffer. Builtin operators are named as in the
/// schema; an options type is its number in the schema's BuiltinOptions union, 0 for none.
/// </summary>
public sealed class TFLiteBuffer
{
    private const int BehindFrom = 1 << 16;

    private readonly FlatBufferBuilder _builder = new(4096) { ForceDefaults = true };
    private readonly List<Entry> _tensors = [];
    private readonly Dictionary<Value, int> _indices = [];
    private readonly List<string> _codes = [];
    private readonly List<Operator> _operators = [];
    private readonly List<byte> _behind = [];

    /// <summary>Puts the data of constants behind the FlatBuffer, as converters do for models beyond 2 GB.</summary>
    public bool DataBehind { get; init; }

    /// <summary>The index of a value's tensor, -1 for null; constants bring their data, states are variable tensors.</summary>
    public int Tensor(Value? value)
    {
        if (value is null)
        {
            return -1;
        }

        if (!_indices.TryGetValue(value, out int index))
        {
            index = Add(value.Name, value.Type, value.Constant?.ToBytes(), value.IsState);
            _indices[value] = index;
        }

        return index;
    }

    /// <summary>A constant that the graph has as an attribute: a shape, an axis, paddings.</summary>
    public int Constant(Tensor data, Quantization? quantization = null) =>
        Add($"const{_tensors.Count}", new TensorType(data.DType, data.Shape, quantization), data.ToBytes(), false);

    /// <summary>A constant of an element type that the IR does not have, by its number in the schema.</summary>
    public int Constant(byte typeCode, Shape shape, byte[] data, Quantization? quantization = null)
    {
        int index = Add($"const{_tensors.Count}", new TensorType(DType.UInt8, shape, quantization), data, false);
        _tensors[index] = _tensors[index] with { TypeCode = typeCode };
        return index;
    }

    /// <summary>A list of int32 as a constant of rank 1.</summary>
    public int Constant(params int[] data) => Constant(Compiler.IR.Tensor.Of(new Shape(data.Length), data));

    /// <summary>A tensor between two operators that the graph has as one node.</summary>
    public int Temp(TensorType type) => Add($"temp{_tensors.Count}", type, null, false);

    /// <summary>Appends an operator; "CUSTOM:name" is a custom one.</summary>
    public void Op(string builtin, int optionsType, OptionField[] options, int[] inputs, int[] outputs, int[]? intermediates = null)
    {
        if (!_codes.Contains(builtin))
        {
            _codes.Add(builtin);
        }

        _operators.Add(new Operator(_codes.IndexOf(builtin), optionsType, options, inputs, outputs, intermediates));
    }

    /// <summary>The file. The buffer cannot be used afterwards.</summary>
    public byte[] Finish(Graph graph)
    {
        int[] inputs = [.. graph.Inputs.Select(Tensor)];
        int[] outputs = [.. graph.Outputs.Select(Tensor)];
        int operators = Offsets([.. _operators.Select(WriteOperator)]);
        int tensors = Offsets([.. _tensors.Select(WriteTensor)]);
        int buffers = Offsets([WriteBuffer(null), .. _tensors.Where(t => t.Data is not null).Select(t => WriteBuffer(t.Data))]);
        int codes = Offsets([.. _codes.Select(WriteCode)]);
        int subgraph = Table(5, (0, tensors), (1, Ints(inputs)), (2, Ints(outputs)), (3, operators), (4, Text("main")));
        int subgraphs = Offsets([subgraph]);
        int description = Text("TinyNano test model");

        _builder.StartTable(5);
        _builder.AddUint(0, 3, 0);
        _builder.AddOffset(1, codes, 0);
        _builder.AddOffset(2, subgraphs, 0);
        _builder.AddOffset(3, description, 0);
        _builder.AddOffset(4, buffers, 0);
        _builder.Finish(_builder.EndTable(), "TFL3");
        byte[] bytes = _builder.SizedByteArray();
        return _behind.Count == 0 ? bytes : [.. bytes, .. new byte[BehindFrom - bytes.Length], .. _behind];
    }

    private int Add(string name, TensorType type, byte[]? data, bool isVariable)
    {
        int buffer = data is null ? 0 : 1 + _tensors.Count(t => t.Data is not null);
        _tensors.Add(new Entry(name, type, data, buffer, isVariable));
        return _tensors.Count - 1;
    }

    private static TFLiteType TypeOf(DType type) => type switch
    {
        DType.Float32 => TFLiteType.Float32,
        DType.Int8 => TFLiteType.Int8,
        DType.UInt8 => TFLiteType.UInt8,
        DType.Int16 => TFLiteType.Int16,
        DType.Int32 => TFLiteType.Int32,
        DType.Int64 => TFLiteType.Int64,
        DType.Bool => TFLiteType.Bool,
        _ => throw new NotSupportedException($"{type} has no TFLite type"),
    };

    /// <summary>The schema's number of an element type, for options that hold one.</summary>
    public static byte TypeCode(DType type) => (byte)TypeOf(type);

    private int WriteTensor(Entry tensor)
    {
        int shape = Ints(tensor.Type.Shape.ToArray());
        int name = Text(tensor.Name);
        int quantization = tensor.Type.Quantization is Quantization q ? WriteQuantization(q) : 0;
        _builder.StartTable(6);
        _builder.AddOffset(0, shape, 0);
        _builder.AddByte(1, tensor.TypeCode ?? TypeCode(tensor.Type.DType), 0);
        _builder.AddUint(2, (uint)tensor.Buffer, 0);
        _builder.AddOffset(3, name, 0);
        if (quantization != 0)
        {
            _builder.AddOffset(4, quantization, 0);
        }

        _builder.AddBool(5, tensor.IsVariable, false);
        return _builder.EndTable();
    }

    private int WriteQuantization(Quantization q)
    {
        _builder.StartVector(4, q.Scales.Length, 4);
        foreach (float scale in q.Scales.Reverse())
        {
            _builder.AddFloat(scale);
        }

        int scales = _builder.EndVector().Value;
        _builder.StartVector(8, q.ZeroPoints.Length, 8);
        foreach (int zero in q.ZeroPoints.Reverse())
        {
            _builder.AddLong(zero);
        }

        int zeros = _builder.EndVector().Value;
        _builder.StartTable(7);
        _builder.AddOffset(2, scales, 0);
        _builder.AddOffset(3, zeros, 0);
        _builder.AddInt(6, q.Axis, 0);
        return _builder.EndTable();
    }

    private int WriteBuffer(byte[]? data)
    {
        if (data is not null && DataBehind)
        {
            _builder.StartTable(3);
            _builder.AddUlong(1, (ulong)(BehindFrom + _behind.Count), 0);
            _builder.AddUlong(2, (ulong)data.Length, 0);
            _behind.AddRange(data);
            return _builder.EndTable();
        }

        int bytes = 0;
        if (data is not null)
        {
            _builder.StartVector(1, data.Length, 16);
            foreach (byte b in data.Reverse())
            {
                _builder.AddByte(b);
            }

            bytes = _builder.EndVector().Value;
        }

        _builder.StartTable(1);
        if (data is not null)
        {
            _builder.AddOffset(0, bytes, 0);
        }

        return _builder.EndTable();
    }

    private int WriteCode(string builtin)
    {
        string[] parts = builtin.Split(':');
        int code = TFLiteBuiltins.Code(parts[0]);
        int custom = parts.Length > 1 ? Text(parts[1]) : 0;
        _builder.StartTable(4);
        _builder.AddByte(0, (byte)Math.Min(code, 127), 0);
        if (custom != 0)
        {
            _builder.AddOffset(1, custom, 0);
        }

        _builder.AddInt(2, 1, 1);
        _builder.AddInt(3, code, 0);
        return _builder.EndTable();
    }

    private int WriteOperator(Operator op)
    {
        int inputs = Ints(op.Inputs);
        int outputs = Ints(op.Outputs);
        int intermediates = op.Intermediates is null ? 0 : Ints(op.Intermediates);
        int options = op.OptionsType == 0 ? 0 : WriteOptions(op.Options);
        _builder.StartTable(9);
        _builder.AddUint(0, (uint)op.Code, 0);
        _builder.AddOffset(1, inputs, 0);
        _builder.AddOffset(2, outputs, 0);
        if (options != 0)
        {
            _builder.AddByte(3, (byte)op.OptionsType, 0);
            _builder.AddOffset(4, options, 0);
        }

        if (intermediates != 0)
        {
            _builder.AddOffset(8, intermediates, 0);
        }

        return _builder.EndTable();
    }

    private int WriteOptions(OptionField[] options)
    {
        Dictionary<int, int> vectors = [];
        foreach (OptionField option in options)
        {
            if (option.Value is int[] list)
            {
                vectors[option.Field] = Ints(list);
            }
        }

        _builder.StartTable(options.Length == 0 ? 0 : options.Max(o => o.Field) + 1);
        foreach (OptionField option in options)
        {
            switch (option.Value)
            {
                case bool flag:
                    _builder.AddBool(option.Field, flag, false);
                    break;
                case byte small:
                    _builder.AddByte(option.Field, small, 0);
                    break;
                case int number:
                    _builder.AddInt(option.Field, number, 0);
                    break;
                case float real:
                    _builder.AddFloat(option.Field, real, 0);
                    break;
                default:
                    _builder.AddOffset(option.Field, vectors[option.Field], 0);
                    break;
            }
        }

        return _builder.EndTable();
    }

    private int Table(int fields, params (int Field, int Offset)[] offsets)
    {
        _builder.StartTable(fields);
        foreach ((int field, int offset) in offsets)
        {
            _builder.AddOffset(field, offset, 0);
        }

        return _builder.EndTable();
    }

    private int Text(string text) => _builder.CreateString(text).Value;

    private int Ints(int[] values)
    {
        _builder.StartVector(4, values.Length, 4);
        foreach (int value in values.Reverse())
        {
            _builder.AddInt(value);
        }

        return _builder.EndVector().Value;
    }

    private int Offsets(int[] offsets)
    {
        _builder.StartVector(4, offsets.Length, 4);
        foreach (int offset in offsets.Reverse())
        {
            _builder.AddOffset(offset);
        }

        return _builder.EndVector().Value;
    }

    private sealed record Entry(string Name, TensorType Type, byte[]? Data, int Buffer, bool IsVariable, byte? TypeCode = null);

    private sealed record Operator(int Code, int OptionsType, OptionField[] Options, int[] Inputs, int[] Outputs, int[]? Intermediates);
}
