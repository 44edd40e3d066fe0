using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Transposed convolution, NHWC. Inputs x [N,H,W,C], w [O,KH,KW,C/Groups], b [O] (optional); output [N,OutH,OutW,O]; x[h,w] adds to y[h*StrideH-PadTop+kh, w*StrideW-PadLeft+kw].
/// </summary>
public sealed record TransposeConv2D(int StrideH, int StrideW, int PadTop, int PadLeft, int OutH, int OutW, int Groups, Clamp Activation)
    : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        TensorType w = inputs.Need(1, "weights");
        OpHelpers.Check(x.Shape.Rank == 4 && w.Shape.Rank == 4, $"x {x.Shape} and weights {w.Shape}; expected rank 4 each");
        OpHelpers.Check(Groups >= 1 && w.Shape[0] % Groups == 0 && (long)w.Shape[3] * Groups == x.Shape[3],
            $"x {x.Shape} and weights {w.Shape} do not fit in {Groups} groups; expected [N,H,W,C] and [O,KH,KW,C/groups]");
        OpHelpers.Check(StrideH >= 1 && StrideW >= 1 && PadTop >= 0 && PadLeft >= 0 && OutH >= 1 && OutW >= 1,
            $"stride {StrideH}x{StrideW}, padding {PadTop} and {PadLeft}, output {OutH}x{OutW}; expected none below 1 (padding: 0)");
        WindowHelpers.CheckBias(inputs.At(2), w.Shape[0]);
        return [new TensorType(x.DType, new Shape(x.Shape[0], OutH, OutW, w.Shape[0]))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Tensor w = inputs.Need(1);
        Shape shape = new(x.Shape[0], OutH, OutW, w.Shape[0]);
        float[] y = new float[shape.Count];
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int h = 0; h < x.Shape[1]; h++)
            {
                Taps rows = Taps.Inside(h * StrideH - PadTop, 1, w.Shape[1], OutH);
                for (int v = 0; v < x.Shape[2]; v++)
                {
                    Taps columns = Taps.Inside(v * StrideW - PadLeft, 1, w.Shape[2], OutW);
                    int cell = ((n * x.Shape[1] + h) * x.Shape[2] + v) * x.Shape[3];
                    Scatter(x.Floats.AsSpan(cell, x.Shape[3]), w, rows, columns, y.AsSpan(n * OutH * OutW * shape[3]));
                }
            }
        }

        WindowHelpers.BiasAndClamp(y, inputs.At(2)?.Floats, shape[3], Activation);
        return [Tensor.Of(shape, y)];
    }

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs)
    {
        Shape w = inputs[1]!.Shape;
        return (long)inputs[0]!.Shape.Count / Groups * w[0] * w[1] * w[2];
    }

    public QuantRule? Rule(Node node, DType activations) => WindowHelpers.WeightsRule(node, 0);

    public void Lower(Node node, Lowering to) => WindowHelpers.LowerWeights(DeviceOps.TransposeConv2D, node, to, Activation,
    [
        ("stride_h", StrideH), ("stride_w", StrideW), ("pad_top", PadTop), ("pad_left", PadLeft), ("groups", Groups),
    ]);

    /// <summary>Adds one input position to every output of its sample that it reaches.</summary>
    private void Scatter(ReadOnlySpan<float> x, Tensor w, Taps rows, Taps columns, Span<float> y)
    {
        int outputs = w.Shape[0];
        int depth = w.Shape[3];
        int perGroup = outputs / Groups;
        for (int row = 0; row < rows.Count; row++)
        {
            for (int column = 0; column < columns.Count; column++)
            {
                Span<float> cell = y.Slice(((rows.Start + row) * OutW + columns.Start + column) * outputs, outputs);
                for (int o = 0; o < outputs; o++)
                {
                    int tap = ((o * w.Shape[1] + rows.First + row) * w.Shape[2] + columns.First + column) * depth;
                    cell[o] += WindowHelpers.Dot(x.Slice(o / perGroup * depth, depth), w.Floats.AsSpan(tap, depth));
                }
            }
        }
    }
}
