using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Integers known at import that stand for real numbers: DequantizeLinear of a constant.</summary>
internal sealed record QuantizedConstant(Tensor Data, Quantization Quantization);

/// <summary>
/// A named value of the ONNX graph during import: a constant, a dequantised constant, or a value of the IR. Constants
/// become IR values only when something needs them as such.
/// </summary>
internal sealed class Edge
{
    private readonly int[] _dims;

    private Edge(string name, OnnxType type, int[] dims)
    {
        Name = name;
        Type = type;
        _dims = dims;
    }

    public string Name { get; }

    /// <summary>The element type ONNX gives it; a uint8 tensor that stands for real numbers lives in the IR as int8.</summary>
    public OnnxType Type { get; }

    public OnnxTensor? Constant { get; private init; }

    public QuantizedConstant? Quantized { get; private init; }

    /// <summary>The IR value, once there is one.</summary>
    public Value? Value { get; set; }

    /// <summary>A uint8 graph input as it arrives, where <see cref="Value"/> is its int8 form.</summary>
    public Value? Raw { get; private init; }

    /// <summary>The node that should have made it could not be imported; nothing more is known.</summary>
    public bool Failed { get; private init; }

    public ReadOnlySpan<int> Dims => _dims;

    public int Rank => _dims.Length;

    public int Count => OnnxTypes.Count(_dims);

    /// <summary>Dimension <paramref name="axis"/>; negative axes count from the end.</summary>
    public int this[int axis] => _dims[axis < 0 ? axis + _dims.Length : axis];

    /// <summary>Whether the contents are known: nothing that a run decides.</summary>
    public bool IsKnown => Constant is not null || Quantized is not null;

    public int[] ToDims() => (int[])_dims.Clone();

    public static Edge Of(string name, OnnxTensor constant) => new(name, constant.Type, constant.Dims) { Constant = constant };

    public static Edge Of(string name, QuantizedConstant quantized) =>
        new(name, OnnxType.Float, quantized.Data.Shape.ToArray()) { Quantized = quantized };

    public static Edge Of(Value value, OnnxType type) => new(value.Name, type, value.Shape.ToArray()) { Value = value };

    public static Edge Of(Value value) => Of(value, OnnxTypeOf(value.DType));

    /// <summary>This edge with the uint8 value it was made from.</summary>
    public Edge WithRaw(Value raw) => new(Name, Type, _dims) { Value = Value, Raw = raw };

    public static Edge NotImported(string name) => new(name, OnnxType.Undefined, []) { Failed = true };

    public static OnnxType OnnxTypeOf(DType type) => type switch
    {
        DType.Int8 => OnnxType.Int8,
        DType.UInt8 => OnnxType.UInt8,
        DType.Int16 => OnnxType.Int16,
        DType.Int32 => OnnxType.Int32,
        DType.Int64 => OnnxType.Int64,
        DType.Bool => OnnxType.Bool,
        _ => OnnxType.Float,
    };
}
