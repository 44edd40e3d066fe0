using TinyNano.Compiler.IR;

namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>Operators that move, join, cut or repeat elements.</summary>
internal static class MovementCases
{
    public static IEnumerable<OnnxCase> All() => Shapes().Concat(Cuts()).Concat(Pads()).Concat(Others());

    private static IEnumerable<OnnxCase> Shapes()
    {
        foreach (long[] shape in new long[][] { [6, 20], [0, -1], [2, 0, 20], [-1], [4, 1, 30, 1] })
        {
            OnnxCase c = new($"Reshape_{string.Join("_", shape)}", 14);
            yield return c.Out(c.Op("Reshape", [c.In(2, 3, 20), c.Longs(shape)]));
        }

        foreach (int axis in new[] { 0, 1, 2, 3, -1 })
        {
            OnnxCase c = new($"Flatten_{axis}", 13);
            yield return c.Out(c.Op("Flatten", [c.In(2, 3, 4)], ("axis", axis)));
        }

        OnnxCase squeeze = new("Squeeze_attribute", 11);
        yield return squeeze.Out(squeeze.Op("Squeeze", [squeeze.In(1, 3, 1, 4)], ("axes", new[] { 0, -2 })));
        OnnxCase squeeze13 = new("Squeeze_input", 13);
        yield return squeeze13.Out(squeeze13.Op("Squeeze", [squeeze13.In(1, 3, 1, 4), squeeze13.Longs(2)]));
        OnnxCase all = new("Squeeze_all", 13);
        yield return all.Out(all.Op("Squeeze", [all.In(1, 3, 1, 4)]));
        OnnxCase unsqueeze = new("Unsqueeze_attribute", 11);
        yield return unsqueeze.Out(unsqueeze.Op("Unsqueeze", [unsqueeze.In(3, 4)], ("axes", new[] { 0, 3 })));
        OnnxCase unsqueeze13 = new("Unsqueeze_input", 13);
        yield return unsqueeze13.Out(unsqueeze13.Op("Unsqueeze", [unsqueeze13.In(3, 4), unsqueeze13.Longs(-1, 1)]));
        foreach (int[] perm in new int[][] { [2, 0, 1], [1, 0, 2], [0, 2, 1] })
        {
            OnnxCase c = new($"Transpose_{string.Join("", perm)}", 13);
            yield return c.Out(c.Op("Transpose", [c.In(2, 3, 4)], ("perm", perm)));
        }

        OnnxCase reverse = new("Transpose_default", 13);
        yield return reverse.Out(reverse.Op("Transpose", [reverse.In(2, 3, 4, 5)]));
        OnnxCase expand = new("Expand", 13);
        yield return expand.Out(expand.Op("Expand", [expand.In(3, 1), expand.Longs(2, 1, 4)]));
        OnnxCase tile = new("Tile", 13);
        yield return tile.Out(tile.Op("Tile", [tile.In(2, 1, 3), tile.Longs(2, 3, 2)]));
        foreach ((DType from, DType to) in new[] { (DType.Float32, DType.Int32), (DType.Int32, DType.Float32), (DType.Float32, DType.Bool), (DType.Int64, DType.Int32), (DType.UInt8, DType.Float32), (DType.Int8, DType.Float32) })
        {
            OnnxCase c = new($"Cast_{from}_{to}", 13);
            yield return c.Out(to, c.Op("Cast", [c.In(c.Random.Tensor(from, new Shape(3, 5)))], ("to", TestKit.Writing.OnnxWriter.TypeOf(to))));
        }

        OnnxCase like = new("CastLike", 15);
        yield return like.Out(DType.Int32, like.Op("CastLike", [like.In(3, 5), like.Const(Tensor.Of(new Shape(1), [3]))]));
    }

