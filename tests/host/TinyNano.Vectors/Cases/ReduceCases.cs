using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>REDUCE of every kind and type over every arrangement of axes.</summary>
public sealed class ReduceCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Float32])
        {
            foreach (ReduceKind kind in (ReduceKind[])[ReduceKind.Mean, ReduceKind.Sum, ReduceKind.Max, ReduceKind.Min])
            {
                if (type == DType.Int16 && kind is ReduceKind.Max or ReduceKind.Min)
                {
                    continue;
                }

                yield return Case(type, "image", new Reduce(kind, [1, 2], true), 2, 5, 3, 4);
                yield return Case(type, "last", new Reduce(kind, [-1], false), 3, 2, 7);
                yield return Case(type, "alternating", new Reduce(kind, [0, 2], false), 3, 2, 5, 3);
                yield return Case(type, "all", new Reduce(kind, [0, 1], true), 3, 4);
            }

            yield return Case(type, "one_element", new Reduce(ReduceKind.Mean, [1], true), 3, 1, 4);
            yield return Case(type, "width", new Reduce(ReduceKind.Mean, [2], true), 1, 3, 6, 2);
        }

        yield return Case(DType.Int8, "big", new Reduce(ReduceKind.Mean, [1, 2], false), 1, 16, 16, 2);
        yield return Case(DType.Int8, "saturating", new Reduce(ReduceKind.Sum, [1], false), 0.5f, 0.02f, 2, 6);
        yield return Case(DType.Int8, "saturating", new Reduce(ReduceKind.Mean, [1], false), 0.5f, 0.02f, 2, 6);
        yield return Case(DType.Int8, "coarse", new Reduce(ReduceKind.Mean, [1], false), 0.002f, 3.7f, 2, 6);
        yield return Case(DType.Int16, "wider", new Reduce(ReduceKind.Mean, [1], false), 0.003f, 0.0007f, 2, 64);
    }

    private static CaseSpec Case(DType type, string name, Reduce op, params int[] shape) =>
        type == DType.Int8 ? Case(type, name, op, 0.11f, op.Kind == ReduceKind.Sum ? 0.6f : 0.07f, shape) : Case(type, name, op, 0.001f, 0.0013f, shape);

    private static CaseSpec Case(DType type, string name, Reduce op, float xScale, float yScale, params int[] shape) =>
        Moves.Finish("reduce", $"{type.ShortName()}_{op.Kind}_{name}".ToLowerInvariant(), b =>
        {
            int zero = type == DType.Int8 ? 1 : 0;
            Quantization? qx = type == DType.Float32 ? null : new Quantization(xScale, 7 * zero);
            Quantization? qy = type == DType.Float32 ? null
                : op.Kind is ReduceKind.Max or ReduceKind.Min ? qx : new Quantization(yScale, -12 * zero);
            return [b.Op(op, "y", qy, b.Input("x", type, shape, qx))];
        });
}
