using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>Builds the packed constant of a step: little-endian words, in the order in which the kernel walks.</summary>
internal sealed class PackedBytes
{
    private readonly List<byte> _bytes = [];

    public int Count => _bytes.Count;

    public void Word(long value)
    {
        Half((int)value);
        Half((int)(value >> 16));
    }

    public void Half(int value)
    {
        _bytes.Add((byte)value);
        _bytes.Add((byte)(value >> 8));
    }

    public void Byte(int value) => _bytes.Add((byte)value);

    /// <summary>The constant as a tensor of bytes.</summary>
    public DeviceTensor Tensor(string name)
    {
        byte[] bytes = [.. _bytes];
        return new DeviceTensor($"{name}.packed", DType.UInt8, new Shape(bytes.Length), new Storage(Place.Constant, bytes.Length) { Data = bytes });
    }

    /// <summary>Scratch of a packed step, or null for none.</summary>
    public static DeviceTensor? Scratch(string name, int bytes) => bytes == 0 ? null
        : new DeviceTensor($"{name}.scratch", DType.UInt8, new Shape(bytes), new Storage(Place.Arena, bytes));
}
