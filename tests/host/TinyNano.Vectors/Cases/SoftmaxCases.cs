using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>SOFTMAX in every combination of types, from flat to saturated rows.</summary>
public sealed class SoftmaxCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (float scale in (float[])[0.002f, 0.0235f, 0.0625f, 0.17f, 0.9f, 4.7f])
        {
            yield return Case(DType.Int8, $"scale_{scale}", scale, 1, false, 3, 12);
            yield return Case(DType.Int8, $"wide_scale_{scale}", scale, 1, true, 3, 12);
        }

        foreach (float scale in (float[])[0.00003f, 0.0003f, 0.004f, 0.1f])
        {
            yield return Case(DType.Int16, $"scale_{scale}", scale, 1, false, 3, 12);
        }

        yield return Case(DType.Int8, "beta", 0.05f, 2.5f, false, 2, 2, 5);
        yield return Case(DType.Int8, "one_class", 0.1f, 1, false, 3, 1);
        yield return Case(DType.Int8, "many_classes", 0.03f, 1, false, 1, 300);
        yield return Case(DType.Int8, "wide_many_classes", 0.03f, 1, true, 1, 300);
        yield return Case(DType.Int8, "vector", 0.1f, 1, false, 10);
        yield return Case(DType.Int16, "beta_rank4", 0.0002f, 0.5f, false, 1, 2, 2, 6);
        yield return Case(DType.Int16, "many_classes", 0.0004f, 1, false, 1, 300);
        yield return Case(DType.Int16, "many_rows", 0.00003f, 1, false, 64, 9);
        yield return Case(DType.Float32, "rows", 0, 1, false, 4, 9);
        yield return Case(DType.Float32, "beta", 0, 3.5f, false, 2, 3, 4);
        yield return Edges(DType.Int8, "edges", 0.11f);
        yield return Edges(DType.Int16, "edges", 0.0007f);
    }

    private static CaseSpec Case(DType type, string name, float scale, float beta, bool wide, params int[] shape) =>
        Moves.Finish("softmax", $"{type.ShortName()}_{name}", b =>
        {
            Value x = b.Input("x", type, shape, type == DType.Float32 ? null : new Quantization(scale, type == DType.Int8 ? 5 : 0));
            return [b.Op(new Softmax(beta, shape.Length - 1, wide), "y", Output(type, wide), x)];
        });

    /// <summary>Rows that are all equal, or all but one at an end of the range.</summary>
    private static CaseSpec Edges(DType type, string name, float scale)
    {
        CaseSpec spec = Case(type, name, scale, 1, false, 4, 6);
        (int lo, int hi) = type == DType.Int8 ? (-128, 127) : (short.MinValue, short.MaxValue);
        int[] cells = [.. Enumerable.Repeat(lo, 6), .. Enumerable.Repeat(hi, 6), hi, .. Enumerable.Repeat(lo, 5), lo, .. Enumerable.Repeat(hi, 5)];
        Tensor x = Tensor.Zeros(type, new Shape(4, 6));
        for (int i = 0; i < cells.Length; i++)
        {
            x.Data.SetValue(type == DType.Int8 ? (object)(sbyte)cells[i] : (short)cells[i], i);
        }

        return spec with { Inputs = [x] };
    }

    private static Quantization? Output(DType type, bool wide) => type switch
    {
        DType.Int8 => wide ? new Quantization(1f / 65536, -32768) : new Quantization(1f / 256, -128),
        DType.Int16 => new Quantization(1f / 32768, 0),
        _ => null,
    };
}
