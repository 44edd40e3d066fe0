using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// STRIDED_COPY, which all operators become that only move elements: y[i] = x[offset + sum of i_k * stride_k], with i over
/// <c>dims</c> and x as a flat list.
/// </summary>
internal static class StridedCopies
{
    private const int MaxRank = 6;

    /// <summary>Makes <paramref name="y"/> from <paramref name="x"/>: another view of it where nothing moves, else one step.</summary>
    public static void Lower(Lowering to, Value x, Value y, int offset, int[] dims, int[] strides)
    {
        DeviceTensor source = to.Tensor(x);
        (int[] length, int[] stride) = Merge(dims, strides);
        bool still = offset == 0 && y.Shape.Count == x.Shape.Count && (length.Length == 0 || stride is [1]);
        if (still)
        {
            to.Alias(y, source);
        }
        else
        {
            Step(to, source, to.Tensor(y), offset, dims, strides);
        }
    }

    /// <summary>The step alone, between two tensors.</summary>
    public static void Step(Lowering to, DeviceTensor x, DeviceTensor y, int offset, int[] dims, int[] strides)
    {
        (int[] length, int[] stride) = Merge(dims, strides);
        OpHelpers.Check(length.Length <= MaxRank, $"the move has {length.Length} axes that cannot be merged; the device has {MaxRank}");
        List<(string, int)> parameters = [("offset", offset)];
        for (int k = 0; k < MaxRank; k++)
        {
            parameters.Add(($"stride{k}", k < stride.Length ? stride[k] : 0));
        }

        to.Step(DeviceOps.StridedCopy, [x], [Lowering.View(y, new Shape(length))], parameters);
    }

    /// <summary>Drops axes of one element and joins neighbours that one stride walks through.</summary>
    public static (int[] Dims, int[] Strides) Merge(int[] dims, int[] strides)
    {
        List<int> length = [];
        List<int> stride = [];
        for (int k = dims.Length - 1; k >= 0; k--)
        {
            if (dims[k] == 1)
            {
                continue;
            }

            if (length.Count > 0 && strides[k] == (long)stride[^1] * length[^1])
            {
                length[^1] *= dims[k];
            }
            else
            {
                length.Add(dims[k]);
                stride.Add(strides[k]);
            }
        }

        length.Reverse();
        stride.Reverse();
        return ([.. length], [.. stride]);
    }
}
