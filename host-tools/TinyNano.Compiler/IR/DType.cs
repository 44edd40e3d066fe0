namespace TinyNano.Compiler.IR;

/// <summary>Element type of a tensor. The numbers are the dtype codes of docs/SPEC.md.</summary>
public enum DType : byte
{
    Float32 = 1,
    Int8 = 2,
    UInt8 = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Bool = 7,
}

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.Int8 or DType.UInt8 or DType.Bool => 1,
        DType.Int16 => 2,
        DType.Float32 or DType.Int32 => 4,
        DType.Int64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };

    /// <summary>The short name of the IR text form: f32, i8, u8, i16, i32, i64, bool.</summary>
    public static string ShortName(this DType type) => type switch
    {
        DType.Float32 => "f32",
        DType.Int8 => "i8",
        DType.UInt8 => "u8",
        DType.Int16 => "i16",
        DType.Int32 => "i32",
        DType.Int64 => "i64",
        DType.Bool => "bool",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };

    /// <summary>The type of a short name; throws FormatException for any other text.</summary>
    public static DType Parse(string name)
    {
        foreach (DType type in Enum.GetValues<DType>())
        {
            if (type.ShortName() == name)
            {
                return type;
            }
        }

        throw new FormatException($"'{name}' is not an element type (f32, i8, u8, i16, i32, i64, bool)");
    }
}
