using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>COMPARE, SELECT, LOGICAL and PRELU in every type, with broadcasts.</summary>
public sealed class LogicCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases() => Compares().Concat(Selects()).Concat(Logicals()).Concat(PRelus());

    private static IEnumerable<CaseSpec> Compares()
    {
        foreach (CompareKind kind in Enum.GetValues<CompareKind>())
        {
            foreach (DType type in new[] { DType.Int8, DType.Float32, DType.Int32, DType.Int64 })
            {
                yield return Compare(kind, type, "same", [2, 4, 6], [2, 4, 6], 0.031f, 0.031f, 3);
                yield return Compare(kind, type, "broadcast", [2, 1, 4, 3], [5, 1, 3], 0.031f, 0.05f, -7);
            }

            yield return Compare(kind, DType.Int8, "fine_scales", [100], [100], 0.0011f, 0.0013f, 3);
            yield return Compare(kind, DType.Int8, "one_scale", [100], [1], 0.25f, 0.25f, 3);
            yield return Compare(kind, DType.Int16, "same", [40], [40], 0.031f, 0.031f, 0, meaning: true);
        }

        yield return Compare(CompareKind.Equal, DType.Bool, "same", [9], [9], 0, 0, 0);
        yield return Compare(CompareKind.NotEqual, DType.Bool, "broadcast", [3, 3], [3], 0, 0, 0);
    }

    // Numbers from a small set, so that there are equal ones.
    private static CaseSpec Compare(CompareKind kind, DType type, string name, int[] a, int[] b, float aScale, float bScale, int bZero, bool meaning = false)
    {
        string fullName = $"{type.ShortName()}_{kind}_{name}".ToLowerInvariant();
        Seeded random = new((ulong)fullName.Aggregate(7L, (hash, c) => hash * 31 + c));
        bool quantised = type is DType.Int8 or DType.Int16;
        Quantization? qa = quantised ? new Quantization(aScale, type == DType.Int8 ? 3 : 0) : null;
        Quantization? qb = quantised ? new Quantization(bScale, bZero) : null;
        GraphBuilder g = new(fullName);
        g.Output(g.Op(new Compare(kind), "y", null, g.Input("a", type, a, qa), g.Input("b", type, b, qb)));
        Tensor Numbers(int[] shape)
        {
            Tensor t = random.Tensor(type, new Shape(shape), -6, 6);
            return type == DType.Float32 ? Tensor.Of(t.Shape, Array.ConvertAll(t.Floats, MathF.Round)) : t;
        }

        Tensor[] inputs = [Numbers(a), Numbers(b)];
        return meaning ? CaseSpec.FromMeaning("compare_meaning", fullName, g.Graph, inputs) : new CaseSpec("compare", fullName, g.Graph, inputs);
    }

    private static IEnumerable<CaseSpec> Selects()
    {
        (string Name, int[] Condition, int[] A, int[] B)[] shapes =
        [
            ("same", [2, 3, 4], [2, 3, 4], [2, 3, 4]),
            ("condition_broadcasts", [4, 1], [2, 4, 3], [2, 4, 3]),
            ("all_broadcast", [3, 1, 1], [1, 4, 1], [5]),
            ("scalars", [2, 5], [1], [1]),
        ];
        foreach (DType type in new[] { DType.Int8, DType.Int16, DType.Float32 })
        {
            Quantization? q = type == DType.Float32 ? null : new Quantization(0.1f, type == DType.Int8 ? 9 : 0);
            foreach ((string name, int[] condition, int[] a, int[] b) in shapes)
            {
                yield return Select(false, type, name, q, condition, a, b);
            }
        }

        foreach (DType type in new[] { DType.Int32, DType.Int64, DType.Bool })
        {
            yield return Select(true, type, "all_broadcast", null, [3, 1, 1], [1, 4, 1], [5]);
        }
    }

    private static CaseSpec Select(bool meaning, DType type, string name, Quantization? q, int[] condition, int[] a, int[] b)
    {
        string fullName = $"{type.ShortName()}_{name}";
        Seeded random = new((ulong)fullName.Length);
        GraphBuilder g = new(fullName);
        g.Output(g.Op(new Select(), "y", q, g.Input("condition", DType.Bool, condition), g.Input("a", type, a, q), g.Input("b", type, b, q)));
        Tensor[] inputs = [random.Tensor(DType.Bool, new Shape(condition)), random.Tensor(type, new Shape(a)), random.Tensor(type, new Shape(b))];
        return meaning ? CaseSpec.FromMeaning("select_meaning", fullName, g.Graph, inputs) : new CaseSpec("select", fullName, g.Graph, inputs);
    }

    private static IEnumerable<CaseSpec> Logicals()
    {
        foreach (LogicalKind kind in Enum.GetValues<LogicalKind>())
        {
            foreach ((string name, int[] b) in new[] { ("same", new[] { 2, 4, 3 }), ("broadcast", [4, 1]) })
            {
                string fullName = $"{kind}_{name}".ToLowerInvariant();
                Seeded random = new((ulong)fullName.Length);
                GraphBuilder g = new(fullName);
                Value x = g.Input("a", DType.Bool, [2, 4, 3]);
                Tensor ta = random.Tensor(DType.Bool, new Shape(2, 4, 3));
                if (kind == LogicalKind.Not)
                {
                    g.Output(g.Op(new Logical(kind), "y", null, x));
                    yield return new CaseSpec("logical", fullName, g.Graph, [ta]);
                    break;
                }

                g.Output(g.Op(new Logical(kind), "y", null, x, g.Input("b", DType.Bool, b)));
                Tensor[] inputs = [ta, random.Tensor(DType.Bool, new Shape(b))];
                yield return kind == LogicalKind.Xor ? CaseSpec.FromMeaning("logical_meaning", fullName, g.Graph, inputs)
                    : new CaseSpec("logical", fullName, g.Graph, inputs);
            }
        }
    }

    private static IEnumerable<CaseSpec> PRelus()
    {
        foreach (DType type in new[] { DType.Int8, DType.Int16, DType.Float32 })
        {
            foreach ((string name, int[] alpha) in new[] { ("channel", new[] { 1, 1, 6 }), ("same", [2, 3, 4, 6]), ("one", [1]) })
            {
                string fullName = $"{type.ShortName()}_{name}";
                Seeded random = new((ulong)fullName.Length + 5);
                bool real = type == DType.Float32;
                GraphBuilder g = new(fullName);
                float scale = type == DType.Int8 ? 0.05f : 0.0002f;
                Value x = g.Input("x", type, [2, 3, 4, 6], real ? null : new Quantization(scale, type == DType.Int8 ? 11 : 0));
                DType alphaType = real ? DType.Float32 : DType.Int8;
                Value a = GraphBuilder.Const("alpha", random.Tensor(alphaType, new Shape(alpha)), real ? null : new Quantization(0.01f, -20));
                g.Output(g.Op(new PRelu(), "y", real ? null : new Quantization(scale * 0.8f, type == DType.Int8 ? -4 : 0), x, a));
                yield return new CaseSpec("prelu", fullName, g.Graph, [random.Tensor(type, x.Shape)]);
            }
        }
    }
}
