using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>
/// What the reference lacks of convolutions, matrix products and pools: groups of transposed ones, free padding, counted
/// padding, dilated pools, weights with a zero point or made by the model. Expected numbers are those of <see cref="WindowArithmetic"/>.
/// </summary>
public sealed class OwnWindowCases : ICaseFamily
{
    private const string Origin = "TinyNano.Vectors, WindowArithmetic.cs: float32 in double precision, integers with TFLite's roundings, by definition and apart from compiler and runtime";

    private static readonly DType[] PoolTypes = [DType.Int8, DType.Int16, DType.Float32];

    public IEnumerable<CaseSpec> Cases() => [.. Convolutions(), .. Transposed(), .. Products(), .. Pools()];

    private static IEnumerable<CaseSpec> Convolutions()
    {
        foreach (WeightTypes types in Enum.GetValues<WeightTypes>())
        {
            yield return Weighted("conv_2d_own", types, "uneven_pads_groups", [2, 5, 4, 6], [4, 3, 2, 3], 0, new Conv2D(2, 1, 1, 2, 2, 0, 0, 3, 2, Clamp.Relu));
            yield return Weighted("depthwise_conv_2d_own", types, "uneven_pads", [2, 4, 5, 3], [1, 3, 2, 6], 3, new DepthwiseConv2D(1, 2, 2, 1, 3, 1, 0, 2, 2, Clamp.None));
        }

        // Padding wider than the window: the outermost outputs are the bias alone.
        yield return Weighted("conv_2d_own", WeightTypes.S8, "windows_outside", [1, 2, 3, 2], [3, 2, 2, 2], 0, new Conv2D(1, 1, 1, 1, 3, 4, 2, 3, 1, Clamp.None));
        yield return Weighted("conv_2d_own", WeightTypes.S8, "made_weights", [1, 3, 3, 2], [3, 2, 2, 2], 0, new Conv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, Clamp.None), made: true);
        yield return Weighted("depthwise_conv_2d_own", WeightTypes.S8, "no_bias", [1, 4, 4, 5], [1, 3, 3, 5], 3, new DepthwiseConv2D(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.None), bias: false);
        yield return Weighted("depthwise_conv_2d_own", WeightTypes.S16, "no_bias", [1, 4, 4, 2], [1, 3, 3, 2], 3, new DepthwiseConv2D(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.None), bias: false);
        yield return Weighted("depthwise_conv_2d_own", WeightTypes.S8, "windows_outside", [1, 2, 2, 3], [1, 2, 2, 3], 3, new DepthwiseConv2D(1, 1, 1, 1, 3, 3, 2, 3, 1, Clamp.None));
    }

    private static IEnumerable<CaseSpec> Transposed()
    {
        foreach (WeightTypes types in Enum.GetValues<WeightTypes>())
        {
            yield return Weighted("transpose_conv_2d_own", types, "groups_free_pads", [2, 3, 4, 4], [6, 3, 4, 2], 0, new TransposeConv2D(2, 3, 1, 2, 7, 10, 2, Clamp.Relu));
        }

        yield return Weighted("transpose_conv_2d_own", WeightTypes.S8, "pads_beyond_window", [1, 4, 5, 2], [3, 2, 3, 2], 0, new TransposeConv2D(1, 2, 3, 4, 6, 3, 1, Clamp.None));
    }

    private static IEnumerable<CaseSpec> Products()
    {
        foreach (WeightTypes types in Enum.GetValues<WeightTypes>().Where(t => t != WeightTypes.F32))
        {
            yield return Weighted("fully_connected_own", types, "weights_zero_point", [3, 7], [6, 7], 0, new FullyConnected(Clamp.None), wZero: 9);
        }

        yield return Weighted("fully_connected_own", WeightTypes.S8, "made_weights", [2, 5], [3, 5], 0, new FullyConnected(Clamp.None), made: true, wZero: -4);
        yield return Weighted("fully_connected_own", WeightTypes.F32, "made_weights", [2, 5], [3, 5], 0, new FullyConnected(Clamp.Relu), made: true, bias: false);
        foreach (DType type in PoolTypes)
        {
            yield return Own(BatchMatMulCases.Case(type, "rank6", [2, 1, 1, 2, 2, 3], [1, 3, 1, 1, 3, 2]) with { Op = "batch_matmul_own" });
        }
    }

    private static IEnumerable<CaseSpec> Pools()
    {
        foreach (DType type in PoolTypes)
        {
            yield return Pool("average_pool_2d_own", type, "counted_pads", [2, 4, 5, 3], new AveragePool2D(3, 3, 2, 1, 1, 1, 2, 0, true, Clamp.None));
            yield return Pool("average_pool_2d_own", type, "uneven_pads", [1, 5, 4, 2], new AveragePool2D(2, 3, 2, 2, 0, 1, 2, 1, false, Clamp.Relu));
            yield return Pool("average_pool_2d_own", type, "counted_overhang", [1, 4, 4, 2], new AveragePool2D(4, 3, 3, 2, 1, 2, 1, 2, true, Clamp.None));
            yield return Pool("max_pool_2d_own", type, "dilated", [1, 7, 6, 3], new MaxPool2D(2, 3, 1, 1, 3, 2, 0, 0, 0, 0, Clamp.None));
            yield return Pool("max_pool_2d_own", type, "dilated_uneven_pads", [2, 5, 6, 2], new MaxPool2D(3, 2, 2, 1, 2, 3, 1, 3, 2, 0, Clamp.None));
        }
    }

    private static CaseSpec Weighted(
        string file, WeightTypes types, string name, int[] x, int[] w, int axis, Op op, bool bias = true, bool made = false, int wZero = 0)
    {
        int channels = w[axis];
        int depth = op is DepthwiseConv2D ? w[1] * w[2] : w.Aggregate(1, (a, b) => a * b) / channels;
        WeightCase c = new($"{types}_{name}", types, depth, made || wZero != 0 ? 1 : channels);
        Value input = c.X(x);
        Value weights = c.W(axis, w);
        if (wZero != 0)
        {
            weights.Type = weights.Type with { Quantization = new Quantization(weights.Quantization!.Scale, wZero) };
        }

        if (made)
        {
            weights = c.Builder.Input("w", weights.DType, w, weights.Quantization);
        }

        return Own(c.Finish(file, c.Builder.Op(op, "y", c.Y, input, weights, bias ? c.Bias(channels) : null)));
    }

    private static CaseSpec Pool(string file, DType type, string name, int[] shape, Op op)
    {
        string fullName = $"{type.ShortName()}_{name}";
        Seeded random = new((ulong)fullName.Aggregate(11L, (hash, c) => hash * 31 + c));
        Quantization? q = PoolCases.Quantized(type);
        GraphBuilder b = new(fullName);
        b.Output(b.Op(op, "y", q, b.Input("x", type, shape, q)));
        return Own(new CaseSpec(file, fullName, b.Graph, [random.Tensor(type, new Shape(shape))]));
    }

    private static CaseSpec Own(CaseSpec spec) => spec with { Outputs = [WindowArithmetic.Run(spec.Graph, spec.Inputs)], Origin = Origin };
}
