using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>Parts of tensors and borders around them.</summary>
internal static class TFLiteSlicing
{
    public static KeyValuePair<string, Action<TFLiteContext>>[] Table { get; } =
    [
        new("SLICE", Slice),
        new("STRIDED_SLICE", StridedSlice),
        new("REVERSE_V2", Reverse),
        new("SPLIT", Split),
        new("SPLIT_V", SplitV),
        new("PAD", c => Pad(c, 0)),
        new("PADV2", PadV2),
        new("MIRROR_PAD", MirrorPad),
        new("SPACE_TO_BATCH_ND", SpaceToBatch),
        new("BATCH_TO_SPACE_ND", BatchToSpace),
    ];

    // A size of -1 means up to the end.
    private static void Slice(TFLiteContext c)
    {
        Value x = c.In(0);
        int[] begin = c.Ints(1, "begin");
        int[] size = c.Ints(2, "size");
        if (begin.Length != x.Shape.Rank || size.Length != x.Shape.Rank)
        {
            throw TFLiteRefusal.Misfit($"{begin.Length} begins and {size.Length} sizes for {x.Shape}.");
        }

        size = [.. size.Select((s, i) => s == -1 ? checked(x.Shape[i] - begin[i]) : s)];
        c.Result(new StridedSlice(begin, [.. begin.Select(_ => 1)], size), x);
    }

    // Options: 0 begin, 1 end, 2 ellipsis, 3 new axis, 4 shrink axis (masks), 5 end counts from begin.
    private static void StridedSlice(TFLiteContext c)
    {
        Value x = c.In(0);
        TFLiteOperator op = c.Operator;
        TFLiteStridedSlice slice = new(x.Shape, c.Ints(1, "begin"), c.Ints(2, "end"), c.Ints(3, "strides"),
            op.Int(0), op.Int(1), op.Int(2), op.Int(3), op.Int(4), op.Bool(5));
        StridedSlice cut = new(slice.Begin, slice.Stride, slice.Size);
        if (slice.Result.SequenceEqual(slice.Size))
        {
            c.Result(cut, x);
            return;
        }

        Value part = c.Emit(cut, "slice", x.Type with { Shape = new Shape(slice.Size) }, x);
        c.Result(new Reshape(slice.Result), part);
    }

    private static void Reverse(TFLiteContext c)
    {
        Value x = c.In(0);
        int[] axes = [.. c.Ints(1, "axes").Select(a => TFLiteMovement.Axis(a, x.Shape.Rank))];
        int[] begin = [.. x.Shape.Dims.Select((d, i) => axes.Contains(i) ? d - 1 : 0)];
        int[] stride = [.. x.Shape.Dims.Select((_, i) => axes.Contains(i) ? -1 : 1)];
        c.Result(new StridedSlice(begin, stride, x.Shape.ToArray()), x);
    }

    // Inputs: axis, x.
    private static void Split(TFLiteContext c)
    {
        Value x = c.In(1);
        int axis = TFLiteMovement.Axis(c.Int(0, "axis"), x.Shape.Rank);
        int count = c.Operator.Outputs.Length;
        if (x.Shape[axis] % count != 0)
        {
            throw TFLiteRefusal.Misfit($"axis {axis} of {x.Shape} does not divide into {count} parts.");
        }

        c.Result(new Split(axis, [.. Enumerable.Repeat(x.Shape[axis] / count, count)]), x);
    }

    // Inputs: x, sizes (one may be -1: the rest), axis.
    private static void SplitV(TFLiteContext c)
    {
        Value x = c.In(0);
        int axis = TFLiteMovement.Axis(c.Int(2, "axis"), x.Shape.Rank);
        int[] sizes = [.. c.Ints(1, "sizes")];
        int open = Array.IndexOf(sizes, -1);
        if (open >= 0)
        {
            sizes[open] = checked(x.Shape[axis] - sizes.Where((_, i) => i != open).Sum());
        }

        c.Result(new Split(axis, sizes), x);
    }

    private static void Pad(TFLiteContext c, float value)
    {
        Value x = c.In(0);
        (int[] before, int[] after) = Pads(c, 1, x.Shape.Rank, "paddings");
        c.Result(new Pad(before, after, PadMode.Constant, value), x);
    }

    // The value of the padding is a scalar in the numbers of the output.
    private static void PadV2(TFLiteContext c)
    {
        Value pad = c.In(2, "padding value");
        Tensor data = c.Constant(2, "padding value");
        Quantization? quantization = pad.Quantization ?? c.OutType().Quantization;
        if (data.Count != 1 || (quantization is not null && data.DType == DType.Float32))
        {
            throw TFLiteRefusal.Misfit($"the padding value is {pad.Type}; expected one number of the output's type.");
        }

        Pad(c, data.ToFloats(quantization)[0]);
    }

    private static void MirrorPad(TFLiteContext c)
    {
        Value x = c.In(0);
        (int[] before, int[] after) = Pads(c, 1, x.Shape.Rank, "paddings");
        PadMode mode = c.Operator.Byte(0) == 0 ? PadMode.Reflect : PadMode.Symmetric;
        c.Result(new Pad(before, after, mode, 0), x);
    }

