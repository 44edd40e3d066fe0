using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>The same elements elsewhere: shapes, order, repetition, resampling.</summary>
internal static class TFLiteMovement
{
    public static KeyValuePair<string, Action<TFLiteContext>>[] Table { get; } =
    [
        new("RESHAPE", Reshape),
        new("SQUEEZE", Squeeze),
        new("EXPAND_DIMS", ExpandDims),
        new("TRANSPOSE", Transpose),
        new("CONCATENATION", Concatenation),
        new("PACK", Pack),
        new("UNPACK", Unpack),
        new("BROADCAST_TO", c => c.Result(new BroadcastTo(c.IsKnown(1) ? c.Ints(1, "shape") : c.OutType().Shape.ToArray()), c.In(0))),
        new("TILE", Tile),
        new("GATHER", Gather),
        new("GATHER_ND", GatherNd),
        new("EMBEDDING_LOOKUP", EmbeddingLookup),
        new("SPACE_TO_DEPTH", c => c.Result(new SpaceToDepth(Block(c)), c.In(0))),
        new("DEPTH_TO_SPACE", c => c.Result(new DepthToSpace(Block(c), false), c.In(0))),
        new("RESIZE_NEAREST_NEIGHBOR", c => Resize(c, ResizeKind.Nearest, c.Operator.Bool(0), c.Operator.Bool(1))),
        new("RESIZE_BILINEAR", c => Resize(c, ResizeKind.Bilinear, c.Operator.Bool(2), c.Operator.Bool(3))),
    ];

    /// <summary>An axis in 0 .. rank-1 from one that may count from the end.</summary>
    public static int Axis(int axis, int rank) => axis >= -rank && axis < rank ? (axis + rank) % rank
        : throw TFLiteRefusal.Misfit($"axis {axis} of a tensor of rank {rank}.");

    // Option 0. The square of a block of 2^16 would be 0 in 32 bits.
    private static int Block(TFLiteContext c) => c.Operator.Int(0) is int block and >= 1 and <= 4096 ? block
        : throw TFLiteRefusal.Misfit($"block size {c.Operator.Int(0)}.");

    // The new shape is a constant input, an option, or (where it is computed on the way) the shape that the file gives the
    // result; one dimension may be -1. A constant empty shape makes a scalar.
    private static void Reshape(TFLiteContext c)
    {
        Value x = c.In(0);
        int[] dims = c.IsKnown(1) ? c.Ints(1, "shape")
            : c.Has(1) || c.Operator.Ints(0) is null ? c.OutType().Shape.ToArray()
            : c.Operator.Ints(0)!;
        int open = Array.IndexOf(dims, -1);
        if (open >= 0)
        {
            long known = dims.Where((_, i) => i != open).Aggregate(1L, (product, d) => Math.Min(product * Math.Max(d, 0), int.MaxValue));
            if (known == 0 || x.Shape.Count % known != 0)
            {
                throw TFLiteRefusal.Misfit($"{x.Shape} cannot become [{string.Join(",", dims)}].");
            }

            dims = [.. dims];
            dims[open] = (int)(x.Shape.Count / known);
        }

        c.Result(new Reshape(dims), x);
    }

    // Option 0: the axes of size 1 to drop; empty means all of them.
    private static void Squeeze(TFLiteContext c)
    {
        Value x = c.In(0);
        int[] axes = [.. (c.Operator.Ints(0) ?? []).Select(a => Axis(a, x.Shape.Rank))];
        if (axes.Any(a => x.Shape[a] != 1))
        {
            throw TFLiteRefusal.Misfit($"axes {string.Join(",", axes)} of {x.Shape} are not all of size 1.");
        }

        c.Result(new Reshape([.. x.Shape.Dims.Where((d, i) => axes.Length == 0 ? d != 1 : !axes.Contains(i))]), x);
    }

    private static void ExpandDims(TFLiteContext c)
    {
        Value x = c.In(0);
        List<int> dims = [.. x.Shape.Dims];
        dims.Insert(Axis(c.Int(1, "axis"), x.Shape.Rank + 1), 1);
        c.Result(new Reshape([.. dims]), x);
    }

