using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Operators that keep the elements and change the shape, repeat elements, or change nothing.</summary>
internal static class ReshapeImport
{
    public static void Reshape(NodeImport n)
    {
        Edge x = n.In(0);
        int[] wanted = n.Ints(1, "shape");
        bool allowZero = n.Flag("allowzero");
        int hole = -1;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == 0 && !allowZero)
            {
                wanted[i] = i < x.Rank ? x[i] : throw new ImportException($"shape copies dimension {i} of {OnnxTypes.Text(x.ToDims())}");
            }
            else if (wanted[i] == -1 && hole < 0)
            {
                hole = i;
                wanted[i] = 1;
            }
        }

        if (hole >= 0)
        {
            int known = OnnxTypes.Count(wanted);
            wanted[hole] = known > 0 && x.Count % known == 0 ? x.Count / known
                : throw new ImportException($"{x.Count} elements do not fill the shape {OnnxTypes.Text(wanted)}");
        }

        n.Out(n.Reshape(x, wanted));
    }

    public static void Flatten(NodeImport n)
    {
        Edge x = n.In(0);
        int axis = n.Int("axis", 1);
        axis = axis == x.Rank ? axis : NodeImport.Axis(axis, x.Rank);
        int rows = OnnxTypes.Count(x.Dims[..axis]);
        n.Out(n.Reshape(x, rows, OnnxTypes.Count(x.Dims[axis..])));
    }

    public static void Squeeze(NodeImport n)
    {
        Edge x = n.In(0);
        int[]? given = n.Opset < 13 ? n.IntList("axes") : n.Has(1) ? n.Ints(1, "axes") : null;
        HashSet<int> axes = given is null ? [.. Enumerable.Range(0, x.Rank).Where(a => x[a] == 1)]
            : [.. given.Select(a => NodeImport.Axis(a, x.Rank))];
        if (axes.Any(a => x[a] != 1))
        {
            throw new ImportException($"axes {OnnxTypes.Text(axes)} of {OnnxTypes.Text(x.ToDims())} are not all 1");
        }

        n.Out(n.Reshape(x, [.. x.ToDims().Where((_, a) => !axes.Contains(a))]));
    }

    public static void Unsqueeze(NodeImport n)
    {
        Edge x = n.In(0);
        int[] given = n.Opset < 13 ? n.IntList("axes") ?? throw new ImportException("axes is missing") : n.Ints(1, "axes");
        int rank = x.Rank + given.Length;
        HashSet<int> axes = [.. given.Select(a => NodeImport.Axis(a, rank))];
        if (axes.Count != given.Length)
        {
            throw new ImportException($"axes {OnnxTypes.Text(given)} name one axis twice");
        }

        Queue<int> dims = new(x.ToDims());
        n.Out(n.Reshape(x, [.. Enumerable.Range(0, rank).Select(a => axes.Contains(a) ? 1 : dims.Dequeue())]));
    }

    public static void Transpose(NodeImport n)
    {
        Edge x = n.In(0);
        n.Out(n.Transpose(x, n.IntList("perm") ?? [.. Enumerable.Range(0, x.Rank).Reverse()]));
    }

    public static void Expand(NodeImport n)
    {
        Edge x = n.In(0);
        int[] wanted = n.Ints(1, "shape");
        n.Out(n.Expand(x, OnnxTypes.Broadcast(x.ToDims(), wanted)
            ?? throw new ImportException($"{OnnxTypes.Text(x.ToDims())} does not broadcast to {OnnxTypes.Text(wanted)}")));
    }

    /// <summary>Repeats along each axis: an axis of repeats in front of it, filled by broadcasting, then merged with it.</summary>
    public static void Tile(NodeImport n)
    {
        Edge x = n.In(0);
        int[] repeats = n.Ints(1, "repeats");
        SpatialImport.Check(repeats, x.Rank, "repeats", 0);
        for (int axis = x.Rank - 1; axis >= 0; axis--)
        {
            if (repeats[axis] == 1)
            {
                continue;
            }

            int[] dims = x.ToDims();
            int outer = OnnxTypes.Count(dims.AsSpan(0, axis));
            int inner = OnnxTypes.Count(dims.AsSpan(axis));
            dims[axis] = checked(dims[axis] * repeats[axis]);
            Edge apart = n.Reshape(x, outer, 1, inner);
            x = n.Reshape(n.Expand(apart, outer, repeats[axis], inner), dims);
        }

        n.Out(x);
    }

    public static void Identity(NodeImport n) => n.Out(n.In(0));

    public static void Dropout(NodeImport n)
    {
        n.Ignore("ratio", "seed", "is_test");
        bool drops = !n.Has(1) || n.Constant(1, "ratio").ToFloats() is not [0];
        if (n.Has(2) && n.Constant(2, "training_mode").ToLongs() is [not 0] && drops)
        {
            throw new ImportException("training mode is not supported");
        }

        n.Out(n.In(0));
        if (n.Wants(1))
        {
            bool[] mask = new bool[n.In(0).Count];
            Array.Fill(mask, true);
            n.Out(new OnnxTensor(OnnxType.Bool, n.In(0).ToDims(), mask), 1);
        }
    }

    public static void Cast(NodeImport n)
    {
        n.Ignore("saturate");
        n.Out(Converted(n, n.In(0), (OnnxType)n.Int("to", 0)));
    }

    public static void CastLike(NodeImport n)
    {
        n.Ignore("saturate");
        n.Out(Converted(n, n.In(0), n.In(1).Type));
    }

    private static Edge Converted(NodeImport n, Edge x, OnnxType to)
    {
        DType type = OnnxTypes.Storage(to);
        if (x.Constant is OnnxTensor constant)
        {
            n.State.ChargeFolding(constant.Count);
            return Edge.Of(x.Name, constant.IsFloat
                ? OnnxTensor.FromDoubles(to, constant.Dims, constant.ToDoubles())
                : OnnxTensor.FromLongs(to, constant.Dims, constant.ToLongs()));
        }

        if (x.Type == to || (OnnxTypes.IsFloat(x.Type) && OnnxTypes.IsFloat(to)))
        {
            return x;
        }

        if (to is OnnxType.UInt16 or OnnxType.UInt32 or OnnxType.UInt64 or OnnxType.Int4 or OnnxType.UInt4)
        {
            throw new ImportException($"cast to {OnnxTypes.Name(to)} is not supported");
        }

        Value value = x.Raw ?? n.ValueOf(x);
        if (value.Quantization is not null && x.Raw is null)
        {
            throw new ImportException($"'{x.Name}' is quantised and read here as plain integers");
        }

        return Edge.Of(n.Main(new Cast(type), value), to);
    }
}
