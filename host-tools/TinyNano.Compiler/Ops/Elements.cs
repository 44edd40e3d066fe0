using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Ops;

/// <summary>Elements of tensors of any type moved about at the desk.</summary>
internal static class Elements
{
    /// <summary>Element i of the result is element source[i] of <paramref name="x"/>.</summary>
    public static Tensor Take(Tensor x, Shape shape, int[] source) => new(x.DType, shape, x.Data switch
    {
        float[] a => Pick(a, source),
        sbyte[] a when x.DType == DType.Int8 => Pick(a, source), // a byte[] matches sbyte[] as well
        byte[] a => Pick(a, source),
        short[] a => Pick(a, source),
        int[] a => Pick(a, source),
        long[] a => Pick(a, source),
        bool[] a => Pick(a, source),
        _ => throw new InvalidOperationException(),
    });

    /// <summary>offset + sum of index * stride for every index of <paramref name="dims"/>, in row-major order.</summary>
    public static int[] Walk(int offset, ReadOnlySpan<int> dims, ReadOnlySpan<int> strides)
    {
        int count = 1;
        foreach (int dim in dims)
        {
            count = checked(count * dim);
        }

        int[] walk = new int[count];
        walk[0] = offset;
        int filled = 1;
        for (int axis = dims.Length - 1; axis >= 0; axis--)
        {
            for (int i = 1; i < dims[axis]; i++)
            {
                for (int j = 0; j < filled; j++)
                {
                    walk[i * filled + j] = walk[j] + i * strides[axis];
                }
            }

            filled *= dims[axis];
        }

        return walk;
    }

    /// <summary>A tensor whose elements are all <paramref name="value"/>, cast to the element type.</summary>
    public static Tensor Filled(DType type, Shape shape, float value)
    {
        Tensor tensor = Tensor.Zeros(type, shape);
        switch (tensor.Data)
        {
            case float[] a:
                Array.Fill(a, value);
                break;
            case sbyte[] a when type == DType.Int8: // a byte[] matches sbyte[] as well
                Array.Fill(a, (sbyte)value);
                break;
            case byte[] a:
                Array.Fill(a, (byte)value);
                break;
            case short[] a:
                Array.Fill(a, (short)value);
                break;
            case int[] a:
                Array.Fill(a, (int)value);
                break;
            case long[] a:
                Array.Fill(a, (long)value);
                break;
            case bool[] a:
                Array.Fill(a, value != 0);
                break;
        }

        return tensor;
    }

    /// <summary>A shape around one axis: the elements before it, along it and after it.</summary>
    public static (int Outer, int Length, int Inner) Around(Shape shape, int axis)
    {
        int outer = 1;
        for (int i = 0; i < axis; i++)
        {
            outer *= shape[i];
        }

        return (outer, shape[axis], shape.Count / outer / shape[axis]);
    }

    /// <summary>NormalizeAxis with an OpException that names the attribute.</summary>
    public static int Axis(Shape shape, int axis)
    {
        int normal = axis < 0 ? axis + shape.Rank : axis;
        OpHelpers.Check(normal >= 0 && normal < shape.Rank, $"axis {axis} of a tensor {shape}");
        return normal;
    }

    private static T[] Pick<T>(T[] data, int[] source)
    {
        T[] result = new T[source.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = data[source[i]];
        }

        return result;
    }
}