    private static void Transpose(TFLiteContext c)
    {
        Value x = c.In(0);
        c.Result(new Transpose([.. c.Ints(1, "permutation").Select(a => Axis(a, x.Shape.Rank))]), x);
    }

    // Options: 0 axis, 1 activation.
    private static void Concatenation(TFLiteContext c)
    {
        Value[] inputs = Inputs(c);
        if (!TFLiteConvolution.Activation(c.Operator.Byte(1)).IsNone)
        {
            throw TFLiteRefusal.Attribute("a fused activation is not supported here.");
        }

        c.Result(new Concat(Axis(c.Operator.Int(0), inputs[0].Shape.Rank)), inputs);
    }

    // Options: 0 count, 1 axis. A new axis in each input, then concatenation.
    private static void Pack(TFLiteContext c)
    {
        Value[] inputs = Inputs(c);
        int axis = Axis(c.Operator.Int(1), inputs[0].Shape.Rank + 1);
        for (int i = 0; i < inputs.Length - (inputs.Length == 1 ? 1 : 0); i++)
        {
            inputs[i] = c.Reshaped(inputs[i], $"unsqueezed{i}", WithAxis(inputs[i].Shape, axis));
        }

        c.Result(inputs.Length == 1 ? new Reshape(WithAxis(inputs[0].Shape, axis)) : new Concat(axis), inputs);
    }

    // Options: 0 count, 1 axis. Slices of one index, then without the axis.
    private static void Unpack(TFLiteContext c)
    {
        Value x = c.In(0);
        int axis = Axis(c.Operator.Int(1), x.Shape.Rank);
        int count = x.Shape[axis];
        if (c.Operator.Outputs.Length != count)
        {
            throw TFLiteRefusal.Misfit($"{c.Operator.Outputs.Length} outputs for {count} slices.");
        }

        int[] begin = new int[x.Shape.Rank];
        int[] stride = [.. begin.Select(_ => 1)];
        int[] size = x.Shape.ToArray();
        int[] dims = [.. x.Shape.Dims.Where((_, i) => i != axis)];
        size[axis] = 1;
        for (int k = 0; k < count; k++)
        {
            begin[axis] = k;
            StridedSlice slice = new([.. begin], stride, size);
            Value part = count == 1 ? x : c.Emit(slice, $"slice{k}", x.Type with { Shape = new Shape(size) }, x);
            c.ResultAt(k, new Reshape(dims), part);
        }
    }

    // One axis after the other, each as [before, 1, axis * after] broadcast to [before, times, axis * after].
    private static void Tile(TFLiteContext c)
    {
        Value x = c.In(0);
        int[] times = c.Ints(1, "multiples");
        if (times.Length != x.Shape.Rank || times.Any(t => t < 1))
        {
            throw TFLiteRefusal.Misfit($"multiples [{string.Join(",", times)}] of {x.Shape}: expected a positive one for each axis.");
        }

        Shape y = c.OutType().Shape;
        if (!y.Dims.SequenceEqual(x.Shape.Dims.Zip(times, (d, t) => checked(d * t))))
        {
            throw TFLiteRefusal.Misfit($"multiples [{string.Join(",", times)}] of {x.Shape} do not give {y}.");
        }

        int[] dims = x.Shape.ToArray();
        Value tiled = x;
        for (int axis = dims.Length - 1; axis >= 0; axis--)
        {
            if (times[axis] == 1)
            {
                continue;
            }

            int before = dims.Take(axis).Aggregate(1, (p, d) => p * d);
            int rest = dims.Skip(axis).Aggregate(1, (p, d) => p * d);
            int[] wide = [before, times[axis], rest];
            tiled = c.Reshaped(tiled, $"axis{axis}", before, 1, rest);
            tiled = c.Emit(new BroadcastTo(wide), $"tiled{axis}", tiled.Type with { Shape = new Shape(wide) }, tiled);
            dims[axis] *= times[axis];
        }

        c.Result(new Reshape(dims), tiled);
    }

