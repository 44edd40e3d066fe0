using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>Forms of data movement, reduction and normalisation that the reference lacks; expected is the meaning of the graph.</summary>
public sealed class MovementMeaningCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases() => [.. Copies(), .. Pads(), .. Gathers(), .. Reductions(), .. ArgMaxes(), .. Resizes(), .. Softmaxes()];

    private static IEnumerable<CaseSpec> Copies()
    {
        yield return Case("strided_copy", "f32_depth_to_space_crd", new DepthToSpace(2, true), DType.Float32, 2, 2, 3, 12);
        yield return Case("strided_copy", "i64_transpose", new Transpose([2, 0, 1]), DType.Int64, 2, 3, 4);
        yield return Case("strided_copy", "bool_transpose", new Transpose([1, 0]), DType.Bool, 3, 4);
        yield return Case("strided_copy", "u8_slice", new StridedSlice([2, 0], [-1, 3], [3, 2]), DType.UInt8, 3, 5);
        yield return Case("strided_copy", "f32_transpose_rank6", new Transpose([5, 3, 1, 4, 2, 0]), DType.Float32, 2, 3, 2, 2, 3, 2);
        yield return Case("strided_copy", "i16_space_to_depth", new SpaceToDepth(3), DType.Int16, 1, 3, 6, 2);
    }

    private static IEnumerable<CaseSpec> Pads()
    {
        foreach (DType type in (DType[])[DType.Float32, DType.Int8, DType.Int16, DType.Int64])
        {
            yield return Case("pad", $"{type.ShortName()}_edge", new Pad([0, 1, 2, 0], [1, 0, 3, 2], PadMode.Edge, 0), type, 1, 2, 3, 2);
            yield return Case("pad", $"{type.ShortName()}_minus_one", new Pad([1, 0, 2], [0, 1, 1], PadMode.Constant, -1), type, 2, 2, 3);
        }

        yield return Case("pad", "bool_true", new Pad([1, 1], [0, 2], PadMode.Constant, 1), DType.Bool, 2, 2);
        yield return Case("pad", "i16_reflect", new Pad([2, 0], [1, 2], PadMode.Reflect, 0), DType.Int16, 3, 4);
        yield return Case("pad", "i64_symmetric", new Pad([2, 1], [3, 0], PadMode.Symmetric, 0), DType.Int64, 3, 4);
        yield return Case("pad", "f32_infinity", new Pad([1, 1], [1, 1], PadMode.Constant, float.NegativeInfinity), DType.Float32, 2, 2);
    }

    private static IEnumerable<CaseSpec> Gathers()
    {
        foreach (DType type in (DType[])[DType.Int16, DType.Int64, DType.Bool])
        {
            yield return Moves.Meaning("gather", $"{type.ShortName()}_negative", b =>
                b.Op(new Gather(1), "y", null, b.Input("x", type, [2, 5, 3]), GraphBuilder.Const("i", Tensor.Of(new Shape(4), [-1L, 0, -5, 2]))));
        }
    }

    private static IEnumerable<CaseSpec> Reductions()
    {
        foreach (ReduceKind kind in Enum.GetValues<ReduceKind>())
        {
            yield return Case("reduce", $"i32_{kind}".ToLowerInvariant(), new Reduce(kind, [0, 2], false), DType.Int32, 2, 3, 2);
        }

        yield return Case("reduce", "f32_prod", new Reduce(ReduceKind.Prod, [1], true), DType.Float32, 3, 4, 2);
        yield return Case("reduce", "f32_mean_everything", new Reduce(ReduceKind.Mean, [], false), DType.Float32, 3, 4, 2);
        yield return Case("reduce", "f32_max_alternating", new Reduce(ReduceKind.Max, [0, 2, 4], false), DType.Float32, 2, 3, 2, 2, 3);
    }

    private static IEnumerable<CaseSpec> ArgMaxes()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Int32, DType.Float32])
        {
            yield return Case("arg_max", $"{type.ShortName()}_to_i64", new ArgMax(1, false, DType.Int64, true), type, 3, 6, 2);
            yield return Case("arg_max", $"{type.ShortName()}_min_to_i32", new ArgMax(-1, true, DType.Int32, true), type, 2, 3, 5);
        }
    }

    private static IEnumerable<CaseSpec> Resizes()
    {
        foreach (CoordinateMode mode in Enum.GetValues<CoordinateMode>())
        {
            foreach (NearestMode nearest in Enum.GetValues<NearestMode>())
            {
                yield return Case("resize", $"i8_nearest_{mode}_{nearest}".ToLowerInvariant(), new Resize(ResizeKind.Nearest, 7, 2, mode, nearest), DType.Int8, 1, 3, 5, 2);
            }
        }

        yield return Case("resize", "i64_nearest", new Resize(ResizeKind.Nearest, 4, 6, CoordinateMode.Asymmetric, NearestMode.Floor), DType.Int64, 1, 2, 3, 1);
        yield return Case("resize", "i8_nearest_scales", new Resize(ResizeKind.Nearest, 4, 3, CoordinateMode.HalfPixel, NearestMode.RoundPreferFloor, 1.5f, 0.7f), DType.Int8, 1, 3, 5, 2);
        yield return Case("resize", "f32_bilinear_scales", new Resize(ResizeKind.Bilinear, 4, 3, CoordinateMode.Asymmetric, NearestMode.Floor, 1.5f, 0.7f), DType.Float32, 1, 3, 5, 2);
        yield return Case("resize", "f32_bilinear_pytorch", new Resize(ResizeKind.Bilinear, 1, 7, CoordinateMode.PytorchHalfPixel, NearestMode.Floor), DType.Float32, 2, 3, 5, 2);
    }

    private static IEnumerable<CaseSpec> Softmaxes()
    {
        yield return Case("softmax", "f32_middle_axis", new Softmax(1, 1), DType.Float32, 2, 5, 3);
        yield return Case("softmax", "f32_first_axis_beta", new Softmax(0.5f, 0), DType.Float32, 4, 3);
        yield return Case("log_softmax", "f32_middle_axis", new LogSoftmax(1), DType.Float32, 2, 5, 3);
    }

    private static CaseSpec Case(string device, string name, Op op, DType type, params int[] shape) =>
        Moves.Meaning(device, name, b => b.Op(op, "y", null, b.Input("x", type, shape)));
}
