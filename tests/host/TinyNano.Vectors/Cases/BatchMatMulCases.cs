using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>BATCH_MATMUL: int8, int16, float; transposed operands, broadcasting, constant operands, ranks 2 to 5.</summary>
public sealed class BatchMatMulCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in new[] { DType.Int8, DType.Int16, DType.Float32 })
        {
            yield return Case(type, "plain", [3, 5], [5, 4]);
            yield return Case(type, "transpose_b_constant", [2, 3, 6], [2, 4, 6], transposeB: true, constant: 1);
            yield return Case(type, "transpose_a", [2, 5, 3], [2, 5, 2], transposeA: true);
            yield return Case(type, "transpose_both", [4, 3], [2, 4], transposeA: true, transposeB: true);
            yield return Case(type, "broadcast_b", [2, 3, 2, 4], [4, 3], constant: 1);
            yield return Case(type, "broadcast_a_constant", [1, 2, 3], [4, 3, 2], constant: 0);
            yield return Case(type, "broadcast_both", [2, 1, 2, 3], [1, 3, 3, 2]);
            yield return Case(type, "rank5", [2, 1, 2, 1, 3], [1, 3, 2, 3, 2]);
        }
    }

    internal static CaseSpec Case(DType type, string name, int[] a, int[] b, bool transposeA = false, bool transposeB = false, int constant = -1)
    {
        string fullName = $"{type.ShortName()}_{name}";
        Seeded random = new((ulong)fullName.Aggregate(3L, (hash, c) => hash * 31 + c));
        GraphBuilder builder = new(fullName);
        int depth = transposeA ? a[^2] : a[^1];
        Quantization? qa = type switch
        {
            DType.Int8 => new Quantization(0.031f, 17),
            DType.Int16 => new Quantization(0.0003f, 0),
            _ => null,
        };
        Quantization? qb = type switch
        {
            DType.Int8 => new Quantization(0.023f, -9),
            DType.Int16 => new Quantization(0.0002f, 0),
            _ => null,
        };
        float spread = type == DType.Int8 ? 90 : 25000;
        Quantization? qy = qa is null ? null : new Quantization(qa.Scale * qb!.Scale * spread * MathF.Sqrt(depth), type == DType.Int8 ? -21 : 0);
        Value Operand(int index, string valueName, int[] shape, Quantization? q) => index == constant
            ? GraphBuilder.Const(valueName, random.Tensor(type, new Shape(shape)), q)
            : builder.Input(valueName, type, shape, q);
        Value left = Operand(0, "a", a, qa);
        Value right = Operand(1, "b", b, qb);
        builder.Output(builder.Op(new BatchMatMul(transposeA, transposeB), "y", qy, left, right));
        return new CaseSpec("batch_matmul", fullName, builder.Graph, [.. builder.Graph.Inputs.Select(v => random.Tensor(type, v.Shape))]);
    }
}
