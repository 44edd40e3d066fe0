namespace TinyNano.Compiler.Emit;

/// <summary>Numbers of docs/SPEC.md that writer and reader share.</summary>
public static class BlobFormat
{
    public const byte Major = 1;
    public const byte Minor = 0;
    public const ushort KernelAbi = 1;
    public const int HeaderSize = 64;
    public const int SectionEntrySize = 16;
    public const int TensorSize = 16;
    public const int StepSize = 8;
    public const int IoSize = 16;
    public const int GoldenSize = 16;
    public const ushort None = 0xFFFF;

    public static ReadOnlySpan<byte> Magic => "TNNB"u8;

    /// <summary>CRC-32 of IEEE 802.3, as the header carries it over everything from byte 16.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}

/// <summary>Section kinds of docs/SPEC.md.</summary>
public enum SectionKind : ushort
{
    Tensors = 1,
    Shapes = 2,
    Steps = 3,
    Constants = 4,
    Io = 5,
    Text = 6,
    Labels = 7,
    Golden = 8,
    Histograms = 9,
    Packings = 10,
}

/// <summary>Which families of kernels the steps of a blob need: bits of the header's types field.</summary>
[Flags]
public enum KernelTypes : ushort
{
    None = 0,
    Int8 = 1,
    Int16 = 2,
    Float = 4,
}

/// <summary>
/// A golden vector: the inputs are generated from <see cref="Seed"/> (SPEC.md), the outputs follow. Integer models carry the
/// CRC-32 of all outputs, models with float outputs the outputs themselves (<see cref="Outputs"/>).
/// </summary>
public sealed record GoldenVector(uint Seed, uint OutputCrc, byte[]? Outputs);
