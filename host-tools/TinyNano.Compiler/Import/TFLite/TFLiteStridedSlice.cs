using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>
/// Python's slices with TensorFlow's masks, resolved for a known shape: bit i of a mask speaks of entry i of begin, end
/// and strides. Begin and end masks leave a bound open; the ellipsis stands for as many whole axes as are left; a new axis
/// adds one of size 1; a shrunk axis takes one index and disappears. Bounds beyond the tensor are clamped.
/// </summary>
internal sealed class TFLiteStridedSlice
{
    public TFLiteStridedSlice(
        Shape x, int[] begin, int[] end, int[] strides, int beginMask, int endMask, int ellipsisMask, int newAxisMask, int shrinkMask, bool relativeEnd)
    {
        int entries = begin.Length;
        if (end.Length != entries || strides.Length != entries || entries > 31 || (ellipsisMask & (ellipsisMask - 1)) != 0)
        {
            throw TFLiteRefusal.Misfit($"{entries} begins, {end.Length} ends, {strides.Length} strides, ellipsis mask {ellipsisMask}.");
        }

        Begin = new int[x.Rank];
        Stride = [.. Begin.Select(_ => 1)];
        Size = x.ToArray();
        List<int> result = [];
        int axis = 0;
        for (int i = 0; i < entries; i++)
        {
            if (Bit(ellipsisMask, i))
            {
                int taken = Enumerable.Range(i + 1, entries - i - 1).Count(j => !Bit(newAxisMask, j));
                for (; axis < x.Rank - taken; axis++)
                {
                    result.Add(x[axis]);
                }
            }
            else if (Bit(newAxisMask, i))
            {
                result.Add(1);
            }
            else
            {
                if (axis >= x.Rank)
                {
                    throw TFLiteRefusal.Misfit($"{entries} entries for {x}.");
                }

                int stop = relativeEnd ? unchecked(begin[i] + end[i]) : end[i];
                Resolve(axis, x[axis], begin[i], stop, strides[i], Bit(beginMask, i), Bit(endMask, i), Bit(shrinkMask, i));
                if (!Bit(shrinkMask, i))
                {
                    result.Add(Size[axis]);
                }

                axis++;
            }
        }

        for (; axis < x.Rank; axis++)
        {
            result.Add(x[axis]);
        }

        Result = [.. result];
    }

    public int[] Begin { get; }

    public int[] Stride { get; }

    /// <summary>Elements along each axis of x.</summary>
    public int[] Size { get; }

    /// <summary>The shape after new axes are put in and shrunk ones taken out.</summary>
    public int[] Result { get; }

    private void Resolve(int axis, int size, int begin, int end, int stride, bool openBegin, bool openEnd, bool shrink)
    {
        if (stride == 0 || (shrink && stride < 0))
        {
            throw TFLiteRefusal.Misfit($"stride {stride} on axis {axis}.");
        }

        if (shrink)
        {
            long index = begin < 0 ? (long)begin + size : begin;
            Begin[axis] = index >= 0 && index < size ? (int)index
                : throw TFLiteRefusal.Misfit($"index {begin} into axis {axis} of size {size}.");
            Size[axis] = 1;
            return;
        }

        (long least, long most) = stride > 0 ? (0L, size) : (-1L, size - 1L);
        long Canonical(int bound) => Math.Clamp(bound < 0 ? (long)bound + size : bound, least, most);
        long first = !openBegin ? Canonical(begin) : stride > 0 ? least : most;
        long last = !openEnd ? Canonical(end) : stride > 0 ? most : least;
        long count = stride > 0 ? (last - first + stride - 1) / stride : (first - last - stride - 1) / -(long)stride;
        if (count < 1)
        {
            throw TFLiteRefusal.Attribute($"the slice of axis {axis} (size {size}, from {first} to {last} by {stride}) is empty.");
        }

        Begin[axis] = (int)first;
        Stride[axis] = stride;
        Size[axis] = (int)count;
    }

    private static bool Bit(int mask, int i) => (mask >> i & 1) != 0;
}
