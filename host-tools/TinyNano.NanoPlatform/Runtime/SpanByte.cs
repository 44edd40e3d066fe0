namespace System;

/// <summary>nanoFramework's view of a part of a byte array.</summary>
public readonly ref struct SpanByte
{
    private readonly byte[] _array;
    private readonly int _start;
    private readonly int _length;

    public SpanByte(byte[] array)
    {
        _array = array;
        _start = 0;
        _length = array?.Length ?? 0;
    }

    public SpanByte(byte[] array, int start, int length)
    {
        if (array != null && (start < 0 || length < 0 || start > array.Length - length) || array == null && (start != 0 || length != 0))
        {
            throw new ArgumentOutOfRangeException();
        }

        _array = array;
        _start = start;
        _length = length;
    }

    public static SpanByte Empty => default;

    public int Length => _length;

    public bool IsEmpty => _length == 0;

    public byte this[int index]
    {
        get => index >= 0 && index < _length ? _array[_start + index] : throw new ArgumentOutOfRangeException();
        set
        {
            if (index < 0 || index >= _length)
            {
                throw new ArgumentOutOfRangeException();
            }

            _array[_start + index] = value;
        }
    }

    public void CopyTo(SpanByte destination)
    {
        if (_length > destination._length)
        {
            throw new ArgumentException();
        }

        AsSpan().CopyTo(destination.AsSpan());
    }

    public SpanByte Slice(int start) => Slice(start, _length - start);

    public SpanByte Slice(int start, int length)
    {
        if (start < 0 || length < 0 || start > _length - length)
        {
            throw new ArgumentOutOfRangeException();
        }

        return new SpanByte(_array, _start + start, length);
    }

    public byte[] ToArray() => AsSpan().ToArray();

    public static implicit operator SpanByte(byte[] array) => new(array);

    internal Span<byte> AsSpan() => _array == null ? default : _array.AsSpan(_start, _length);
}
