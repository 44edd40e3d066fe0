using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>STRIDED_COPY through every operator that becomes one: slices, splits, transposes, broadcasts, space and depth moves.</summary>
public sealed class StridedCopyCases : ICaseFamily
{
    private const string Device = "strided_copy";

    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Float32])
        {
            yield return Case(type, "transpose_nchw", new Transpose([0, 3, 1, 2]), 2, 3, 4, 5);
            yield return Case(type, "transpose_matrix", new Transpose([1, 0]), 5, 7);
            yield return Case(type, "split", new Split(1, [2, 2, 2]), 3, 6, 2);
            yield return Case(type, "split_uneven", new Split(2, [1, 4, 2]), 2, 3, 7);
            yield return Case(type, "slice", new StridedSlice([1, 0, 2], [1, 1, 1], [2, 3, 2]), 4, 3, 5);
            yield return Case(type, "slice_rows", new StridedSlice([1, 0, 0], [1, 1, 1], [2, 3, 5]), 4, 3, 5);
            yield return Case(type, "strided_slice", new StridedSlice([0, 1, 0], [2, 1, 3], [2, 2, 2]), 4, 3, 5);
            yield return Case(type, "reversed", new StridedSlice([3, 0, 4], [-1, 1, -2], [4, 3, 3]), 4, 3, 5);
            yield return Case(type, "broadcast", new BroadcastTo([2, 3, 4]), 3, 1);
        }

        foreach (DType type in (DType[])[DType.Int8, DType.Float32])
        {
            yield return Case(type, "space_to_depth", new SpaceToDepth(2), 2, 4, 6, 3);
            yield return Case(type, "depth_to_space", new DepthToSpace(2, false), 2, 2, 3, 12);
        }

        yield return Case(DType.Int32, "strided_slice", new StridedSlice([1, 4], [1, -1], [2, 5]), 3, 5);
        yield return Case(DType.Int32, "split", new Split(0, [1, 1]), 2, 3);
        yield return Case(DType.Bool, "strided_slice", new StridedSlice([0, 1], [2, 2], [2, 2]), 3, 5);
        yield return Case(DType.Int64, "broadcast", new BroadcastTo([4, 3, 2]), 3, 1);
        yield return Case(DType.Int8, "transpose_rank5", new Transpose([4, 1, 3, 0, 2]), 2, 3, 2, 3, 2);
        yield return Case(DType.Int8, "slice_all", new StridedSlice([0, 0], [1, 1], [3, 4]), 3, 4);
    }

    private static CaseSpec Case(DType type, string name, Op op, params int[] shape)
    {
        name = $"{type.ShortName()}_{name}";
        return Moves.Finish(Device, name, b =>
        {
            Quantization? q = Moves.Quantized(type);
            return b.Ops(op, "y", q, b.Input("x", type, shape, q));
        });
    }
}
