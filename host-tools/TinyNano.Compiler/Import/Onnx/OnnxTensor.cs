using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// A tensor known at import. Unlike <see cref="Tensor"/> it may have no elements (empty axes lists and the like). Data is
/// float[] for all floating types, and for integers the smallest of sbyte[], byte[], short[], int[], long[] that holds the
/// type; bool[] for conditions.
/// </summary>
internal sealed class OnnxTensor
{
    public OnnxTensor(OnnxType type, int[] dims, Array data)
    {
        Type = type;
        Dims = dims;
        Data = data;
    }

    public OnnxType Type { get; }

    public int[] Dims { get; }

    public Array Data { get; }

    public int Count => Data.Length;

    // A byte[] matches the pattern sbyte[] as well, and the other way round.
    private bool IsSigned => Data.GetType() == typeof(sbyte[]);

    public bool IsFloat => Data is float[];

    public static OnnxTensor OfLongs(params long[] values) => new(OnnxType.Int64, [values.Length], values);

    /// <summary>Elements of an integer or bool tensor.</summary>
    public long[] ToLongs() => Data switch
    {
        sbyte[] a when IsSigned => Array.ConvertAll(a, v => (long)v),
        byte[] a => Array.ConvertAll(a, v => (long)v),
        short[] a => Array.ConvertAll(a, v => (long)v),
        int[] a => Array.ConvertAll(a, v => (long)v),
        long[] a => a,
        bool[] a => Array.ConvertAll(a, v => v ? 1L : 0L),
        _ => throw new ImportException($"a {Type} tensor where integers are needed"),
    };

    public double[] ToDoubles() =>
        Data is float[] floats ? Array.ConvertAll(floats, v => (double)v) : Array.ConvertAll(ToLongs(), v => (double)v);

    public float[] ToFloats() => Data is float[] floats ? floats : Array.ConvertAll(ToLongs(), v => (float)v);

    /// <summary>A tensor of an integer or bool type; numbers outside wrap around, as ONNX's casts do.</summary>
    public static OnnxTensor FromLongs(OnnxType type, int[] dims, long[] values)
    {
        Array data = OnnxTypes.Storage(type) switch
        {
            DType.Float32 => Array.ConvertAll(values, v => (float)v),
            DType.Int8 => Array.ConvertAll(values, v => unchecked((sbyte)v)),
            DType.UInt8 => Array.ConvertAll(values, v => unchecked((byte)v)),
            DType.Int16 => Array.ConvertAll(values, v => unchecked((short)v)),
            DType.Int32 => Array.ConvertAll(values, v => unchecked(type == OnnxType.UInt16 ? (ushort)v : (int)v)),
            DType.Bool => Array.ConvertAll(values, v => v != 0),
            _ => type == OnnxType.UInt32 ? Array.ConvertAll(values, v => (long)unchecked((uint)v)) : values,
        };
        return new OnnxTensor(type, dims, data);
    }

    public static OnnxTensor FromDoubles(OnnxType type, int[] dims, double[] values) => OnnxTypes.IsFloat(type)
        ? new OnnxTensor(type, dims, Array.ConvertAll(values, v => (float)v))
        : FromLongs(type, dims, Array.ConvertAll(values, v => type == OnnxType.Bool ? v != 0 ? 1L : 0L : ToLong(v)));

    /// <summary>A tensor whose element i is element source(i) of this one.</summary>
    public OnnxTensor Pick(int[] dims, Func<int, int> source)
    {
        int count = OnnxTypes.Count(dims);
        Array data = Data switch
        {
            float[] a => Picked(a, count, source),
            sbyte[] a when IsSigned => Picked(a, count, source),
            byte[] a => Picked(a, count, source),
            short[] a => Picked(a, count, source),
            int[] a => Picked(a, count, source),
            long[] a => Picked(a, count, source),
            bool[] a => Picked(a, count, source),
            _ => throw new InvalidOperationException(),
        };
        return new OnnxTensor(Type, dims, data);
    }

    /// <summary>The IR tensor; ImportException for tensors without elements, which the IR does not have.</summary>
    public Tensor ToTensor()
    {
        if (Count == 0)
        {
            throw new ImportException($"a tensor without elements ({OnnxTypes.Text(Dims)}) is used as a value");
        }

        return new Tensor(OnnxTypes.Storage(Type), new Shape(Dims), Data);
    }

    private static T[] Picked<T>(T[] data, int count, Func<int, int> source)
    {
        T[] result = new T[count];
        for (int i = 0; i < count; i++)
        {
            result[i] = data[source(i)];
        }

        return result;
    }

    private static long ToLong(double value) => double.IsNaN(value) ? 0 : (long)value;
}

/// <summary>Facts about ONNX element types and dimension lists.</summary>
internal static class OnnxTypes
{
    /// <summary>Tensors beyond this number of elements are refused: no device has room for a hundredth of it.</summary>
    public const int MaxElements = 1 << 28;

    public static bool IsFloat(OnnxType type) =>
        type is OnnxType.Float or OnnxType.Float16 or OnnxType.BFloat16 or OnnxType.Double;

    /// <summary>The IR type that holds a type's numbers; ImportException for types we do not have.</summary>
    public static DType Storage(OnnxType type) => type switch
    {
        OnnxType.Float or OnnxType.Float16 or OnnxType.BFloat16 or OnnxType.Double => DType.Float32,
        OnnxType.Int8 or OnnxType.Int4 => DType.Int8,
        OnnxType.UInt8 or OnnxType.UInt4 => DType.UInt8,
        OnnxType.Int16 => DType.Int16,
        OnnxType.Int32 or OnnxType.UInt16 => DType.Int32,
        OnnxType.Int64 or OnnxType.UInt32 or OnnxType.UInt64 => DType.Int64,
        OnnxType.Bool => DType.Bool,
        _ => throw new ImportException($"element type {Name(type)} is not supported"),
    };

    public static string Name(OnnxType type) => Enum.IsDefined(type) ? type.ToString().ToLowerInvariant() : $"{(int)type}";

    public static string Text(IEnumerable<int> dims) => "[" + string.Join(",", dims) + "]";

    /// <summary>Number of elements; ImportException beyond <see cref="MaxElements"/> and for negative dimensions.</summary>
    public static int Count(ReadOnlySpan<int> dims)
    {
        long count = 1;
        foreach (int dim in dims)
        {
            if (dim < 0)
            {
                throw new ImportException($"shape {Text(dims.ToArray())} has a negative dimension");
            }

            // Not "return early on 0": [0, huge] is as suspicious as [huge].
            count = dim == 0 ? 0 : count * dim;
            if (count > MaxElements)
            {
                throw new ImportException($"shape {Text(dims.ToArray())} has more than {MaxElements} elements");
            }
        }

        return (int)count;
    }

    /// <summary>Row-major strides in elements.</summary>
    public static int[] Strides(int[] dims)
    {
        int[] strides = new int[dims.Length];
        long step = 1;
        for (int i = dims.Length - 1; i >= 0; i--)
        {
            strides[i] = (int)step;
            step = Math.Min(step * dims[i], int.MaxValue);
        }

        return strides;
    }

    /// <summary>The numpy broadcast of two lists of dimensions, zeros included; null where they do not fit.</summary>
    public static int[]? Broadcast(int[] a, int[] b)
    {
        int[] result = new int[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            int x = i <= a.Length ? a[^i] : 1;
            int y = i <= b.Length ? b[^i] : 1;
            if (x != y && x != 1 && y != 1)
            {
                return null;
            }

            result[^i] = x == 1 ? y : x;
        }

        return result;
    }
}
