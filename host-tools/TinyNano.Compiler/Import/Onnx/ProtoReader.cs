using System.Text;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Bytes that are not a well-formed protobuf message of the expected kind.</summary>
internal sealed class OnnxFormatException : Exception
{
    public OnnxFormatException(string message)
        : base(message)
    {
    }
}

/// <summary>How a protobuf field is encoded.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// Reads the fields of one protobuf message, a window [start, end) of a file held in memory. Nothing outside the window
/// is read, nothing is allocated from a number in the file: lengths are checked against the bytes that are there.
/// </summary>
internal struct ProtoReader
{
    private readonly byte[] _file;
    private readonly int _end;
    private int _at;

    public ProtoReader(byte[] file)
        : this(file, 0, file.Length)
    {
    }

    private ProtoReader(byte[] file, int start, int end)
    {
        _file = file;
        _at = start;
        _end = end;
    }

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>The encoding of the field that <see cref="Next"/> found.</summary>
    public WireType Wire { get; private set; }

    /// <summary>Goes to the next field; false at the end of the message. The field must then be read or skipped.</summary>
    public bool Next()
    {
        if (_at == _end)
        {
            return false;
        }

        int start = _at;
        ulong key = ReadVarint();
        Wire = (WireType)(key & 7);
        if (key >> 3 is 0 or > int.MaxValue || Wire is not (WireType.Varint or WireType.Fixed64 or WireType.Bytes or WireType.Fixed32))
        {
            throw new OnnxFormatException($"byte {start} does not start a protobuf field");
        }

        Field = (int)(key >> 3);
        return true;
    }

    public void Skip()
    {
        switch (Wire)
        {
            case WireType.Varint:
                ReadVarint();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Fixed32:
                Take(4);
                break;
            default:
                Bytes();
                break;
        }
    }

    public long Int64()
    {
        Expect(WireType.Varint);
        return (long)ReadVarint();
    }

    /// <summary>An int32 field; other values of the 64-bit encoding are malformed.</summary>
    public int Int32()
    {
        long value = Int64();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value
            : throw new OnnxFormatException($"field {Field} before byte {_at} holds {value}, expected a 32-bit number");
    }

    public float Float()
    {
        Expect(WireType.Fixed32);
        return BitConverter.ToSingle(_file, Take(4));
    }

    public string Text()
    {
        ReadOnlyMemory<byte> bytes = Bytes();
        return Encoding.UTF8.GetString(bytes.Span);
    }

    /// <summary>The contents of a length-delimited field, not copied.</summary>
    public ReadOnlyMemory<byte> Bytes()
    {
        (int start, int length) = Window();
        return new ReadOnlyMemory<byte>(_file, start, length);
    }

    /// <summary>A reader of the message in a length-delimited field.</summary>
    public ProtoReader Message()
    {
        (int start, int length) = Window();
        return new ProtoReader(_file, start, start + length);
    }

    /// <summary>Adds the values of a repeated varint field, packed or not.</summary>
    public void Int64s(List<long> into)
    {
        if (Wire != WireType.Bytes)
        {
            into.Add(Int64());
            return;
        }

        ProtoReader packed = Message();
        while (packed._at < packed._end)
        {
            into.Add((long)packed.ReadVarint());
        }
    }

    /// <summary>Adds the values of a repeated float field, packed or not.</summary>
    public void Floats(List<float> into)
    {
        if (Wire != WireType.Bytes)
        {
            into.Add(Float());
            return;
        }

        ReadOnlySpan<byte> packed = Packed(4);
        for (int i = 0; i < packed.Length; i += 4)
        {
            into.Add(BitConverter.ToSingle(packed[i..]));
        }
    }

    /// <summary>Adds the values of a repeated double field, packed or not.</summary>
    public void Doubles(List<double> into)
    {
        if (Wire != WireType.Bytes)
        {
            Expect(WireType.Fixed64);
            into.Add(BitConverter.ToDouble(_file, Take(8)));
            return;
        }

        ReadOnlySpan<byte> packed = Packed(8);
        for (int i = 0; i < packed.Length; i += 8)
        {
            into.Add(BitConverter.ToDouble(packed[i..]));
        }
    }

    private ReadOnlySpan<byte> Packed(int size)
    {
        ReadOnlySpan<byte> bytes = Bytes().Span;
        return bytes.Length % size == 0 ? bytes
            : throw new OnnxFormatException($"packed field {Field} before byte {_at} has {bytes.Length} bytes, not a multiple of {size}");
    }

    private (int Start, int Length) Window()
    {
        Expect(WireType.Bytes);
        ulong length = ReadVarint();
        if (length > (ulong)(_end - _at))
        {
            throw new OnnxFormatException($"field {Field} at byte {_at} says it has {length} bytes, but {_end - _at} are left; the file may be truncated");
        }

        return (Take((int)length), (int)length);
    }

    private void Expect(WireType wire)
    {
        if (Wire != wire)
        {
            throw new OnnxFormatException($"field {Field} before byte {_at} is encoded as {Wire}, expected {wire}");
        }
    }

    private int Take(int count)
    {
        if (count > _end - _at)
        {
            throw new OnnxFormatException($"the file ends inside field {Field} at byte {_at}");
        }

        int start = _at;
        _at += count;
        return start;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte b = _file[Take(1)];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new OnnxFormatException($"number before byte {_at} is longer than 10 bytes");
    }
}
