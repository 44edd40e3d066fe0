namespace TinyNano.Compiler.IR;

/// <summary>Static dimensions of a tensor; rank 0 is a scalar. Every dimension is at least 1.</summary>
public sealed class Shape : IEquatable<Shape>
{
    private readonly int[] _dims;

    public Shape(params int[] dims)
    {
        foreach (int dim in dims)
        {
            if (dim < 1)
            {
                throw new ArgumentException($"dimension {dim} in [{string.Join(",", dims)}]: every dimension must be at least 1", nameof(dims));
            }
        }

        _dims = (int[])dims.Clone();
    }

    public static Shape Scalar { get; } = new();

    public int Rank => _dims.Length;

    public IReadOnlyList<int> Dims => _dims;

    /// <summary>Dimension <paramref name="axis"/>; negative axes count from the end.</summary>
    public int this[int axis] => _dims[axis < 0 ? axis + _dims.Length : axis];

    /// <summary>Number of elements; OverflowException beyond 2^31 - 1.</summary>
    public int Count
    {
        get
        {
            int count = 1;
            foreach (int dim in _dims)
            {
                count = checked(count * dim);
            }

            return count;
        }
    }

    public int[] ToArray() => (int[])_dims.Clone();

    /// <summary>Row-major strides in elements.</summary>
    public int[] Strides()
    {
        int[] strides = new int[_dims.Length];
        int step = 1;
        for (int i = _dims.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step = checked(step * _dims[i]);
        }

        return strides;
    }

    /// <summary>This shape with ones put in front until it has <paramref name="rank"/> dimensions.</summary>
    public Shape PadLeft(int rank) => new([.. Enumerable.Repeat(1, Math.Max(0, rank - Rank)), .. _dims]);

    /// <summary>The numpy broadcast of two shapes; null where they do not fit.</summary>
    public static Shape? Broadcast(Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        int[] dims = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int x = i <= a.Rank ? a[-i] : 1;
            int y = i <= b.Rank ? b[-i] : 1;
            if (x != y && x != 1 && y != 1)
            {
                return null;
            }

            dims[rank - i] = Math.Max(x, y);
        }

        return new Shape(dims);
    }

    /// <summary>An axis in 0 .. Rank-1 from one that may be negative; ArgumentOutOfRangeException outside.</summary>
    public int NormalizeAxis(int axis)
    {
        int normal = axis < 0 ? axis + Rank : axis;
        return normal >= 0 && normal < Rank ? normal
            : throw new ArgumentOutOfRangeException(nameof(axis), $"axis {axis} of a tensor of rank {Rank}");
    }

    public bool Equals(Shape? other) => other is not null && _dims.AsSpan().SequenceEqual(other._dims);

    public override bool Equals(object? obj) => Equals(obj as Shape);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int dim in _dims)
        {
            hash.Add(dim);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => "[" + string.Join(",", _dims) + "]";
}
