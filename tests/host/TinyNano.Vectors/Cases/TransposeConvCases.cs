using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>TRANSPOSE_CONV_2D: int8, int16, float; strides, both paddings, uneven output sizes, batches, extreme scales.</summary>
public sealed class TransposeConvCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        // TFLite knows neither groups nor an int32 bias with int16 numbers.
        foreach (WeightTypes types in new[] { WeightTypes.S8, WeightTypes.S16, WeightTypes.F32 })
        {
            yield return Case(types, "stride2_same_batch2", [2, 3, 4, 3], [4, 3, 3, 3], [2, 2], [6, 8], same: true, Clamp.None);
            yield return Case(types, "stride3x2_valid", [1, 3, 2, 5], [2, 3, 4, 5], [3, 2], [9, 6], same: false, Clamp.Relu);
            yield return Case(types, "window_smaller_than_stride", [1, 3, 3, 2], [3, 1, 2, 2], [2, 3], [5, 8], same: false, Clamp.None);
        }

        yield return Case(WeightTypes.S8, "stride1_same_relu6", [1, 4, 5, 2], [3, 3, 2, 2], [1, 1], [4, 5], same: true, Clamp.Relu6);
        yield return Case(WeightTypes.S8, "uneven_same", [1, 3, 3, 2], [2, 5, 4, 2], [2, 2], [5, 6], same: true, Clamp.None);
        yield return Case(WeightTypes.S8, "per_tensor_no_bias", [1, 2, 3, 4], [3, 2, 2, 4], [2, 2], [4, 6], same: false, Clamp.None, perChannel: false, bias: false);
        yield return Case(WeightTypes.S8, "extreme_scales", [1, 2, 2, 4], [4, 2, 2, 4], [1, 1], [3, 3], same: false, Clamp.None, extreme: true);
    }

    private static CaseSpec Case(
        WeightTypes types, string name, int[] x, int[] w, int[] stride, int[] size, bool same, Clamp clamp, bool perChannel = true, bool bias = true, bool extreme = false)
    {
        int top = same ? ConvolutionCases.Pads(size[0], w[1], stride[0], 1).Before : 0;
        int left = same ? ConvolutionCases.Pads(size[1], w[2], stride[1], 1).Before : 0;
        TransposeConv2D op = new(stride[0], stride[1], top, left, size[0], size[1], 1, clamp);
        int depth = Math.Max(1, w[1] / stride[0]) * Math.Max(1, w[2] / stride[1]) * w[3];
        WeightCase c = new($"{types}_{name}", types, depth, perChannel ? w[0] : 1) { Extreme = extreme };
        return c.Finish("transpose_conv_2d", c.Builder.Op(op, "y", c.Y, c.X(x), c.W(0, w), bias ? c.Bias(w[0]) : null));
    }
}
