using TinyNano.Compiler.IR;

namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>Reductions.</summary>
internal static class ReductionCases
{
    public static IEnumerable<OnnxCase> All()
    {
        string[] operators =
        [
            "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp",
        ];
        foreach (string op in operators)
        {
            foreach (int keep in new[] { 0, 1 })
            {
                OnnxCase attribute = new($"{op}_attribute_{keep}", 12);
                string x = attribute.InRange(0.1f, 2, 2, 3, 4);
                yield return attribute.Out(attribute.Op(op, [x], ("axes", new[] { 1, -1 }), ("keepdims", keep)));
                OnnxCase input = new($"{op}_input_{keep}", 18);
                yield return input.Out(input.Op(op, [input.InRange(0.1f, 2, 2, 3, 4), input.Longs(0, 2)], ("keepdims", keep)));
            }

            OnnxCase all = new($"{op}_all", 18);
            yield return all.Out(all.Op(op, [all.InRange(0.1f, 2, 2, 3, 4)], ("keepdims", 0)));
        }

        OnnxCase noop = new("ReduceSum_noop", 13);
        yield return noop.Out(noop.Op("ReduceSum", [noop.In(2, 3), noop.Longs()], ("noop_with_empty_axes", 1)));
        foreach (string op in new[] { "ArgMax", "ArgMin" })
        {
            foreach (int last in new[] { 0, 1 })
            {
                OnnxCase c = new($"{op}_{last}", 13);
                string x = c.In(c.Random.Tensor(DType.Float32, new Shape(3, 9, 2)));
                yield return c.Out(DType.Int64, c.Op(op, [x], ("axis", 1), ("keepdims", last), ("select_last_index", last)));
                OnnxCase ties = new($"{op}_ties_{last}", 13);
                Tensor few = Tensor.Of(new Shape(2, 6), [1, 3, 3, 1, 1, 3, 2, 2, 2, 2, 2, 2f]);
                yield return ties.Out(DType.Int64, ties.Op(op, [ties.In(few)], ("axis", -1), ("select_last_index", last)));
            }
        }
    }
}
