using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>
/// ADD, SUB, MUL, DIV, MINIMUM, MAXIMUM, SQUARED_DIFFERENCE: int8, int16, float, int32; broadcasts of every kind up to rank 6,
/// constants on either side, activations, scales far apart.
/// </summary>
public sealed class ArithmeticCases : ICaseFamily
{
    private static readonly (string Name, int[] A, int[] B)[] Shapes =
    [
        ("same", [2, 3, 4, 5], [2, 3, 4, 5]),
        ("channel", [2, 3, 4, 5], [5]),
        ("channel_first", [1, 1, 5], [2, 4, 5]),
        ("scalar", [2, 7], []),
        ("column", [3, 1, 4], [3, 2, 1]),
        ("inner_one", [2, 3, 1], [1, 3, 6]),
    ];

    public IEnumerable<CaseSpec> Cases()
    {
        Func<Clamp, Op>[] withActivation = [c => new Add(c), c => new Sub(c), c => new Mul(c), c => new Div(c)];
        foreach (Func<Clamp, Op> make in withActivation)
        {
            foreach (DType type in new[] { DType.Int8, DType.Int16, DType.Float32, DType.Int32 })
            {
                bool division = make(Clamp.None) is Div;
                if (division && type == DType.Int16)
                {
                    continue;
                }

                foreach ((string name, int[] a, int[] b) in Shapes)
                {
                    yield return Case(make(Clamp.None), type, name, a, b);
                }

                if (type != DType.Int32)
                {
                    yield return Case(make(Clamp.Relu), type, "relu", [1, 40], [1, 40]);
                    yield return Case(make(Clamp.Relu6), type, "relu6", [1, 40], [1, 40], yScale: 3);
                    yield return Case(make(Clamp.ReluN1To1), type, "relu_n1_to_1", [40], [40], yScale: 0.5f);
                }

                yield return Case(make(Clamp.None), type, "constant_b", [2, 3, 4], [4], constant: 1);
                yield return Case(make(Clamp.None), type, "constant_a", [1], [2, 3, 4], constant: 0);
            }

            if (make(Clamp.None) is not Div)
            {
                yield return Case(make(Clamp.None), DType.Int8, "far_scales", [256], [256], aScale: 0.00013f, bScale: 1.7f);
            }

            yield return Case(make(Clamp.None), DType.Int8, "saturates", [128], [128], yScale: 0.02f);
            yield return Case(make(Clamp.None), DType.Int8, "ends_as_zeros", [128], [128], aZero: -128, bZero: 127, yZero: -128);
        }

        foreach (DType type in new[] { DType.Int8, DType.Int16, DType.Float32, DType.Int32 })
        {
            foreach ((string name, int[] a, int[] b) in Shapes)
            {
                yield return Case(new SquaredDifference(), type, name, a, b);
                yield return Case(new Minimum(), type, name, a, b, shared: true);
                yield return Case(new Maximum(), type, name, a, b, shared: true);
            }
        }

        yield return Case(new SquaredDifference(), DType.Int8, "far_scales", [64], [64], aScale: 0.0013f, bScale: 1.7f);
        yield return Case(new Minimum(), DType.Int64, "same", [30], [30], shared: true);
        yield return Case(new Maximum(), DType.Int64, "channel", [5, 6], [6], shared: true);
        yield return Case(new Minimum(), DType.Float32, "rank6", [2, 1, 3, 1, 2, 2], [1, 2, 1, 2, 2, 1], meaning: true);
        foreach (Op op in new Op[] { new Add(Clamp.None), new Sub(Clamp.None), new Mul(Clamp.None) })
        {
            yield return Case(op, DType.Int64, "same", [30], [30], meaning: true);
            yield return Case(op, DType.Float32, "rank6", [2, 1, 3, 1, 2, 2], [1, 2, 1, 2, 2, 1], meaning: true);
            yield return Case(op, DType.Int8, "rank5", [2, 1, 3, 1, 2], [1, 2, 1, 2, 2]);
        }
    }

    private static CaseSpec Case(Op op, DType type, string name, int[] a, int[] b, int constant = -1, bool shared = false, bool meaning = false,
        float aScale = 0.031f, float bScale = 0.047f, float yScale = 1, int aZero = -9, int bZero = 21, int yZero = 4)
    {
        string fullName = $"{type.ShortName()}_{name}";
        Seeded random = new((ulong)(op.Name + fullName).Aggregate(7L, (hash, c) => hash * 31 + c));
        bool small = type == DType.Int8;
        Quantization? Scale(float scale, int zero) => small ? new Quantization(scale, zero) : type == DType.Int16 ? new Quantization(scale / 256, 0) : null;
        Quantization? qa = Scale(aScale, aZero);
        Quantization? qb = shared ? qa : Scale(bScale, bZero);
        float natural = op switch
        {
            Add or Sub => 0.06f,
            Mul => 0.13f,
            Div => 0.02f,
            _ => 0.3f,
        };
        Quantization? qy = shared ? qa : Scale(natural * yScale, yZero);

        Tensor ta = Numbers(random, type, a, op, divisor: false, qa);
        Tensor tb = Numbers(random, type, b, op, divisor: true, qb);
        GraphBuilder g = new(fullName);
        Value x = constant == 0 ? GraphBuilder.Const("a", ta, qa) : g.Input("a", type, a, qa);
        Value z = constant == 1 ? GraphBuilder.Const("b", tb, qb) : g.Input("b", type, b, qb);
        g.Output(g.Op(op, "y", qy, x, z));
        Tensor[] inputs = constant == 0 ? [tb] : constant == 1 ? [ta] : [ta, tb];
        string file = op is SquaredDifference ? "squared_difference" : op.Name.ToLowerInvariant();
        return meaning ? CaseSpec.FromMeaning(file + "_meaning", fullName, g.Graph, inputs) : new CaseSpec(file, fullName, g.Graph, inputs);
    }

    // No zero divisors, and no int8 zeros to divide: the reference has no answer to them.
    private static Tensor Numbers(Seeded random, DType type, int[] shape, Op op, bool divisor, Quantization? q)
    {
        Tensor t = random.Tensor(type, new Shape(shape));
        if (op is Div && (divisor || type == DType.Int8))
        {
            for (int i = 0; i < t.Count; i++)
            {
                if (t.GetDouble(i) == (q?.ZeroPoint ?? 0) || (type == DType.Float32 && Math.Abs(t.GetDouble(i)) < 0.05))
                {
                    t.Data.SetValue(type switch { DType.Int8 => (object)(sbyte)77, DType.Float32 => 0.5f, _ => 3 }, i);
                }
            }
        }

        return t;
    }
}
