using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TinyNano.Compiler.IR;

namespace TinyNano.TestKit.Writing;

/// <summary>
/// Writes small ONNX files, field by field after onnx.proto3:
/// <code>
/// byte[] model = new OnnxWriter(opset: 13)
///     .Input("x", DType.Float32, "N", 3, 8, 8)
///     .Constant("w", weights)
///     .Node("Conv", ["x", "w"], ["y"], ("pads", new[] { 1, 1, 1, 1 }))
///     .Output("y", DType.Float32)
///     .Write();
/// </code>
/// Attribute values are float, int, long, string, Tensor, arrays of the first four, and another writer for a subgraph.
/// </summary>
public sealed class OnnxWriter
{
    private readonly List<byte> _graph = [];
    private readonly List<byte> _model = [];
    private int _nodes;

    public OnnxWriter(int opset)
    {
        Varint(_model, 1, 8);
        Opset("", opset);
    }

    public OnnxWriter Opset(string domain, int version)
    {
        List<byte> opset = [];
        Text(opset, 1, domain);
        Varint(opset, 2, version);
        Message(_model, 8, opset);
        return this;
    }

    public OnnxWriter Metadata(string key, string value)
    {
        List<byte> pair = [];
        Text(pair, 1, key);
        Text(pair, 2, value);
        Message(_model, 14, pair);
        return this;
    }

    /// <summary>A graph input; dimensions are ints, or strings for symbols.</summary>
    public OnnxWriter Input(string name, DType type, params object[] dims) => Input(name, TypeOf(type), dims);

    /// <summary>A graph input of any ONNX element type, by its number.</summary>
    public OnnxWriter Input(string name, int type, params object[] dims)
    {
        Message(_graph, 11, ValueInfo(name, type, dims));
        return this;
    }

    /// <summary>A graph output without shape.</summary>
    public OnnxWriter Output(string name, DType type) => Output(name, TypeOf(type));

    public OnnxWriter Output(string name, int type)
    {
        Message(_graph, 12, ValueInfo(name, type, null));
        return this;
    }

    public OnnxWriter ValueInfo(string name, DType type, params object[] dims)
    {
        Message(_graph, 13, ValueInfo(name, TypeOf(type), dims));
        return this;
    }

    /// <summary>An initialiser with raw data.</summary>
    public OnnxWriter Constant(string name, Tensor tensor) => Raw(name, TypeOf(tensor.DType), [.. tensor.Shape.Dims], tensor.ToBytes());

