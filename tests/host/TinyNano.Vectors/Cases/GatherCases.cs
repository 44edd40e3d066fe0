using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>GATHER with constant indices along every axis.</summary>
public sealed class GatherCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Float32])
        {
            yield return Case(type, "rows", 0, [5, 3], [4], 4, 0, 2, 2);
            yield return Case(type, "columns", -1, [2, 3, 5], [3], 1, 3, 0);
            yield return Case(type, "matrix_of_indices", 1, [2, 4, 3], [2, 3], 0, 1, 2, 3, 3, 0);
        }

        yield return Case(DType.Int8, "scalar_index", 1, [2, 4, 3], [], 2);
    }

    private static CaseSpec Case(DType type, string name, int axis, int[] shape, int[] indexShape, params int[] indices) =>
        Moves.Finish("gather", $"{type.ShortName()}_{name}", b =>
        {
            Quantization? q = Moves.Quantized(type);
            Value index = GraphBuilder.Const("index", Tensor.Of(new Shape(indexShape), indices));
            return [b.Op(new Gather(axis), "y", q, b.Input("x", type, shape, q), index)];
        });
}
