using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>PAD with constants of every type, and mirrored.</summary>
public sealed class PadCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Float32, DType.Int32])
        {
            yield return Case(type, "image", PadMode.Constant, 0, [2, 3, 2, 3], [0, 1, 2, 0], [0, 2, 1, 0]);
            yield return Case(type, "value", PadMode.Constant, type == DType.Int32 ? 7 : 0.25f, [2, 3, 2, 3], [1, 0, 0, 2], [0, 2, 1, 1]);
        }

        foreach (DType type in (DType[])[DType.Int8, DType.Float32])
        {
            yield return Case(type, "reflect", PadMode.Reflect, 0, [1, 4, 3, 2], [0, 3, 2, 0], [0, 1, 2, 0]);
            yield return Case(type, "symmetric", PadMode.Symmetric, 0, [1, 2, 3, 2], [0, 2, 1, 0], [0, 1, 3, 0]);
            yield return Case(type, "reflect_all", PadMode.Reflect, 0, [2, 3, 4], [1, 2, 3], [1, 0, 2]);
            yield return Case(type, "symmetric_all", PadMode.Symmetric, 0, [2, 3, 4], [2, 3, 1], [1, 0, 4]);
        }

        yield return Case(DType.Int8, "vector", PadMode.Constant, 0, [4], [3], [2]);
        yield return Case(DType.Int8, "batch", PadMode.Constant, 0, [2, 3, 2], [1, 0, 0], [1, 0, 0]);
        yield return Case(DType.Int8, "rank5", PadMode.Constant, 0, [2, 1, 2, 3, 2], [1, 0, 1, 0, 1], [0, 2, 0, 1, 0]);
    }

    private static CaseSpec Case(DType type, string name, PadMode mode, float value, int[] shape, int[] before, int[] after) =>
        Moves.Finish("pad", $"{type.ShortName()}_{name}", b =>
        {
            Quantization? q = Moves.Quantized(type);
            return [b.Op(new Pad(before, after, mode, value), "y", q, b.Input("x", type, shape, q))];
        });
}
