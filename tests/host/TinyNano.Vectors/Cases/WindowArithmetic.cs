using System.Numerics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>
/// Convolutions, matrix products and pools by their definitions, one output at a time, apart from compiler and runtime:
/// floats in double precision, integers in unbounded ones with TFLite's roundings.
/// </summary>
internal static class WindowArithmetic
{
    /// <summary>Output of the only node of a graph.</summary>
    public static Tensor Run(Graph graph, IReadOnlyList<Tensor> inputs)
    {
        Node node = graph.Nodes[0];
        Tensor?[] operands = [.. node.Inputs.Select(v => v is null ? null : v.Constant ?? inputs[graph.Inputs.IndexOf(v)])];
        Value y = node.Output;
        Tensor result = Tensor.Zeros(y.DType, y.Shape);
        for (int i = 0; i < result.Count; i++)
        {
            int[] at = Coordinates(y.Shape, i);
            object number = node.Op switch
            {
                AveragePool2D op => Average(op, node, operands[0]!, at),
                MaxPool2D op => Maximum(op, operands[0]!, at),
                _ => Product(node, operands, at),
            };
            result.Data.SetValue(number, i);
        }

        return result;
    }

    /// <summary>Sum of products, bias, requantisation or activation.</summary>
    private static object Product(Node node, Tensor?[] operands, int[] at)
    {
        Tensor x = operands[0]!;
        Tensor w = operands[1]!;
        Tensor? bias = node.Op is BatchMatMul ? null : operands.ElementAtOrDefault(2);
        IEnumerable<(int X, int W)> terms = Terms(node.Op, x.Shape, w.Shape, at);
        Clamp clamp = node.Op switch
        {
            Conv2D op => op.Activation,
            DepthwiseConv2D op => op.Activation,
            TransposeConv2D op => op.Activation,
            FullyConnected op => op.Activation,
            _ => Clamp.None,
        };
        if (x.DType == DType.Float32)
        {
            double sum = terms.Sum(t => (double)x.Floats[t.X] * w.Floats[t.W]) + (bias?.Floats[at[^1]] ?? 0);
            return (float)Math.Min(Math.Max(sum, clamp.Min), clamp.Max);
        }

        Quantization qx = node.Inputs[0]!.Quantization!;
        Quantization qw = node.Inputs[1]!.Quantization!;
        BigInteger acc = bias?.GetInteger(at[^1]) ?? 0;
        foreach ((int i, int k) in terms)
        {
            acc += (BigInteger)(x.GetInteger(i) - qx.ZeroPoint) * (w.GetInteger(k) - qw.ZeroPoints[0]);
        }

        double scale = qw.Scales[qw.PerChannel ? at[^1] : 0];
        double product = node.Op is FullyConnected or BatchMatMul && !qw.PerChannel ? qx.Scale * qw.Scale : qx.Scale * scale;
        bool wide = x.DType == DType.Int16 && bias?.DType != DType.Int32;
        return Quantized(node, clamp, Requantized(acc, product / node.Output.Quantization!.Scale, wide));
    }

    /// <summary>Index pairs in x and w of the products that make up one output.</summary>
    private static IEnumerable<(int X, int W)> Terms(Op op, Shape x, Shape w, int[] y) => op switch
    {
        Conv2D c => from i in Range(w[1])
                    from j in Range(w[2])
                    from d in Range(w[3])
                    let h = y[1] * c.StrideH - c.PadTop + i * c.DilationH
                    let v = y[2] * c.StrideW - c.PadLeft + j * c.DilationW
                    where Inside(h, x[1]) && Inside(v, x[2])
                    select (Index(x, y[0], h, v, y[3] / (w[0] / c.Groups) * w[3] + d), Index(w, y[3], i, j, d)),
        DepthwiseConv2D c => from i in Range(w[1])
                             from j in Range(w[2])
                             let h = y[1] * c.StrideH - c.PadTop + i * c.DilationH
                             let v = y[2] * c.StrideW - c.PadLeft + j * c.DilationW
                             where Inside(h, x[1]) && Inside(v, x[2])
                             select (Index(x, y[0], h, v, y[3] / c.Multiplier), Index(w, 0, i, j, y[3])),
        TransposeConv2D c => from a in Range(x[1])
                             from b in Range(x[2])
                             from d in Range(w[3])
                             let i = y[1] - (a * c.StrideH - c.PadTop)
                             let j = y[2] - (b * c.StrideW - c.PadLeft)
                             where Inside(i, w[1]) && Inside(j, w[2])
                             select (Index(x, y[0], a, b, y[3] / (w[0] / c.Groups) * w[3] + d), Index(w, y[3], i, j, d)),
        FullyConnected => from k in Range(w[1])
                          select (Index(x, [.. y[..^1], k]), Index(w, y[^1], k)),
        BatchMatMul c => from k in Range(c.TransposeA ? x[-2] : x[-1])
                         select (Operand(x, y, c.TransposeA ? [k, y[^2]] : [y[^2], k]), Operand(w, y, c.TransposeB ? [y[^1], k] : [k, y[^1]])),
        _ => throw new NotSupportedException(op.Name),
    };

