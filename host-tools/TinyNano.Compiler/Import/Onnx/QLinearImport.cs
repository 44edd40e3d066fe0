using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// Operators on integers that carry scales as inputs (QOperator form). Each becomes what it means: dequantize, the real
/// operator, quantize; FoldQdq turns that into one integer operator, as it does for models that come in this form.
/// </summary>
internal static class QLinearImport
{
    public static void Conv(NodeImport n)
    {
        Edge x = Real(n, 0);
        Edge w = Real(n, 3, axis: 0);
        Edge? bias = n.TryIn(8);
        if (bias is not null)
        {
            bias = Bias(n, bias, n.In(1), n.In(4));
        }

        Finish(n, ConvImport.Convolve(n, x, w, bias), 6);
    }

    public static void MatMul(NodeImport n)
    {
        Edge a = Real(n, 0);
        Finish(n, MatMulImport.Product(n, a, Real(n, 3, axis: n.In(3).Rank - 1)), 6);
    }

    /// <summary>com.microsoft QGemm; without an output scale the result stays real.</summary>
    public static void Gemm(NodeImport n)
    {
        Edge a = Real(n, 0);
        Edge b = Real(n, 3, axis: n.Flag("transB") ? 0 : 1);
        float alpha = n.Float("alpha", 1);
        Edge? c = n.TryIn(6);
        if (c is not null)
        {
            // C counts in units of alpha * scale(A) * scale(B).
            c = n.Scale(Bias(n, c, n.In(1), n.In(4)), alpha);
        }

        Edge y = MatMulImport.Multiply(n, a, b, c, alpha);
        if (n.Has(7))
        {
            Finish(n, y, 7);
        }
        else
        {
            n.Out(y);
        }
    }

    public static void Add(NodeImport n) => Binary(n, new Add(Clamp.None));

    public static void Mul(NodeImport n) => Binary(n, new Mul(Clamp.None));

    public static void Sigmoid(NodeImport n) =>
        Finish(n, Edge.Of(n.Emit(new Unary(UnaryKind.Sigmoid, 0, 0), n.ValueOf(Real(n, 0)))), 3);

    public static void LeakyRelu(NodeImport n) =>
        Finish(n, Edge.Of(n.Emit(new Unary(UnaryKind.LeakyRelu, n.Float("alpha", 0.01f), 0), n.ValueOf(Real(n, 0)))), 3);

    public static void Softmax(NodeImport n)
    {
        bool flattens = n.Int("opset", 13) < 13;
        Finish(n, ActivationImport.Normalised(n, Real(n, 0), axis => new Softmax(1, axis), flattens), 3);
    }

    public static void GlobalAveragePool(NodeImport n)
    {
        Edge x = Real(n, 0);
        if (!n.Flag("channels_last"))
        {
            Finish(n, PoolImport.Global(n, x, ReduceKind.Mean), 3);
            return;
        }

        int[] spatial = [.. Enumerable.Range(1, Math.Max(0, x.Rank - 2))];
        Finish(n, Edge.Of(n.Emit(new Reduce(ReduceKind.Mean, spatial, true), n.ValueOf(x))), 3);
    }

    public static void AveragePool(NodeImport n)
    {
        n.Require("channels_last", 0, 0);
        Finish(n, PoolImport.Average(n, Real(n, 0)), 3);
    }

    /// <summary>Inputs: scale and zero point of the result, then each part with its own.</summary>
    public static void Concat(NodeImport n)
    {
        if (n.InputCount < 5 || (n.InputCount - 2) % 3 != 0)
        {
            throw new ImportException($"{n.InputCount} inputs, expected 2 and three for each part");
        }

        Edge[] parts = [.. Enumerable.Range(0, (n.InputCount - 2) / 3).Select(i => Real(n, 2 + 3 * i))];
        int axis = NodeImport.Axis(n.Int("axis", 1), parts[0].Rank);
        Value joined = n.Emit(new Concat(axis), [.. parts.Select(n.ValueOf)]);
        Finish(n, Edge.Of(joined), 0);
    }

    private static void Binary(NodeImport n, Op op) =>
        Finish(n, Edge.Of(n.Emit(op, n.ValueOf(Real(n, 0)), n.ValueOf(Real(n, 3)))), 6);

    // Input i dequantised with the scale and zero point after it.
    private static Edge Real(NodeImport n, int input, int axis = 1) =>
        QuantImport.Dequantized(n, n.In(input), n.In(input + 1), n.TryIn(input + 2), axis);

    private static void Finish(NodeImport n, Edge real, int scale)
    {
        OnnxType type = n.TryIn(scale + 1)?.Type ?? n.In(0).Type;
        n.Out(QuantImport.Quantized(n, real, n.In(scale), n.TryIn(scale + 1), type, 1));
    }

    // int32 in units of scale(x) * scale(w).
    private static Edge Bias(NodeImport n, Edge bias, Edge xScale, Edge wScale)
    {
        if (bias.Constant is not { Type: OnnxType.Int32 } integers || xScale.Constant is not { Count: 1, IsFloat: true } x
            || wScale.Constant is not { IsFloat: true } w)
        {
            throw new ImportException("the bias must be a constant of int32");
        }

        float[] scales = Array.ConvertAll(w.ToFloats(), s => s * x.ToFloats()[0]);
        int last = bias.Rank - 1;
        if (scales.Length > 1 && (last < 0 || bias[last] != scales.Length))
        {
            throw new ImportException($"bias {OnnxTypes.Text(bias.ToDims())} does not fit {scales.Length} scales");
        }

        Tensor data = Tensor.Of(new Shape(bias.ToDims()), (int[])integers.Data);
        return Edge.Of($"{n.Name}:bias", new QuantizedConstant(data, new Quantization(scales, new int[scales.Length], Math.Max(last, 0))));
    }
}
