using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Depthwise convolution, NHWC. Inputs x [N,H,W,C], w [1,KH,KW,C*Multiplier], b [C*Multiplier] (optional); output channel c*Multiplier+m reads input channel c.
/// </summary>
public sealed record DepthwiseConv2D(int StrideH, int StrideW, int DilationH, int DilationW, int PadTop, int PadBottom, int PadLeft, int PadRight, int Multiplier, Clamp Activation)
    : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        TensorType w = inputs.Need(1, "weights");
        OpHelpers.Check(x.Shape.Rank == 4 && w.Shape.Rank == 4 && w.Shape[0] == 1 && Multiplier >= 1 && (long)x.Shape[3] * Multiplier == w.Shape[3],
            $"x {x.Shape} and weights {w.Shape} do not fit with multiplier {Multiplier}; expected [N,H,W,C] and [1,KH,KW,C*multiplier]");
        WindowHelpers.CheckBias(inputs.At(2), w.Shape[3]);
        int h = WindowHelpers.OutputSize(x.Shape[1], PadTop, PadBottom, w.Shape[1], DilationH, StrideH, "height");
        int width = WindowHelpers.OutputSize(x.Shape[2], PadLeft, PadRight, w.Shape[2], DilationW, StrideW, "width");
        return [new TensorType(x.DType, new Shape(x.Shape[0], h, width, w.Shape[3]))];
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

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        (long)outputs[0].Shape.Count * inputs[1]!.Shape[1] * inputs[1]!.Shape[2];

    public QuantRule? Rule(Node node, DType activations) => WindowHelpers.WeightsRule(node, 3);

    public void Lower(Node node, Lowering to) => WindowHelpers.LowerWeights(DeviceOps.DepthwiseConv2D, node, to, Activation,
    [
        ("stride_h", StrideH), ("stride_w", StrideW), ("dilation_h", DilationH), ("dilation_w", DilationW),
        ("pad_top", PadTop), ("pad_left", PadLeft), ("multiplier", Multiplier),
    ]);

    /// <summary>Adds one window's products to the channels of one position, tap by tap.</summary>
    private void AddWindow(Tensor x, int n, Tensor w, Taps rows, Taps columns, Span<float> y)
    {
        int channels = x.Shape[3];
        for (int row = 0; row < rows.Count; row++)
        {
            int xRow = (n * x.Shape[1] + rows.Start + row * DilationH) * x.Shape[2] + columns.Start;
            int wRow = (rows.First + row) * w.Shape[2] + columns.First;
            for (int column = 0; column < columns.Count; column++)
            {
                ReadOnlySpan<float> cells = x.Floats.AsSpan((xRow + column * DilationW) * channels, channels);
                ReadOnlySpan<float> taps = w.Floats.AsSpan((wRow + column) * y.Length, y.Length);
                if (Multiplier == 1)
                {
                    WindowHelpers.MultiplyAdd(y, cells, taps);
                    continue;
                }

                for (int c = 0; c < channels; c++)
                {
                    WindowHelpers.MultiplyAdd(y.Slice(c * Multiplier, Multiplier), cells[c], taps.Slice(c * Multiplier, Multiplier));
                }
            }
        }
    }
}