    // x [N, s.., rest] is padded, cut into blocks, and the position within the block becomes part of the batch:
    // [N, s/b, b, .., rest] -> [b.., N, s/b.., rest] -> [N*b.., s/b.., rest].
    private static void SpaceToBatch(TFLiteContext c)
    {
        Value x = c.In(0);
        int[] block = Block(c, x);
        int axes = block.Length;
        (int[] before, int[] after) = Pads(c, 2, axes, "paddings");
        int others = x.Shape.Rank - 1 - axes;
        Pad pad = new([0, .. before, .. new int[others]], [0, .. after, .. new int[others]], PadMode.Constant, 0);
        int[] padded = [.. x.Shape.Dims.Select((d, i) => checked(d + pad.Before[i] + pad.After[i]))];
        Value wide = before.Concat(after).All(p => p == 0) ? x : c.Emit(pad, "padded", x.Type with { Shape = new Shape(padded) }, x);

        int rest = padded.Skip(1 + axes).Aggregate(1, (p, d) => checked(p * d));
        List<int> cut = [padded[0]];
        List<int> first = [];
        List<int> second = [0];
        List<int> result = [padded[0]];
        for (int i = 0; i < axes; i++)
        {
            if (padded[1 + i] % block[i] != 0)
            {
                throw TFLiteRefusal.Misfit($"axis {1 + i} of {wide.Shape} does not divide into blocks of {block[i]}.");
            }

            cut.AddRange([padded[1 + i] / block[i], block[i]]);
            first.Add(2 + 2 * i);
            second.Add(1 + 2 * i);
            result[0] = checked(result[0] * block[i]);
            result.Add(padded[1 + i] / block[i]);
        }

        Blocks(c, wide, [.. cut, rest], [.. first, .. second, 1 + 2 * axes], [.. result, .. padded.Skip(1 + axes)]);
    }

    // The way back: [b.., N, s.., rest] -> [N, s, b, .., rest] -> [N, s*b.., rest], then the crops are cut off.
    private static void BatchToSpace(TFLiteContext c)
    {
        Value x = c.In(0);
        int[] block = Block(c, x);
        int axes = block.Length;
        (int[] before, int[] after) = Pads(c, 2, axes, "crops");
        int blocks = block.Aggregate(1, (p, b) => checked(p * b));
        if (x.Shape[0] % blocks != 0)
        {
            throw TFLiteRefusal.Misfit($"batch {x.Shape[0]} does not divide into {blocks} blocks.");
        }

        int rest = x.Shape.Dims.Skip(1 + axes).Aggregate(1, (p, d) => checked(p * d));
        List<int> order = [axes];
        List<int> result = [x.Shape[0] / blocks];
        for (int i = 0; i < axes; i++)
        {
            order.AddRange([axes + 1 + i, i]);
            result.Add(checked(x.Shape[1 + i] * block[i]));
        }

        int[] cut = [.. block, x.Shape[0] / blocks, .. x.Shape.Dims.Skip(1).Take(axes), rest];
        int[] whole = [.. result, .. x.Shape.Dims.Skip(1 + axes)];
        if (before.Concat(after).All(p => p == 0))
        {
            Blocks(c, x, cut, [.. order, 1 + 2 * axes], whole);
            return;
        }

        Value value = c.Reshaped(x, "blocks", cut);
        value = Moved(c, value, [.. order, 1 + 2 * axes]);
        value = c.Reshaped(value, "whole", whole);
        int[] begin = [0, .. before, .. new int[x.Shape.Rank - 1 - axes]];
        int[] size = [.. whole.Select((d, i) => i >= 1 && i <= axes ? d - before[i - 1] - after[i - 1] : d)];
        c.Result(new StridedSlice(begin, [.. begin.Select(_ => 1)], size), value);
    }

    private static void Blocks(TFLiteContext c, Value value, int[] cut, int[] order, int[] result) =>
        c.Result(new Reshape(result), Moved(c, c.Reshaped(value, "blocks", cut), order));

    private static Value Moved(TFLiteContext c, Value value, int[] order) =>
        c.Emit(new Transpose(order), "moved", value.Type with { Shape = new Shape([.. order.Select(i => value.Shape[i])]) }, value);

    private static int[] Block(TFLiteContext c, Value x)
    {
        int[] block = c.Ints(1, "block shape");
        return block.Length < x.Shape.Rank && block.Length is 1 or 2 && block.All(b => b >= 1) ? block
            : throw TFLiteRefusal.Misfit($"block [{string.Join(",", block)}] of {x.Shape}; expected one or two positive numbers.");
    }

    // Pairs before, after for each axis.
    private static (int[] Before, int[] After) Pads(TFLiteContext c, int input, int axes, string what)
    {
        int[] pads = c.Ints(input, what);
        if (pads.Length != 2 * axes || pads.Any(p => p < 0))
        {
            throw TFLiteRefusal.Misfit($"{what} [{string.Join(",", pads)}]: expected {axes} pairs, none negative.");
        }

        return ([.. pads.Where((_, i) => i % 2 == 0)], [.. pads.Where((_, i) => i % 2 == 1)]);
    }
}
