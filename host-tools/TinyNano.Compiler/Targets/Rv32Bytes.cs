using System.Buffers.Binary;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>Little-endian numbers one after another: a packed constant in the making.</summary>
internal sealed class Rv32Bytes
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public void Byte(int value) => _bytes.Add(unchecked((byte)value));

    public void Half(int value)
    {
        Byte(value);
        Byte(value >> 8);
    }

    public void Word(uint value)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        _bytes.AddRange(word);
    }

    public void Word(int value) => Word(unchecked((uint)value));

    /// <summary>Zeros up to a multiple of <paramref name="alignment"/> bytes.</summary>
    public void Align(int alignment)
    {
        while (_bytes.Count % alignment != 0)
        {
            _bytes.Add(0);
        }
    }

    /// <summary>A constant of int32 words; the loader then knows that it is aligned.</summary>
    public DeviceTensor ToWords(string name)
    {
        Align(4);
        return new DeviceTensor(name, DType.Int32, new Shape(_bytes.Count / 4), new Storage(Place.Constant, _bytes.Count) { Data = [.. _bytes] });
    }
}
