using System.Buffers.Binary;
using System.Text;
using TinyNano.Compiler.Diagnostics;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>
/// A FlatBuffer that nobody vouches for: every offset, count and size is checked before use, and the sum of what is
/// read is bounded, so that tables that share one another's bytes cannot blow up. Each fault is one CompileException.
/// </summary>
internal sealed class FlatFile
{
    private readonly byte[] _bytes;
    private long _budget;

    public FlatFile(byte[] bytes, string fileName)
    {
        _bytes = bytes;
        FileName = fileName;
        _budget = 16L * bytes.Length + 65536;
    }

    public string FileName { get; }

    public int Length => _bytes.Length;

    /// <summary>The root table of the file.</summary>
    public FlatTable Root => Table(U32(0, "root table"), "root table");

    /// <summary>The table that starts at a byte of the file.</summary>
    public FlatTable Table(long start, string what)
    {
        Spend(16);
        int distance = (int)U32(start, what);
        long vtable = start - distance;
        int vtableSize = U16(vtable, what);
        int tableSize = U16(vtable + 2, what);
        if (vtableSize < 4 || vtableSize % 2 != 0 || tableSize < 4)
        {
            throw Damaged(what, $"a vtable of {vtableSize} bytes and a table of {tableSize} at byte {start}");
        }

        Need(vtable, vtableSize, what);
        Need(start, tableSize, what);
        return new FlatTable(this, (int)start, (int)vtable, vtableSize, tableSize);
    }

    public ushort U16(long at, string what) => BinaryPrimitives.ReadUInt16LittleEndian(Need(at, 2, what));

    public uint U32(long at, string what) => BinaryPrimitives.ReadUInt32LittleEndian(Need(at, 4, what));

    public ulong U64(long at, string what) => BinaryPrimitives.ReadUInt64LittleEndian(Need(at, 8, what));

    /// <summary>Start and count of the vector at a byte of the file, all of whose elements lie in the file.</summary>
    public (int Start, int Count) Vector(long at, int elementSize, string what)
    {
        uint count = U32(at, what);
        if (count > (uint)_bytes.Length)
        {
            throw Damaged(what, $"a vector of {count} elements at byte {at}");
        }

        Need(at + 4, count * elementSize, what);
        return ((int)at + 4, (int)count);
    }

    public string Text(long at, string what)
    {
        (int start, int count) = Vector(at, 1, what);
        Spend(count);
        return Encoding.UTF8.GetString(_bytes, start, count);
    }

    /// <summary>A part of the file, without a copy.</summary>
    public ReadOnlyMemory<byte> Slice(long start, long count, string what)
    {
        Need(start, count, what);
        return _bytes.AsMemory((int)start, (int)count);
    }

    /// <summary>Counts bytes that are read into objects; the total is bounded by the size of the file.</summary>
    public void Spend(long bytes)
    {
        _budget -= bytes;
        if (_budget < 0)
        {
            throw Damaged("file", "tables that overlap one another many times");
        }
    }

    public CompileException Damaged(string what, string found) => new(
        "TN1002",
        $"the {what} is damaged: found {found}, outside or at odds with the file's {_bytes.Length} bytes.",
        FileName,
        "the file is truncated or was changed after conversion; fetch or convert it again");

    private ReadOnlySpan<byte> Need(long at, long count, string what) =>
        at >= 0 && at <= _bytes.Length && count <= _bytes.Length - at
            ? _bytes.AsSpan((int)at, (int)count)
            : throw Damaged(what, $"a reference to {count} bytes at byte {at}");
}

