using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>LAYER_NORM, which TFLite lacks as one operator.</summary>
public sealed class LayerNormCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Float32])
        {
            yield return Case(type, "rows", -1, 1e-5f, true, 4, 24);
            yield return Case(type, "two_axes", 1, 1e-3f, true, 3, 4, 6);
            yield return Case(type, "no_beta", -1, 1e-5f, false, 2, 3, 8);
            yield return Case(type, "two_numbers", -1, 1e-5f, true, 8, 2);
            yield return Case(type, "large_epsilon", -1, 50, true, 3, 10);
            yield return Case(type, "long", -1, 1e-5f, true, 2, 700);
        }
    }

    private static CaseSpec Case(DType type, string name, int axis, float epsilon, bool hasBeta, params int[] shape) =>
        Moves.Finish("layer_norm", $"{type.ShortName()}_{name}", b =>
        {
            Quantization? qx = Moves.Quantized(type);
            Quantization? qy = type switch
            {
                DType.Int8 => new Quantization(0.03f, -7),
                DType.Int16 => new Quantization(0.0002f, 0),
                _ => null,
            };
            int start = axis < 0 ? axis + shape.Length : axis;
            Shape inner = new(shape[start..]);
            Seeded random = new(Moves.Seed(name));
            Value gamma = GraphBuilder.Const("gamma", random.Tensor(DType.Float32, inner, -1.5, 1.5));
            Value? beta = hasBeta ? GraphBuilder.Const("beta", random.Tensor(DType.Float32, inner, -1, 1)) : null;
            return [b.Op(new LayerNorm(axis, epsilon), "y", qy, b.Input("x", type, shape, qx), gamma, beta)];
        });
}
