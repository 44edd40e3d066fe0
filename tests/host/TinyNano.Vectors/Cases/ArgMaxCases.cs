using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>ARG_MAX and its opposite along every axis, with ties.</summary>
public sealed class ArgMaxCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Float32])
        {
            foreach (bool smallest in (bool[])[false, true])
            {
                yield return Case(type, "last", -1, smallest, 4, 7);
                yield return Case(type, "middle", 1, smallest, 2, 5, 3);
                yield return Case(type, "first", 0, smallest, 6, 2, 2);
            }
        }

        CaseSpec ties = Case(DType.Int8, "ties", 1, false, 4, 6);
        yield return ties with { Inputs = [new Seeded(5).Tensor(DType.Int8, new Shape(4, 6), -1, 1)] };
    }

    private static CaseSpec Case(DType type, string name, int axis, bool smallest, params int[] shape) =>
        Moves.Finish("arg_max", $"{type.ShortName()}_{(smallest ? "min" : "max")}_{name}", b =>
            [b.Op(new ArgMax(axis, smallest, DType.Int32, false), "y", null, b.Input("x", type, shape, Moves.Quantized(type)))]);
}
