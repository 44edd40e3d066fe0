using System.Buffers.Binary;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// TensorProto to <see cref="OnnxTensor"/>: raw little-endian data or the typed fields, float16, bfloat16 and double to
/// float32, 4-bit integers unpacked. The data must be there before anything of its size is allocated.
/// </summary>
internal static class OnnxTensorDecoder
{
    /// <summary>Throws <see cref="OnnxFormatException"/> when data and shape disagree, <see cref="ImportException"/> for types we do not have.</summary>
    public static OnnxTensor Decode(OnnxTensorProto proto)
    {
        if (proto.IsExternal)
        {
            throw new ImportException($"the data of '{proto.Name}' is in another file", "save the model with its weights inside (save_as_external_data=False)");
        }

        int[] dims = new int[proto.Dims.Count];
        for (int i = 0; i < dims.Length; i++)
        {
            dims[i] = proto.Dims[i] is >= 0 and <= int.MaxValue ? (int)proto.Dims[i]
                : throw new OnnxFormatException($"tensor '{proto.Name}' has dimension {proto.Dims[i]}");
        }

        OnnxTypes.Storage(proto.Type);
        int count = OnnxTypes.Count(dims);
        Array data = proto.Raw is ReadOnlyMemory<byte> raw ? FromRaw(proto, raw.Span, count) : FromFields(proto, count);
        return new OnnxTensor(proto.Type, dims, data);
    }

    private static Array FromRaw(OnnxTensorProto proto, ReadOnlySpan<byte> raw, int count)
    {
        long expected = proto.Type switch
        {
            OnnxType.Int4 or OnnxType.UInt4 => ((long)count + 1) / 2,
            OnnxType.Int8 or OnnxType.UInt8 or OnnxType.Bool => count,
            OnnxType.Int16 or OnnxType.UInt16 or OnnxType.Float16 or OnnxType.BFloat16 => count * 2L,
            OnnxType.Double or OnnxType.Int64 or OnnxType.UInt64 => count * 8L,
            _ => count * 4L,
        };
        if (raw.Length != expected)
        {
            throw new OnnxFormatException($"tensor '{proto.Name}' has {raw.Length} bytes of data, expected {expected}");
        }

        switch (proto.Type)
        {
            case OnnxType.Float:
                return Read(raw, count, 4, b => BinaryPrimitives.ReadSingleLittleEndian(b));
            case OnnxType.Double:
                return Read(raw, count, 8, b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b));
            case OnnxType.Float16:
                return Read(raw, count, 2, b => (float)BinaryPrimitives.ReadHalfLittleEndian(b));
            case OnnxType.BFloat16:
                return Read(raw, count, 2, b => BFloat(BinaryPrimitives.ReadUInt16LittleEndian(b)));
            case OnnxType.Int8:
                return Read(raw, count, 1, b => (sbyte)b[0]);
            case OnnxType.UInt8:
                return raw.ToArray();
            case OnnxType.Bool:
                return Read(raw, count, 1, b => b[0] != 0);
            case OnnxType.Int16:
                return Read(raw, count, 2, b => BinaryPrimitives.ReadInt16LittleEndian(b));
            case OnnxType.UInt16:
                return Read(raw, count, 2, b => (int)BinaryPrimitives.ReadUInt16LittleEndian(b));
            case OnnxType.Int32:
                return Read(raw, count, 4, b => BinaryPrimitives.ReadInt32LittleEndian(b));
            case OnnxType.UInt32:
                return Read(raw, count, 4, b => (long)BinaryPrimitives.ReadUInt32LittleEndian(b));
            case OnnxType.Int4:
                sbyte[] signed = new sbyte[count];
                for (int i = 0; i < count; i++)
                {
                    signed[i] = (sbyte)((sbyte)(raw[i / 2] << (i % 2 == 0 ? 4 : 0)) >> 4);
                }

                return signed;
            case OnnxType.UInt4:
                byte[] unsigned = new byte[count];
                for (int i = 0; i < count; i++)
                {
                    unsigned[i] = (byte)(raw[i / 2] >> (i % 2 == 0 ? 0 : 4) & 15);
                }

                return unsigned;
            default:
                return Read(raw, count, 8, b => BinaryPrimitives.ReadInt64LittleEndian(b));
        }
    }

    private static Array FromFields(OnnxTensorProto proto, int count)
    {
        if (proto.Type is OnnxType.Int4 or OnnxType.UInt4)
        {
            byte[] packed = [.. proto.Integers.Select(v => unchecked((byte)v))];
            return FromRaw(proto, packed, count);
        }

        int length = proto.Type switch
        {
            OnnxType.Float => proto.Floats.Count,
            OnnxType.Double => proto.Doubles.Count,
            _ => proto.Integers.Count,
        };
        if (length != count)
        {
            throw new OnnxFormatException($"tensor '{proto.Name}' has {length} elements, expected {count} for shape {OnnxTypes.Text(proto.Dims.Select(d => (int)d))}");
        }

        List<long> integers = proto.Integers;
        return proto.Type switch
        {
            OnnxType.Float => proto.Floats.ToArray(),
            OnnxType.Double => proto.Doubles.Select(v => (float)v).ToArray(),
            OnnxType.Float16 => integers.Select(v => (float)BitConverter.UInt16BitsToHalf(unchecked((ushort)v))).ToArray(),
            OnnxType.BFloat16 => integers.Select(v => BFloat(unchecked((ushort)v))).ToArray(),
            _ => OnnxTensor.FromLongs(proto.Type, [count], [.. integers]).Data,
        };
    }

    private delegate T Reader<T>(ReadOnlySpan<byte> bytes);

    private static T[] Read<T>(ReadOnlySpan<byte> raw, int count, int size, Reader<T> read)
    {
        T[] result = new T[count];
        for (int i = 0; i < count; i++)
        {
            result[i] = read(raw.Slice(i * size, size));
        }

        return result;
    }

    private static float BFloat(ushort bits) => BitConverter.Int32BitsToSingle(bits << 16);
}
