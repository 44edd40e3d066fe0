namespace TinyNano.Compiler.Import.TFLite;

/// <summary>Element types of the TFLite schema.</summary>
internal enum TFLiteType : byte
{
    Float32 = 0,
    Float16 = 1,
    Int32 = 2,
    UInt8 = 3,
    Int64 = 4,
    Text = 5,
    Bool = 6,
    Int16 = 7,
    Complex64 = 8,
    Int8 = 9,
    Float64 = 10,
    Complex128 = 11,
    UInt64 = 12,
    Resource = 13,
    Variant = 14,
    UInt32 = 15,
    UInt16 = 16,
    Int4 = 17,
    BFloat16 = 18,
    Int2 = 19,
    UInt4 = 20,
}

/// <summary>Scales and zero points of a tensor; no scales means not quantised. Axis counts for more than one scale.</summary>
internal sealed record TFLiteQuantization(float[] Scales, long[] ZeroPoints, int Axis, int Details);

/// <summary>A tensor of a subgraph. Buffer is an index into the model's buffers; an empty buffer means no constant.</summary>
internal sealed record TFLiteTensor(
    int Index,
    string Name,
    int[] Shape,
    int[]? ShapeSignature,
    TFLiteType Type,
    int Buffer,
    TFLiteQuantization? Quantization,
    bool IsVariable,
    bool IsSparse,
    bool IsExternal);

/// <summary>
/// An operator of a subgraph. Name is the builtin's name, or CUSTOM with the custom code beside it. Inputs may be -1
/// (absent). Options is the table of builtin options, if any; OptionsType is its number in the schema's union.
/// </summary>
internal sealed record TFLiteOperator(
    int Index,
    string Name,
    string? CustomCode,
    int Version,
    int[] Inputs,
    int[] Outputs,
    int[] Intermediates,
    int OptionsType,
    FlatTable? Options)
{
    public int Int(int field, int absent = 0) => Options?.Int(field, absent) ?? absent;

    public bool Bool(int field, bool absent = false) => Options?.Bool(field, absent) ?? absent;

    public byte Byte(int field, byte absent = 0) => Options?.Byte(field, absent) ?? absent;

    public float Float(int field, float absent = 0) => Options?.Float(field, absent) ?? absent;

    public int[]? Ints(int field) => Options?.Ints(field, "operator options");

    public override string ToString() => CustomCode is null ? Name : $"{Name} '{CustomCode}'";
}

/// <summary>One graph of the file; operators are in execution order.</summary>
internal sealed record TFLiteSubgraph(
    string Name,
    IReadOnlyList<TFLiteTensor> Tensors,
    int[] Inputs,
    int[] Outputs,
    IReadOnlyList<TFLiteOperator> Operators);

/// <summary>A named entry point: which subgraph, and the names of its inputs and outputs by tensor index.</summary>
internal sealed record TFLiteSignature(
    string Key,
    int Subgraph,
    IReadOnlyDictionary<int, string> Inputs,
    IReadOnlyDictionary<int, string> Outputs);

/// <summary>The contents of a .tflite file as plain objects; buffers are views of the file's bytes.</summary>
internal sealed record TFLiteModel(
    string FileName,
    int Bytes,
    string Description,
    IReadOnlyList<TFLiteSubgraph> Subgraphs,
    IReadOnlyList<ReadOnlyMemory<byte>> Buffers,
    IReadOnlyDictionary<string, int> Metadata,
    IReadOnlyList<TFLiteSignature> Signatures);
