using System.Runtime.InteropServices;

namespace TinyNano.Compiler.IR;

/// <summary>
/// Values of a tensor at the desk: element type, shape and row-major data. The data array has the .NET type of the
/// element type: float, sbyte, byte, short, int, long, bool.
/// </summary>
public sealed class Tensor
{
    public Tensor(DType type, Shape shape, Array data)
    {
        if (data.GetType().GetElementType() != ElementType(type))
        {
            throw new ArgumentException($"{data.GetType().Name} does not hold {type.ShortName()} elements", nameof(data));
        }

        if (data.Length != shape.Count)
        {
            throw new ArgumentException($"{data.Length} elements for shape {shape}", nameof(data));
        }

        DType = type;
        Shape = shape;
        Data = data;
    }

    public DType DType { get; }

    public Shape Shape { get; }

    public Array Data { get; }

    public int Count => Data.Length;

    public float[] Floats => (float[])Data;

    public int[] Ints => (int[])Data;

    public static Tensor Of(Shape shape, float[] data) => new(DType.Float32, shape, data);

    public static Tensor Of(Shape shape, int[] data) => new(DType.Int32, shape, data);

    public static Tensor Of(Shape shape, long[] data) => new(DType.Int64, shape, data);

    public static Tensor Of(Shape shape, sbyte[] data) => new(DType.Int8, shape, data);

    public static Tensor Of(Shape shape, short[] data) => new(DType.Int16, shape, data);

    public static Tensor Of(Shape shape, bool[] data) => new(DType.Bool, shape, data);

    public static Tensor Zeros(DType type, Shape shape) => new(type, shape, Array.CreateInstance(ElementType(type), shape.Count));

    /// <summary>The same data under another shape of as many elements.</summary>
    public Tensor Reshape(Shape shape) => new(DType, shape, Data);

    public static Type ElementType(DType type) => type switch
    {
        DType.Float32 => typeof(float),
        DType.Int8 => typeof(sbyte),
        DType.UInt8 => typeof(byte),
        DType.Int16 => typeof(short),
        DType.Int32 => typeof(int),
        DType.Int64 => typeof(long),
        DType.Bool => typeof(bool),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };

    /// <summary>A tensor from little-endian bytes; ArgumentException when the length does not fit the shape.</summary>
    public static Tensor FromBytes(DType type, Shape shape, ReadOnlySpan<byte> bytes)
    {
        long expected = (long)shape.Count * type.Size();
        if (bytes.Length != expected)
        {
            throw new ArgumentException($"{bytes.Length} bytes for {type.ShortName()}{shape}, expected {expected}", nameof(bytes));
        }

        Tensor tensor = Zeros(type, shape);
        if (type == DType.Bool)
        {
            bool[] flags = (bool[])tensor.Data;
            for (int i = 0; i < flags.Length; i++)
            {
                flags[i] = bytes[i] != 0;
            }
        }
        else
        {
            bytes.CopyTo(tensor.RawBytes());
        }

        return tensor;
    }

    /// <summary>Little-endian bytes of the data.</summary>
    public byte[] ToBytes() => RawBytes().ToArray();

    /// <summary>Element <paramref name="index"/> as a double, for any element type.</summary>
    public double GetDouble(int index) => Data switch
    {
        float[] a => a[index],
        sbyte[] a when DType == DType.Int8 => a[index], // a byte[] matches sbyte[] as well
        byte[] a => a[index],
        short[] a => a[index],
        int[] a => a[index],
        long[] a => a[index],
        bool[] a => a[index] ? 1 : 0,
        _ => throw new InvalidOperationException(),
    };

    /// <summary>Element <paramref name="index"/> of an integer tensor; InvalidOperationException for floats.</summary>
    public long GetInteger(int index) => Data switch
    {
        sbyte[] a when DType == DType.Int8 => a[index], // a byte[] matches sbyte[] as well
        byte[] a => a[index],
        short[] a => a[index],
        int[] a => a[index],
        long[] a => a[index],
        bool[] a => a[index] ? 1 : 0,
        _ => throw new InvalidOperationException($"{DType.ShortName()} tensor where integers are needed"),
    };

    /// <summary>All elements of an integer tensor as int; OverflowException where one does not fit.</summary>
    public int[] ToInts()
    {
        int[] result = new int[Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = checked((int)GetInteger(i));
        }

        return result;
    }

    /// <summary>All elements as float; with a quantisation, the real numbers they stand for.</summary>
    public float[] ToFloats(Quantization? quantization = null)
    {
        float[] result = new float[Count];
        int inner = 1;
        int channels = 1;
        if (quantization is { PerChannel: true } q)
        {
            channels = q.Scales.Length;
            for (int axis = q.Axis + 1; axis < Shape.Rank; axis++)
            {
                inner *= Shape[axis];
            }
        }

        for (int i = 0; i < result.Length; i++)
        {
            if (quantization is null)
            {
                result[i] = (float)GetDouble(i);
                continue;
            }

            int channel = i / inner % channels;
            result[i] = quantization.Scales[channel] * (GetInteger(i) - quantization.ZeroPoints[channel]);
        }

        return result;
    }

    private Span<byte> RawBytes() => Data switch
    {
        float[] a => MemoryMarshal.AsBytes(a.AsSpan()),
        sbyte[] a => MemoryMarshal.AsBytes(a.AsSpan()),
        byte[] a => a.AsSpan(),
        short[] a => MemoryMarshal.AsBytes(a.AsSpan()),
        int[] a => MemoryMarshal.AsBytes(a.AsSpan()),
        long[] a => MemoryMarshal.AsBytes(a.AsSpan()),
        bool[] a => MemoryMarshal.AsBytes(a.AsSpan()),
        _ => throw new InvalidOperationException(),
    };
}
