using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>LAYER_NORM, which TFLite lacks: integers by <see cref="IntegerArithmetic"/>, float32 by the meaning of the graph.</summary>
public sealed class LayerNormCases : ICaseFamily
{
    private const string Origin = "TinyNano.Vectors, IntegerArithmetic.cs: integers as docs/SPEC.md says, written apart from compiler and runtime; float32 in double precision";

    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Float32])
        {
            yield return Case(type, "rows", -1, 1e-5f, true, 4, 24);
            yield return Case(type, "two_axes", 1, 1e-3f, true, 3, 4, 6);
            yield return Case(type, "no_beta", -1, 1e-5f, false, 2, 3, 8);
            yield return Case(type, "two_numbers", -1, 1e-5f, true, 8, 2);
            yield return Case(type, "one_number", -1, 1e-5f, true, 4, 1);
            yield return Case(type, "large_epsilon", -1, 50, true, 3, 10);
            yield return Case(type, "long", -1, 1e-5f, true, 2, 260);
            yield return Case(type, "saturating", -1, 0, true, 4, 16);
        }

        yield return Edges(DType.Int8, sbyte.MinValue, sbyte.MaxValue);
        yield return Edges(DType.Int16, short.MinValue, short.MaxValue);
    }

    private static CaseSpec Case(DType type, string name, int axis, float epsilon, bool hasBeta, params int[] shape) =>
        Case(type, name, axis, epsilon, hasBeta, shape, null);

    /// <summary>Rows that are constant, or all but constant, at the ends of the range.</summary>
    private static CaseSpec Edges(DType type, int lo, int hi)
    {
        int[] cells = [lo, lo, lo, lo, hi, hi, hi, hi, lo, hi, lo, hi, hi, lo, lo, lo, 0, 0, 0, 1, lo, hi, hi, hi];
        Tensor x = Tensor.Zeros(type, new Shape(6, 4));
        for (int i = 0; i < cells.Length; i++)
        {
            x.Data.SetValue(type == DType.Int8 ? (object)(sbyte)cells[i] : (short)cells[i], i);
        }

        return Case(type, "edges", -1, 1e-5f, true, [6, 4], x);
    }

    private static CaseSpec Case(DType type, string name, int axis, float epsilon, bool hasBeta, int[] shape, Tensor? input)
    {
        float yScale = name == "saturating" ? 0.004f : type == DType.Int8 ? 0.03f : 0.0002f;
        Quantization? qx = Moves.Quantized(type);
        Quantization? qy = type == DType.Float32 ? null : new Quantization(yScale, type == DType.Int8 ? -7 : 0);
        int start = axis < 0 ? axis + shape.Length : axis;
        Shape inner = new(shape[start..]);
        Seeded random = new(Moves.Seed(name));
        Tensor gamma = random.Tensor(DType.Float32, inner, -1.5, 1.5);
        Tensor beta = random.Tensor(DType.Float32, inner, -1, 1);
        CaseSpec spec = Moves.Finish("layer_norm", $"{type.ShortName()}_{name}", b =>
            [b.Op(new LayerNorm(axis, type == DType.Float32 ? epsilon + 1e-6f : epsilon), "y", qy,
                b.Input("x", type, shape, qx), GraphBuilder.Const("gamma", gamma), hasBeta ? GraphBuilder.Const("beta", beta) : null)]);
        spec = spec with { Inputs = [input ?? spec.Inputs[0]], Origin = Origin };
        if (type == DType.Float32)
        {
            return spec with { Outputs = Interpreter.Run(spec.Graph, spec.Inputs) };
        }

        int[] y = IntegerArithmetic.LayerNorm(spec.Inputs[0].ToInts(), gamma.Floats, hasBeta ? beta.Floats : null, epsilon,
            qx!.Scale, yScale, qy!.ZeroPoint, type == DType.Int8 ? sbyte.MinValue : short.MinValue);
        return spec with { Outputs = [Moves.Integers(type, new Shape(shape), y)] };
    }
}