/// <summary>A table of a <see cref="FlatFile"/>; fields are named by their number in the schema.</summary>
internal readonly struct FlatTable
{
    private readonly FlatFile _file;
    private readonly int _start;
    private readonly int _vtable;
    private readonly int _vtableSize;
    private readonly int _tableSize;

    public FlatTable(FlatFile file, int start, int vtable, int vtableSize, int tableSize)
    {
        _file = file;
        _start = start;
        _vtable = vtable;
        _vtableSize = vtableSize;
        _tableSize = tableSize;
    }

    public bool Has(int field) => Offset(field, 1, "table") != 0;

    public byte Byte(int field, byte absent = 0) =>
        Offset(field, 1, "field") is int at and not 0 ? _file.Slice(at, 1, "field").Span[0] : absent;

    public bool Bool(int field, bool absent = false) => Byte(field, absent ? (byte)1 : (byte)0) != 0;

    public int Int(int field, int absent = 0) => Offset(field, 4, "field") is int at and not 0 ? (int)_file.U32(at, "field") : absent;

    public uint UInt(int field) => Offset(field, 4, "field") is int at and not 0 ? _file.U32(at, "field") : 0;

    public ulong ULong(int field) => Offset(field, 8, "field") is int at and not 0 ? _file.U64(at, "field") : 0;

    public float Float(int field, float absent = 0) =>
        Offset(field, 4, "field") is int at and not 0 ? BitConverter.UInt32BitsToSingle(_file.U32(at, "field")) : absent;

    public string? Text(int field, string what) => Reference(field, what) is long at ? _file.Text(at, what) : null;

    public FlatTable? Table(int field, string what) => Reference(field, what) is long at ? _file.Table(at, what) : null;

    /// <summary>A vector of tables; empty where it is absent.</summary>
    public FlatTable[] Tables(int field, string what)
    {
        if (Reference(field, what) is not long at)
        {
            return [];
        }

        (int start, int count) = _file.Vector(at, 4, what);
        _file.Spend(4L * count);
        FlatTable[] tables = new FlatTable[count];
        for (int i = 0; i < count; i++)
        {
            long element = start + 4L * i;
            tables[i] = _file.Table(element + _file.U32(element, what), what);
        }

        return tables;
    }

    /// <summary>A vector of 32-bit integers; null where it is absent.</summary>
    public int[]? Ints(int field, string what) => Vector(field, 4, what, static (file, at, name) => (int)file.U32(at, name));

    /// <summary>A vector of floats; null where it is absent.</summary>
    public float[]? Floats(int field, string what) =>
        Vector(field, 4, what, static (file, at, name) => BitConverter.UInt32BitsToSingle(file.U32(at, name)));

    /// <summary>A vector of 64-bit integers; null where it is absent.</summary>
    public long[]? Longs(int field, string what) => Vector(field, 8, what, static (file, at, name) => (long)file.U64(at, name));

    /// <summary>A vector of bytes, without a copy; null where it is absent.</summary>
    public ReadOnlyMemory<byte>? Bytes(int field, string what)
    {
        if (Reference(field, what) is not long at)
        {
            return null;
        }

        (int start, int count) = _file.Vector(at, 1, what);
        return _file.Slice(start, count, what);
    }

    private T[]? Vector<T>(int field, int size, string what, Func<FlatFile, long, string, T> read)
    {
        if (Reference(field, what) is not long at)
        {
            return null;
        }

        (int start, int count) = _file.Vector(at, size, what);
        _file.Spend((long)size * count);
        T[] values = new T[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = read(_file, start + (long)size * i, what);
        }

        return values;
    }

    private long? Reference(int field, string what) =>
        Offset(field, 4, what) is int at and not 0 ? at + (long)_file.U32(at, what) : null;

    // The byte of the file where a field of `size` bytes lies, or 0 where the field is absent.
    private int Offset(int field, int size, string what)
    {
        int entry = 4 + 2 * field;
        if (entry + 2 > _vtableSize)
        {
            return 0;
        }

        int offset = _file.U16(_vtable + entry, what);
        if (offset == 0)
        {
            return 0;
        }

        return offset >= 4 && offset <= _tableSize - size ? _start + offset
            : throw _file.Damaged(what, $"field {field} at byte {offset} of a table of {_tableSize}");
    }
}