    private static object Average(AveragePool2D op, Node node, Tensor x, int[] y)
    {
        (int h, int v) = (y[1] * op.StrideH - op.PadTop, y[2] * op.StrideW - op.PadLeft);
        int[] cells = [.. from i in Range(op.FilterH)
                          from j in Range(op.FilterW)
                          where Inside(h + i, x.Shape[1]) && Inside(v + j, x.Shape[2])
                          select Index(x.Shape, y[0], h + i, v + j, y[3])];
        int counted = !op.CountPad ? cells.Length
            : Range(op.FilterH).Count(i => h + i < x.Shape[1] + op.PadBottom) * Range(op.FilterW).Count(j => v + j < x.Shape[2] + op.PadRight);
        if (x.DType == DType.Float32)
        {
            double mean = cells.Sum(i => (double)x.Floats[i]) / counted;
            return (float)Math.Min(Math.Max(mean, op.Activation.Min), op.Activation.Max);
        }

        long zero = node.Output.Quantization!.ZeroPoint;
        decimal exact = (decimal)(cells.Sum(x.GetInteger) + zero * (counted - cells.Length)) / counted;
        return Quantized(node, op.Activation, (long)Math.Round(exact, MidpointRounding.AwayFromZero) - zero);
    }

    private static object Maximum(MaxPool2D op, Tensor x, int[] y)
    {
        IEnumerable<int> cells = from i in Range(op.FilterH)
                                 from j in Range(op.FilterW)
                                 let h = y[1] * op.StrideH - op.PadTop + i * op.DilationH
                                 let v = y[2] * op.StrideW - op.PadLeft + j * op.DilationW
                                 where Inside(h, x.Shape[1]) && Inside(v, x.Shape[2])
                                 select Index(x.Shape, y[0], h, v, y[3]);
        return x.Data.GetValue(cells.MaxBy(x.GetDouble))!;
    }

    /// <summary>A number of steps of y's scale, plus the zero point, within activation and element type.</summary>
    private static object Quantized(Node node, Clamp clamp, BigInteger steps)
    {
        Quantization q = node.Output.Quantization!;
        bool small = node.Output.DType == DType.Int8;
        double lowest = Math.Max(small ? sbyte.MinValue : short.MinValue, q.ZeroPoint + Math.Round(clamp.Min / q.Scale));
        double highest = Math.Min(small ? sbyte.MaxValue : short.MaxValue, q.ZeroPoint + Math.Round(clamp.Max / q.Scale));
        BigInteger y = BigInteger.Max((BigInteger)lowest, BigInteger.Min((BigInteger)highest, steps + q.ZeroPoint));
        return small ? (object)(sbyte)y : (short)y;
    }

    /// <summary>
    /// acc * real: as 31-bit mantissa and exponent with a rounding after each, or for a wide accumulator as 15-bit mantissa
    /// with one rounding.
    /// </summary>
    private static BigInteger Requantized(BigInteger acc, double real, bool wide)
    {
        int exponent = 0;
        for (; real >= 1; exponent++)
        {
            real /= 2;
        }

        for (; real < 0.5; exponent--)
        {
            real *= 2;
        }

        long mantissa = (long)Math.Round(real * Math.Pow(2, 31));
        if (wide)
        {
            return Floor(acc * Math.Min((mantissa + 32768) / 65536, 32767) + (BigInteger.One << (14 - exponent)), 15 - exponent);
        }

        BigInteger high = Floor((acc << Math.Max(exponent, 0)) * mantissa + (BigInteger.One << 30), 31);
        int right = Math.Max(-exponent, 0);
        return right == 0 ? high : high.Sign * Floor(BigInteger.Abs(high) + (BigInteger.One << (right - 1)), right);
    }

    private static BigInteger Floor(BigInteger x, int bits) => x >> bits;

    private static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);

    private static bool Inside(int at, int size) => at >= 0 && at < size;

    private static int Index(Shape shape, params int[] at) => shape.Strides().Select((stride, axis) => stride * at[axis]).Sum();

    /// <summary>Index of an element of a broadcast operand: its leading axes follow those of y, axes of 1 stay at 0.</summary>
    private static int Operand(Shape shape, int[] y, int[] last)
    {
        int[] leading = y[(y.Length - shape.Rank)..^2];
        return Index(shape, [.. leading.Select((at, axis) => shape[axis] == 1 ? 0 : at), .. last]);
    }

    private static int[] Coordinates(Shape shape, int index) => [.. shape.Strides().Select((stride, axis) => index / stride % shape[axis])];
}
