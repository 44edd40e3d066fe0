namespace TinyNano.Compiler.Import.Onnx;

/// <summary>TensorProto.DataType: element types of ONNX, by their numbers in the file.</summary>
internal enum OnnxType
{
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    Complex64 = 14,
    Complex128 = 15,
    BFloat16 = 16,
    Float8E4M3Fn = 17,
    Float8E4M3FnUz = 18,
    Float8E5M2 = 19,
    Float8E5M2FnUz = 20,
    UInt4 = 21,
    Int4 = 22,
    Float4E2M1 = 23,
}

/// <summary>ModelProto, as far as we read it.</summary>
internal sealed class OnnxModel
{
    public OnnxGraph? Graph { get; set; }

    public string Producer { get; set; } = "";

    /// <summary>Operator set version by domain; "" is ONNX itself.</summary>
    public Dictionary<string, long> Opsets { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    public int Functions { get; set; }
}

/// <summary>GraphProto.</summary>
internal sealed class OnnxGraph
{
    public string Name { get; set; } = "";

    public List<OnnxNode> Nodes { get; } = [];

    public List<OnnxTensorProto> Initializers { get; } = [];

    public int SparseInitializers { get; set; }

    public List<OnnxValueInfo> Inputs { get; } = [];

    public List<OnnxValueInfo> Outputs { get; } = [];

    public List<OnnxValueInfo> ValueInfos { get; } = [];
}

/// <summary>NodeProto. An empty name among inputs or outputs is an absent optional one.</summary>
internal sealed class OnnxNode
{
    /// <summary>Position in the file, for messages.</summary>
    public int Index { get; set; }

    public string Name { get; set; } = "";

    public string OpType { get; set; } = "";

    public string Domain { get; set; } = "";

    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public Dictionary<string, OnnxAttribute> Attributes { get; } = [];
}

/// <summary>AttributeProto; which field counts follows from the operator.</summary>
internal sealed class OnnxAttribute
{
    public string Name { get; set; } = "";

    public float? Float { get; set; }

    public long? Int { get; set; }

    public string? Text { get; set; }

    public OnnxTensorProto? Tensor { get; set; }

    public List<float> Floats { get; } = [];

    public List<long> Ints { get; } = [];

    public List<string> Texts { get; } = [];

    /// <summary>What the file says this attribute is: 1 float, 2 int, 3 string, 4 tensor, 6 to 8 lists; 0 where it says nothing.</summary>
    public int Kind { get; set; }

    /// <summary>A subgraph: a branch of If, the body of Loop.</summary>
    public OnnxGraph? Graph { get; set; }

    /// <summary>Holds a sparse tensor, a type, or lists of tensors or graphs, which no operator of ours has.</summary>
    public bool HasOther { get; set; }
}

/// <summary>ValueInfoProto of a tensor; a dimension that is not a positive number is given by name (or "?").</summary>
internal sealed class OnnxValueInfo
{
    public string Name { get; set; } = "";

    public OnnxType Type { get; set; }

    /// <summary>False for sequences, maps and optionals.</summary>
    public bool IsTensor { get; set; }

    /// <summary>Null where the file gives no shape.</summary>
    public List<OnnxDim>? Dims { get; set; }
}

/// <summary>One dimension: a positive size, or 0 with a symbol.</summary>
internal readonly record struct OnnxDim(long Size, string Symbol)
{
    public override string ToString() => Size > 0 ? $"{Size}" : Symbol;
}

/// <summary>TensorProto before decoding; see <see cref="OnnxTensor"/>.</summary>
internal sealed class OnnxTensorProto
{
    public string Name { get; set; } = "";

    public OnnxType Type { get; set; }

    public List<long> Dims { get; } = [];

    public ReadOnlyMemory<byte>? Raw { get; set; }

    public List<float> Floats { get; } = [];

    public List<double> Doubles { get; } = [];

    /// <summary>int32_data, int64_data or uint64_data, whichever is there.</summary>
    public List<long> Integers { get; } = [];

    public int Strings { get; set; }

    public bool IsExternal { get; set; }
}