    private static IEnumerable<OnnxCase> Cuts()
    {
        OnnxCase slice9 = new("Slice_attributes", 9);
        yield return slice9.Out(slice9.Op("Slice", [slice9.In(5, 6, 7)], ("starts", new[] { 1, -4 }), ("ends", new[] { 4, 1000 }), ("axes", new[] { 0, 2 })));
        foreach ((long[] starts, long[] ends, long[] axes, long[] steps) in new (long[], long[], long[], long[])[]
        {
            ([1, 0], [4, 5], [0, 1], [1, 2]), ([-1], [-100], [2], [-1]), ([4, 5], [0, 1], [0, -1], [-2, -3]), ([0], [long.MaxValue], [1], [4]), ([3], [-5000], [0], [-2]),
        })
        {
            OnnxCase c = new($"Slice_{string.Join("_", starts)}_{string.Join("_", steps)}", 13);
            yield return c.Out(c.Op("Slice", [c.In(5, 6, 7), c.Longs(starts), c.Longs(ends), c.Longs(axes), c.Longs(steps)]));
        }

        OnnxCase split = new("Split_attribute", 11);
        yield return split.Out(split.Ops("Split", [split.In(2, 7)], 3, ("axis", 1), ("split", new[] { 1, 4, 2 })));
        OnnxCase input = new("Split_input", 13);
        yield return input.Out(input.Ops("Split", [input.In(7, 2), input.Longs(5, 2)], 2));
        OnnxCase equal = new("Split_equal", 13);
        yield return equal.Out(equal.Ops("Split", [equal.In(2, 6)], 3, ("axis", -1)));
        OnnxCase uneven = new("Split_num_outputs", 18);
        yield return uneven.Out(uneven.Ops("Split", [uneven.In(7, 2)], 3, ("num_outputs", 3)));
        foreach (int axis in new[] { 0, 1, -1 })
        {
            OnnxCase c = new($"Concat_{axis}", 13);
            int[] other = [2, 3, 4];
            other[axis < 0 ? 2 : axis] = 5;
            yield return c.Out(c.Op("Concat", [c.In(2, 3, 4), c.W(other), c.In(other)], ("axis", axis)));
        }
    }

    private static IEnumerable<OnnxCase> Pads()
    {
        foreach (string mode in new[] { "constant", "reflect", "edge", "wrap" })
        {
            OnnxCase c = new($"Pad_{mode}", 19);
            yield return c.Out(c.Op("Pad", [c.In(3, 4, 5), c.Longs(1, 0, 2, 2, 3, 1)], ("mode", mode)));
            if (mode != "wrap")
            {
                OnnxCase old = new($"Pad_{mode}_opset10", 10);
                yield return old.Out(old.Op("Pad", [old.In(3, 4, 5)], ("mode", mode), ("pads", new[] { 1, 0, 2, 2, 3, 1 })));
            }
        }

        OnnxCase value = new("Pad_value", 13);
        yield return value.Out(value.Op("Pad", [value.In(3, 4), value.Longs(1, 1, 0, 2), value.Scalar(1.5f)]));
        OnnxCase axes = new("Pad_axes", 18);
        yield return axes.Out(axes.Op("Pad", [axes.In(3, 4, 5), axes.Longs(1, 2), "", axes.Longs(-2)]));
        OnnxCase crop = new("Pad_negative", 13);
        yield return crop.Out(crop.Op("Pad", [crop.In(4, 5), crop.Longs(-1, 2, 1, -2)]));
    }

    private static IEnumerable<OnnxCase> Others()
    {
        foreach ((int axis, long[] indices) in new (int, long[])[] { (0, [2, 0, 0]), (1, [-1, 1]), (2, [3]), (1, [0, -1, 2]) })
        {
            OnnxCase c = new($"Gather_{axis}_{string.Join("_", indices)}", 13);
            yield return c.Out(c.Op("Gather", [c.In(3, 4, 5), c.Longs(indices)], ("axis", axis)));
        }

        OnnxCase scalar = new("Gather_scalar", 13);
        yield return scalar.Out(scalar.Op("Gather", [scalar.In(3, 4), scalar.Const(Tensor.Of(Shape.Scalar, [1L]))], ("axis", 1)));
        OnnxCase space = new("SpaceToDepth", 13);
        yield return space.Out(space.Op("SpaceToDepth", [space.In(2, 3, 4, 6)], ("blocksize", 2)));
        foreach (string mode in new[] { "DCR", "CRD" })
        {
            OnnxCase c = new($"DepthToSpace_{mode}", 13);
            yield return c.Out(c.Op("DepthToSpace", [c.In(2, 12, 2, 3)], ("blocksize", 2), ("mode", mode)));
        }
    }
}