    // Options: 0 axis, 1 batch_dims.
    private static void Gather(TFLiteContext c)
    {
        Value x = c.In(0);
        if (c.Operator.Int(1) != 0)
        {
            throw TFLiteRefusal.Attribute($"batch_dims {c.Operator.Int(1)} is not supported (only 0).");
        }

        int axis = Axis(c.Operator.Int(0), x.Shape.Rank);
        c.Result(new Gather(axis), x, Indices(c, 1, x.Shape[axis]));
    }

    // indices [..., k] address the first k axes of x: these are flattened, and so are the indices.
    private static void GatherNd(TFLiteContext c)
    {
        Value x = c.In(0);
        Tensor indices = Integers(c, 1);
        int k = indices.Shape.Rank == 0 ? 0 : indices.Shape[-1];
        if (k < 1 || k > x.Shape.Rank)
        {
            throw TFLiteRefusal.Attribute($"indices {indices.Shape} into {x.Shape} are not supported.");
        }

        int[] flat = new int[indices.Count / k];
        int size = x.Shape.Dims.Take(k).Aggregate(1, (p, d) => p * d);
        for (int i = 0; i < flat.Length; i++)
        {
            for (int j = 0; j < k; j++)
            {
                long index = indices.GetInteger(i * k + j);
                flat[i] = index >= 0 && index < x.Shape[j] ? flat[i] * x.Shape[j] + (int)index
                    : throw TFLiteRefusal.Misfit($"index {index} into axis {j} of {x.Shape}.");
            }
        }

        Tensor rows = Tensor.Of(new Shape([.. indices.Shape.Dims.SkipLast(1)]), flat);
        Value table = c.Reshaped(x, "rows", [size, .. x.Shape.Dims.Skip(k)]);
        c.Result(new Gather(0), table, Value.Const(c.Unique("indices"), rows));
    }

    // Inputs: indices, table.
    private static void EmbeddingLookup(TFLiteContext c)
    {
        Value table = c.In(1, "table");
        if (table.Quantization is not null && c.OutType().DType == DType.Float32)
        {
            table = c.Weights(1, new Value("x", c.OutType()), "table");
        }

        c.Result(new Gather(0), table, Indices(c, 0, table.Shape.Rank == 0 ? 0 : table.Shape[0]));
    }

    private static Tensor Integers(TFLiteContext c, int input) =>
        c.Constant(input, "indices") is { DType: DType.Int32 or DType.Int64 } indices ? indices
            : throw TFLiteRefusal.Type("the indices are not int32 or int64.");

    private static Value Indices(TFLiteContext c, int input, int size)
    {
        Tensor indices = Integers(c, input);
        for (int i = 0; i < indices.Count; i++)
        {
            if (indices.GetInteger(i) is long index && (index < 0 || index >= size))
            {
                throw TFLiteRefusal.Misfit($"index {index} into an axis of size {size}.");
            }
        }

        return c.In(input);
    }

    // TFLite's nearest: floor((o + half) * scale), or rounded with align corners. Half pixel centres are the same as
    // rounding (o + 0.5) * scale - 0.5 with ties up.
    private static void Resize(TFLiteContext c, ResizeKind kind, bool alignCorners, bool halfPixel)
    {
        Value x = c.In(0);
        int[] size = c.Ints(1, "size");
        if (size.Length != 2 || size.Any(s => s < 1) || (alignCorners && halfPixel))
        {
            throw TFLiteRefusal.Misfit($"size [{string.Join(",", size)}], align_corners {alignCorners}, half_pixel_centers {halfPixel}.");
        }

        CoordinateMode mode = alignCorners ? CoordinateMode.AlignCorners
            : halfPixel ? CoordinateMode.HalfPixel
            : CoordinateMode.Asymmetric;
        NearestMode nearest = alignCorners || halfPixel ? NearestMode.RoundPreferCeil : NearestMode.Floor;
        c.Result(new Resize(kind, size[0], size[1], mode, nearest), x);
    }

    private static Value[] Inputs(TFLiteContext c) => c.Operator.Inputs.Length > 0
        ? [.. c.Operator.Inputs.Select((_, i) => c.In(i))]
        : throw TFLiteRefusal.Misfit("no inputs.");

    private static int[] WithAxis(Shape shape, int axis) => [.. shape.Dims.Take(axis), 1, .. shape.Dims.Skip(axis)];
}
