namespace TinyNano.Compiler.IR;

/// <summary>Element type, shape and (where the numbers are quantised) quantisation of a value.</summary>
public sealed record TensorType(DType DType, Shape Shape, Quantization? Quantization = null)
{
    public override string ToString() => DType.ShortName() + Shape;
}

/// <summary>
/// An edge of the graph: made by one node, or a graph input, a constant, or a state. A state keeps its contents from
/// one run to the next and starts as real zero (its zero point); the node that takes it as input also updates it.
/// </summary>
public sealed class Value
{
    public Value(string name, TensorType type)
    {
        Name = name;
        Type = type;
    }

    /// <summary>Unique in its graph; the name of the source model where there is one.</summary>
    public string Name { get; set; }

    public TensorType Type { get; set; }

    public DType DType => Type.DType;

    public Shape Shape => Type.Shape;

    public Quantization? Quantization => Type.Quantization;

    /// <summary>The contents of a constant; null for everything else.</summary>
    public Tensor? Constant { get; set; }

    public bool IsConstant => Constant is not null;

    /// <summary>Whether this is a state (see above).</summary>
    public bool IsState { get; init; }

    /// <summary>A constant value; quantised where a quantisation is given.</summary>
    public static Value Const(string name, Tensor data, Quantization? quantization = null) =>
        new(name, new TensorType(data.DType, data.Shape, quantization)) { Constant = data };

    public override string ToString() => $"%{Name}: {Type}";
}
