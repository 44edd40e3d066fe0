using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// 2-D convolution, NHWC. Inputs x [N,H,W,C], w [O,KH,KW,C/Groups], b [O] (optional); output [N,OH,OW,O]. A 1-D convolution has H = KH = 1.
/// </summary>
public sealed record Conv2D(int StrideH, int StrideW, int DilationH, int DilationW, int PadTop, int PadBottom, int PadLeft, int PadRight, int Groups, Clamp Activation)
    : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        TensorType w = inputs.Need(1, "weights");
        OpHelpers.Check(x.Shape.Rank == 4 && w.Shape.Rank == 4, $"x {x.Shape} and weights {w.Shape}; expected rank 4 each");
        OpHelpers.Check(Groups >= 1 && w.Shape[0] % Groups == 0 && (long)w.Shape[3] * Groups == x.Shape[3],
            $"x {x.Shape} and weights {w.Shape} do not fit in {Groups} groups; expected [N,H,W,C] and [O,KH,KW,C/groups]");
        WindowHelpers.CheckBias(inputs.At(2), w.Shape[0]);
        int h = WindowHelpers.OutputSize(x.Shape[1], PadTop, PadBottom, w.Shape[1], DilationH, StrideH, "height");
        int width = WindowHelpers.OutputSize(x.Shape[2], PadLeft, PadRight, w.Shape[2], DilationW, StrideW, "width");
        return [new TensorType(x.DType, new Shape(x.Shape[0], h, width, w.Shape[0]))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Tensor w = inputs.Need(1);
        Shape shape = Infer([new TensorType(x.DType, x.Shape), new TensorType(w.DType, w.Shape)])[0].Shape;
        float[] y = new float[shape.Count];
        int position = 0;
        for (int n = 0; n < shape[0]; n++)
        {
            for (int oy = 0; oy < shape[1]; oy++)
            {
                Taps rows = Taps.Inside(oy * StrideH - PadTop, DilationH, w.Shape[1], x.Shape[1]);
                for (int ox = 0; ox < shape[2]; ox++, position += shape[3])
                {
                    Taps columns = Taps.Inside(ox * StrideW - PadLeft, DilationW, w.Shape[2], x.Shape[2]);
                    AddWindow(x, n, w, rows, columns, y.AsSpan(position, shape[3]));
                }
            }
        }

        WindowHelpers.BiasAndClamp(y, inputs.At(2)?.Floats, shape[3], Activation);
        return [Tensor.Of(shape, y)];
    }

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        Shape w = inputs[1]!.Shape;
        return (long)outputs[0].Shape.Count * w[1] * w[2] * w[3];
    }

    public QuantRule? Rule(Node node, DType activations) => WindowHelpers.WeightsRule(node, 0);

    public void Lower(Node node, Lowering to) => WindowHelpers.LowerWeights(DeviceOps.Conv2D, node, to, Activation,
    [
        ("stride_h", StrideH), ("stride_w", StrideW), ("dilation_h", DilationH), ("dilation_w", DilationW),
        ("pad_top", PadTop), ("pad_left", PadLeft), ("groups", Groups),
    ]);

    /// <summary>Adds one window's products to the channels of one position. Without groups and dilation a row of taps is one run of numbers.</summary>
    private void AddWindow(Tensor x, int n, Tensor w, Taps rows, Taps columns, Span<float> y)
    {
        int inputs = x.Shape[3];
        int depth = w.Shape[3];
        int perGroup = y.Length / Groups;
        bool whole = DilationW == 1 && Groups == 1;
        int runs = whole ? Math.Min(columns.Count, 1) : columns.Count;
        int length = whole ? columns.Count * depth : depth;
        for (int row = 0; row < rows.Count; row++)
        {
            int xRow = (n * x.Shape[1] + rows.Start + row * DilationH) * x.Shape[2];
            int wRow = (rows.First + row) * w.Shape[2] + columns.First;
            for (int run = 0; run < runs; run++)
            {
                int from = (xRow + columns.Start + run * DilationW) * inputs;
                for (int o = 0; o < y.Length; o++)
                {
                    int tap = (o * w.Shape[1] * w.Shape[2] + wRow + run) * depth;
                    y[o] += WindowHelpers.Dot(x.Floats.AsSpan(from + o / perGroup * depth, length), w.Floats.AsSpan(tap, length));
                }
            }
        }
    }
}
