using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>CONCATENATION of every element size along every axis.</summary>
public sealed class ConcatenationCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Float32, DType.Int32, DType.Int64, DType.Bool])
        {
            yield return Case(type, "channels", 3, [2, 2, 3, 1], [2, 2, 3, 5], [2, 2, 3, 2]);
        }

        yield return Case(DType.Int8, "rows", 1, [2, 1, 3], [2, 4, 3]);
        yield return Case(DType.Int8, "batch", 0, [1, 5], [2, 5], [3, 5]);
        yield return Case(DType.Int8, "negative_axis", -2, [3, 2, 2], [3, 1, 2]);
        yield return Case(DType.Int8, "vector", 0, [3], [1], [4]);
    }

    private static CaseSpec Case(DType type, string name, int axis, params int[][] shapes) =>
        Moves.Finish("concatenation", $"{type.ShortName()}_{name}", b =>
        {
            Quantization? q = Moves.Quantized(type);
            Value?[] inputs = [.. shapes.Select((s, i) => b.Input($"x{i}", type, s, q))];
            return [b.Op(new Concat(axis), "y", q, inputs)];
        });
}
