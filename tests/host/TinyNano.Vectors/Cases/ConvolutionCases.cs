using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>CONV_2D and DEPTHWISE_CONV_2D in every combination of types: strides, dilations, groups, pads, batches, extreme scales.</summary>
public sealed class ConvolutionCases : ICaseFamily
{
    private static readonly WeightTypes[] AllTypes = [WeightTypes.S8, WeightTypes.S16, WeightTypes.S16Bias32, WeightTypes.F32];

    public IEnumerable<CaseSpec> Cases()
    {
        foreach (WeightTypes types in AllTypes)
        {
            yield return Conv(types, "3x3_same_batch2", [2, 5, 6, 3], [5, 3, 3, 3], Same(5, 6, [3, 3], [1, 1], [1, 1]));
            yield return Conv(types, "1x1", [1, 3, 4, 8], [7, 1, 1, 8], new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.Relu6));
            yield return Conv(types, "groups2_dilated", [1, 7, 8, 4], [6, 3, 2, 2], new Conv2D(1, 1, 2, 3, 0, 0, 0, 0, 2, Clamp.None));
            yield return Conv(types, "stride2_uneven_pads", [1, 6, 7, 3], [4, 3, 5, 3], new Conv2D(2, 3, 1, 1, 0, 1, 2, 1, 1, Clamp.Relu));
        }

        yield return Conv(WeightTypes.S8, "1x1_stride2", [1, 5, 5, 6], [4, 1, 1, 6], new Conv2D(2, 2, 1, 1, 0, 0, 0, 0, 1, Clamp.ReluN1To1));
        yield return Conv(WeightTypes.S8, "dilated_same", [1, 6, 6, 2], [3, 3, 3, 2], Same(6, 6, [3, 3], [1, 1], [2, 3]), xZero: -128);
        yield return Conv(WeightTypes.S8, "window_larger_than_input", [1, 2, 2, 3], [4, 5, 5, 3], Same(2, 2, [5, 5], [1, 1], [1, 1]), xZero: 127);
        yield return Conv(WeightTypes.S8, "one_dimension", [1, 1, 20, 5], [6, 1, 3, 5], Same(1, 20, [1, 3], [1, 2], [1, 1]));
        yield return Conv(WeightTypes.S8, "as_many_groups_as_channels", [1, 4, 4, 4], [4, 2, 2, 1], new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 4, Clamp.None));
        yield return Conv(WeightTypes.S8, "per_tensor", [1, 4, 4, 5], [6, 2, 2, 5], new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None), perChannel: false);
        yield return Conv(WeightTypes.S8, "no_bias", [1, 4, 4, 3], [3, 2, 2, 3], new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None), bias: false);
        yield return Conv(WeightTypes.S16, "no_bias", [1, 4, 4, 3], [3, 2, 2, 3], new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None), bias: false);
        yield return Conv(WeightTypes.F32, "no_bias", [1, 4, 4, 3], [3, 2, 2, 3], new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None), bias: false);
        yield return Conv(WeightTypes.S8, "extreme_scales", [1, 3, 3, 4], [5, 2, 2, 4], new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None), extreme: true);

        foreach (WeightTypes types in AllTypes.Where(t => t != WeightTypes.S16Bias32))
        {
            yield return Depthwise(types, "3x3_same_batch2", [2, 5, 6, 9], [1, 3, 3, 9], DepthwiseSame(5, 6, [3, 3], [1, 1], [1, 1], 1));
            yield return Depthwise(types, "multiplier3_dilated", [1, 7, 8, 2], [1, 3, 2, 6], new DepthwiseConv2D(1, 1, 2, 3, 0, 0, 0, 0, 3, Clamp.None));
            yield return Depthwise(types, "stride2_uneven_pads", [1, 6, 7, 3], [1, 3, 5, 3], new DepthwiseConv2D(2, 3, 1, 1, 0, 1, 2, 1, 1, Clamp.Relu6));
        }

        yield return Depthwise(WeightTypes.S8, "one_to_many", [1, 9, 6, 1], [1, 4, 3, 8], DepthwiseSame(9, 6, [4, 3], [2, 2], [1, 1], 8));
        yield return Depthwise(WeightTypes.S8, "window_larger_than_input", [1, 2, 2, 3], [1, 5, 5, 3], DepthwiseSame(2, 2, [5, 5], [1, 1], [1, 1], 1), xZero: 127);
        yield return Depthwise(WeightTypes.S8, "dilated_same", [1, 6, 6, 4], [1, 3, 3, 4], DepthwiseSame(6, 6, [3, 3], [1, 1], [3, 2], 1), xZero: -128);
        yield return Depthwise(WeightTypes.S8, "per_tensor", [1, 4, 4, 5], [1, 2, 2, 5], new DepthwiseConv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None), perChannel: false);
        yield return Depthwise(WeightTypes.S8, "extreme_scales", [1, 3, 3, 4], [1, 2, 2, 4], new DepthwiseConv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.Relu6), extreme: true);
    }

    private static CaseSpec Conv(
        WeightTypes types, string name, int[] x, int[] w, Conv2D op, bool perChannel = true, bool bias = true, int xZero = -7, bool extreme = false)
    {
        WeightCase c = new($"{types}_{name}", types, w[1] * w[2] * w[3], perChannel ? w[0] : 1) { XZero = xZero, Extreme = extreme };
        return c.Finish("conv_2d", c.Builder.Op(op, "y", c.Y, c.X(x), c.W(0, w), bias ? c.Bias(w[0]) : null));
    }

    private static CaseSpec Depthwise(
        WeightTypes types, string name, int[] x, int[] w, DepthwiseConv2D op, bool perChannel = true, int xZero = -7, bool extreme = false)
    {
        WeightCase c = new($"{types}_{name}", types, w[1] * w[2], perChannel ? w[3] : 1) { XZero = xZero, Extreme = extreme };
        return c.Finish("depthwise_conv_2d", c.Builder.Op(op, "y", c.Y, c.X(x), c.W(3, w), c.Bias(w[3])));
    }

    private static Conv2D Same(int h, int w, int[] filter, int[] stride, int[] dilation)
    {
        (int top, int bottom) = Pads(h, filter[0], stride[0], dilation[0]);
        (int left, int right) = Pads(w, filter[1], stride[1], dilation[1]);
        return new Conv2D(stride[0], stride[1], dilation[0], dilation[1], top, bottom, left, right, 1, Clamp.None);
    }

    private static DepthwiseConv2D DepthwiseSame(int h, int w, int[] filter, int[] stride, int[] dilation, int multiplier)
    {
        Conv2D same = Same(h, w, filter, stride, dilation);
        return new DepthwiseConv2D(same.StrideH, same.StrideW, same.DilationH, same.DilationW, same.PadTop, same.PadBottom, same.PadLeft, same.PadRight, multiplier, Clamp.Relu);
    }

    /// <summary>Padding that TFLite calls SAME: as many outputs as inputs / stride, the odd cell at the end.</summary>
    internal static (int Before, int After) Pads(int size, int filter, int stride, int dilation)
    {
        int total = Math.Max(((size + stride - 1) / stride - 1) * stride + (filter - 1) * dilation + 1 - size, 0);
        return (total / 2, total - total / 2);
    }
}