    /// <summary>An initialiser of one dimension of int64, possibly empty.</summary>
    public OnnxWriter Constant(string name, params long[] values)
    {
        byte[] raw = new byte[values.Length * 8];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(i * 8), values[i]);
        }

        return Raw(name, 7, [values.Length], raw);
    }

    /// <summary>An initialiser of floats of one dimension, possibly empty.</summary>
    public OnnxWriter Constant(string name, params float[] values) =>
        Raw(name, 1, [values.Length], System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>An initialiser of one number.</summary>
    public OnnxWriter Scalar(string name, float value) => Constant(name, Tensor.Of(Shape.Scalar, [value]));

    /// <summary>An initialiser of one number of an integer type.</summary>
    public OnnxWriter Scalar(string name, DType type, int value)
    {
        Tensor tensor = Tensor.Zeros(type, Shape.Scalar);
        tensor.Data.SetValue(Convert.ChangeType(value, tensor.Data.GetType().GetElementType()!, CultureInfo.InvariantCulture), 0);
        return Constant(name, tensor);
    }

    /// <summary>An initialiser of any ONNX element type, by its number.</summary>
    public OnnxWriter Raw(string name, int type, int[] dims, byte[] raw)
    {
        Message(_graph, 5, TensorProto(name, type, dims, raw));
        return this;
    }

    /// <summary>An initialiser whose data is said to be in another file.</summary>
    public OnnxWriter External(string name, DType type, params int[] dims)
    {
        List<byte> tensor = TensorProto(name, TypeOf(type), dims, null);
        Varint(tensor, 14, 1);
        Message(_graph, 5, tensor);
        return this;
    }

    public OnnxWriter Node(string op, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes) =>
        Node("", op, inputs, outputs, attributes);

    public OnnxWriter Node(string domain, string op, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        List<byte> node = [];
        foreach (string input in inputs)
        {
            Text(node, 1, input);
        }

        foreach (string output in outputs)
        {
            Text(node, 2, output);
        }

        Text(node, 3, $"{op.ToLowerInvariant()}_{_nodes++}");
        Text(node, 4, op);
        foreach ((string name, object value) in attributes)
        {
            Message(node, 5, Attribute(name, value));
        }

        Text(node, 7, domain);
        Message(_graph, 1, node);
        return this;
    }

    public byte[] Write()
    {
        List<byte> model = [.. _model];
        Message(model, 7, Graph());
        return [.. model];
    }

    private List<byte> Graph()
    {
        List<byte> graph = [.. _graph];
        Text(graph, 2, "test");
        return graph;
    }

    private static List<byte> Attribute(string name, object value)
    {
        List<byte> attribute = [];
        Text(attribute, 1, name);
        int kind;
        switch (value)
        {
            case float f:
                kind = 1;
                Float(attribute, 2, f);
                break;
            case int or long:
                kind = 2;
                Varint(attribute, 3, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case string s:
                kind = 3;
                Text(attribute, 4, s);
                break;
            case Tensor t:
                kind = 4;
                Message(attribute, 5, TensorProto("", TypeOf(t.DType), [.. t.Shape.Dims], t.ToBytes()));
                break;
            case OnnxWriter graph:
                kind = 5;
                Message(attribute, 6, graph.Graph());
                break;
            case float[] floats:
                kind = 6;
                floats.ToList().ForEach(f => Float(attribute, 7, f));
                break;
            case int[] ints:
                kind = 7;
                ints.ToList().ForEach(i => Varint(attribute, 8, i));
                break;
            case long[] longs:
                kind = 7;
                longs.ToList().ForEach(i => Varint(attribute, 8, i));
                break;
            case string[] texts:
                kind = 8;
                texts.ToList().ForEach(t => Text(attribute, 9, t));
                break;
            default:
                throw new ArgumentException($"attribute '{name}' of type {value.GetType().Name}");
        }

        Varint(attribute, 20, kind);
        return attribute;
    }

    private static List<byte> TensorProto(string name, int type, int[] dims, byte[]? raw)
    {
        List<byte> tensor = [];
        foreach (int dim in dims)
        {
            Varint(tensor, 1, dim);
        }

        Varint(tensor, 2, type);
        Text(tensor, 8, name);
        if (raw is not null)
        {
            Message(tensor, 9, raw);
        }

        return tensor;
    }

    private static List<byte> ValueInfo(string name, int type, object[]? dims)
    {
        List<byte> tensor = [];
        Varint(tensor, 1, type);
        if (dims is not null)
        {
            List<byte> shape = [];
            foreach (object dim in dims)
            {
                List<byte> entry = [];
                if (dim is string symbol)
                {
                    Text(entry, 2, symbol);
                }
                else
                {
                    Varint(entry, 1, Convert.ToInt64(dim, CultureInfo.InvariantCulture));
                }

                Message(shape, 1, entry);
            }

            Message(tensor, 2, shape);
        }

        List<byte> typeProto = [];
        Message(typeProto, 1, tensor);
        List<byte> info = [];
        Text(info, 1, name);
        Message(info, 2, typeProto);
        return info;
    }

    /// <summary>The number ONNX gives an element type.</summary>
    public static int TypeOf(DType type) => type switch
    {
        DType.Float32 => 1,
        DType.UInt8 => 2,
        DType.Int8 => 3,
        DType.Int16 => 5,
        DType.Int32 => 6,
        DType.Int64 => 7,
        _ => 9,
    };

    private static void Key(List<byte> to, int field, int wire) => Number(to, (ulong)(field << 3 | wire));

    private static void Number(List<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.Add((byte)(value | 0x80));
        }

        to.Add((byte)value);
    }

    private static void Varint(List<byte> to, int field, long value)
    {
        Key(to, field, 0);
        Number(to, unchecked((ulong)value));
    }

    private static void Float(List<byte> to, int field, float value)
    {
        Key(to, field, 5);
        to.AddRange(BitConverter.GetBytes(value));
    }

    private static void Text(List<byte> to, int field, string value) => Message(to, field, Encoding.UTF8.GetBytes(value));

    private static void Message(List<byte> to, int field, IReadOnlyCollection<byte> contents)
    {
        Key(to, field, 2);
        Number(to, (ulong)contents.Count);
        to.AddRange(contents);
    }
}
