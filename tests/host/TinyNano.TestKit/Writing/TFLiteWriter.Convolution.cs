using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.TestKit.Writing;

public static partial class TFLiteWriter
{
    private const byte Same = 0;
    private const byte Valid = 1;

    private static KeyValuePair<Type, Action<TFLiteBuffer, Node>>[] Convolution() =>
    [
        Row<FullyConnected>((to, node, op) => Plain(to, node, "FULLY_CONNECTED", 8,
            Activation(0, op.Activation), new(1, (byte)0), new(2, node.Inputs[0]!.Shape.Rank != 2))),
        Row<Conv2D>(WriteConv2D),
        Row<DepthwiseConv2D>(WriteDepthwiseConv2D),
        Row<TransposeConv2D>(WriteTransposeConv2D),
        Row<BatchMatMul>((to, node, op) => Plain(to, node, "BATCH_MATMUL", 101,
            new(0, op.TransposeA), new(1, op.TransposeB), new(2, false))),
        Row<AveragePool2D>(WriteAveragePool2D),
        Row<MaxPool2D>(WriteMaxPool2D),
    ];

    private static void WriteConv2D(TFLiteBuffer to, Node node, Conv2D op)
    {
        Shape w = node.Inputs[1]!.Shape;
        int[] pads = [op.PadTop, op.PadBottom, op.PadLeft, op.PadRight];
        (int x, byte padding) = Padded(to, node.Inputs[0]!, pads,
            [w[1], w[2]], [op.StrideH, op.StrideW], [op.DilationH, op.DilationW]);
        With(to, node, "CONV_2D", [x, to.Tensor(node.Inputs[1]), to.Tensor(node.Input(2))], 1,
            new(0, padding), new(1, op.StrideW), new(2, op.StrideH), Activation(3, op.Activation),
            new(4, op.DilationW), new(5, op.DilationH));
    }

    private static void WriteDepthwiseConv2D(TFLiteBuffer to, Node node, DepthwiseConv2D op)
    {
        Shape w = node.Inputs[1]!.Shape;
        int[] pads = [op.PadTop, op.PadBottom, op.PadLeft, op.PadRight];
        (int x, byte padding) = Padded(to, node.Inputs[0]!, pads,
            [w[1], w[2]], [op.StrideH, op.StrideW], [op.DilationH, op.DilationW]);
        With(to, node, "DEPTHWISE_CONV_2D", [x, to.Tensor(node.Inputs[1]), to.Tensor(node.Input(2))], 2,
            new(0, padding), new(1, op.StrideW), new(2, op.StrideH), new(3, op.Multiplier), Activation(4, op.Activation),
            new(5, op.DilationW), new(6, op.DilationH));
    }

    private static void WriteTransposeConv2D(TFLiteBuffer to, Node node, TransposeConv2D op)
    {
        Shape w = node.Inputs[1]!.Shape;
        (int top, _) = SamePads(op.OutH, w[1], op.StrideH, 1);
        (int left, _) = SamePads(op.OutW, w[2], op.StrideW, 1);
        Shape x = node.Inputs[0]!.Shape;
        bool same = op.PadTop == top && op.PadLeft == left
            && x[1] == (op.OutH + op.StrideH - 1) / op.StrideH && x[2] == (op.OutW + op.StrideW - 1) / op.StrideW;
        if (op.Groups != 1 || (!same && (op.PadTop != 0 || op.PadLeft != 0)))
        {
            throw new NotSupportedException($"{node}: TRANSPOSE_CONV has one group and pads SAME or VALID");
        }

        int shape = to.Constant(node.Output.Shape.ToArray());
        List<int> inputs = [shape, to.Tensor(node.Inputs[1]), to.Tensor(node.Inputs[0])];
        if (node.Input(2) is Value bias)
        {
            inputs.Add(to.Tensor(bias));
        }

        With(to, node, "TRANSPOSE_CONV", [.. inputs], 49,
            new(0, same ? Same : Valid), new(1, op.StrideW), new(2, op.StrideH), Activation(3, op.Activation));
    }

    private static void WriteAveragePool2D(TFLiteBuffer to, Node node, AveragePool2D op)
    {
        byte padding = PoolPadding(node, [op.PadTop, op.PadBottom, op.PadLeft, op.PadRight],
            [op.FilterH, op.FilterW], [op.StrideH, op.StrideW]);
        if (op.CountPad && padding == Same)
        {
            throw new NotSupportedException($"{node}: TFLite does not count padding");
        }

        Plain(to, node, "AVERAGE_POOL_2D", 5, new(0, padding), new(1, op.StrideW), new(2, op.StrideH),
            new(3, op.FilterW), new(4, op.FilterH), Activation(5, op.Activation));
    }

    private static void WriteMaxPool2D(TFLiteBuffer to, Node node, MaxPool2D op)
    {
        if (op.DilationH != 1 || op.DilationW != 1)
        {
            throw new NotSupportedException($"{node}: TFLite has no dilated pooling");
        }

        byte padding = PoolPadding(node, [op.PadTop, op.PadBottom, op.PadLeft, op.PadRight],
            [op.FilterH, op.FilterW], [op.StrideH, op.StrideW]);
        Plain(to, node, "MAX_POOL_2D", 5, new(0, padding), new(1, op.StrideW), new(2, op.StrideH),
            new(3, op.FilterW), new(4, op.FilterH), Activation(5, op.Activation));
    }

    private static byte PoolPadding(Node node, int[] pads, int[] filter, int[] stride) =>
        PaddingCode(node.Inputs[0]!.Shape, pads, filter, stride, [1, 1])
        ?? throw new NotSupportedException($"{node}: TFLite pads pools SAME or VALID only");

    // VALID for no pads, SAME where the pads are what SAME means, null otherwise.
    private static byte? PaddingCode(Shape x, int[] pads, int[] filter, int[] stride, int[] dilation)
    {
        if (pads.All(p => p == 0))
        {
            return Valid;
        }

        (int top, int bottom) = SamePads(x[1], filter[0], stride[0], dilation[0]);
        (int left, int right) = SamePads(x[2], filter[1], stride[1], dilation[1]);
        return pads.SequenceEqual([top, bottom, left, right]) ? Same : null;
    }

    private static (int Tensor, byte Padding) Padded(TFLiteBuffer to, Value x, int[] pads, int[] filter, int[] stride, int[] dilation)
    {
        if (PaddingCode(x.Shape, pads, filter, stride, dilation) is byte code)
        {
            return (to.Tensor(x), code);
        }

        Shape shape = new(x.Shape[0], x.Shape[1] + pads[0] + pads[1], x.Shape[2] + pads[2] + pads[3], x.Shape[3]);
        int padded = to.Temp(x.Type with { Shape = shape });
        int paddings = to.Constant(Tensor.Of(new Shape(4, 2), [0, 0, pads[0], pads[1], pads[2], pads[3], 0, 0]));
        to.Op("PAD", 22, [], [to.Tensor(x), paddings], [padded]);
        return (padded, Valid);
    }

    // TFLite's SAME: ceil(size / stride) outputs; the odd cell goes to the end.
    private static (int Before, int After) SamePads(int size, int filter, int stride, int dilation)
    {
        int outputs = (size + stride - 1) / stride;
        int total = Math.Max((outputs - 1) * stride + (filter - 1) * dilation + 1 - size, 0);
        return (total / 2, total - total / 2);
    }
}
