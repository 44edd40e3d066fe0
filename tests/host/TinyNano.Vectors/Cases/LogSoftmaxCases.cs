using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>LOG_SOFTMAX from flat to saturated rows.</summary>
public sealed class LogSoftmaxCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (float scale in (float[])[0.002f, 0.0235f, 0.0625f, 0.17f, 0.9f, 4.7f])
        {
            yield return Case(DType.Int8, $"scale_{scale}", scale, 3, 12);
        }

        yield return Case(DType.Int8, "one_class", 0.1f, 3, 1);
        yield return Case(DType.Int8, "two_classes", 0.02f, 8, 2);
        yield return Case(DType.Int8, "many_classes", 0.01f, 1, 300);
        yield return Case(DType.Int8, "rank4", 0.05f, 2, 1, 3, 5);
        yield return Case(DType.Float32, "rows", 0, 4, 9);
        yield return Case(DType.Float32, "rank3", 0, 2, 3, 4);
    }

    private static CaseSpec Case(DType type, string name, float scale, params int[] shape) =>
        Moves.Finish("log_softmax", $"{type.ShortName()}_{name}", b =>
        {
            bool quantised = type == DType.Int8;
            Value x = b.Input("x", type, shape, quantised ? new Quantization(scale, 5) : null);
            return [b.Op(new LogSoftmax(shape.Length - 1), "y", quantised ? new Quantization(0.0625f, 127) : null, x)];
        });
}
