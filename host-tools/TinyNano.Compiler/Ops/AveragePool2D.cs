using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Average over windows, NHWC; cells of the padding count only if CountPad. Output size is floor((H + pads - filter) / stride) + 1.
/// </summary>
public sealed record AveragePool2D(int FilterH, int FilterW, int StrideH, int StrideW, int PadTop, int PadBottom, int PadLeft, int PadRight, bool CountPad, Clamp Activation)
    : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(x.Shape.Rank == 4, $"x {x.Shape}; expected rank 4");
        OpHelpers.Check((long)FilterH * FilterW <= int.MaxValue, $"a window of {FilterH}x{FilterW} is too large");
        int h = WindowHelpers.OutputSize(x.Shape[1], PadTop, PadBottom, FilterH, 1, StrideH, "height");
        int w = WindowHelpers.OutputSize(x.Shape[2], PadLeft, PadRight, FilterW, 1, StrideW, "width");
        OpHelpers.Check(PadTop < FilterH && PadLeft < FilterW && (h - 1) * StrideH - PadTop < x.Shape[1] && (w - 1) * StrideW - PadLeft < x.Shape[2],
            "a window lies in the padding altogether; it has no average");
        return [new TensorType(x.DType, new Shape(x.Shape[0], h, w, x.Shape[3]))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Shape shape = Infer([new TensorType(x.DType, x.Shape)])[0].Shape;
        int channels = shape[3];
        float[] y = new float[shape.Count];
        int position = 0;
        for (int n = 0; n < shape[0]; n++)
        {
            for (int oy = 0; oy < shape[1]; oy++)
            {
                Taps rows = Taps.Inside(oy * StrideH - PadTop, 1, FilterH, x.Shape[1]);
                int height = CountPad ? Math.Min(FilterH, x.Shape[1] + PadBottom + PadTop - oy * StrideH) : rows.Count;
                for (int ox = 0; ox < shape[2]; ox++, position += channels)
                {
                    Taps columns = Taps.Inside(ox * StrideW - PadLeft, 1, FilterW, x.Shape[2]);
                    int width = CountPad ? Math.Min(FilterW, x.Shape[2] + PadRight + PadLeft - ox * StrideW) : columns.Count;
                    Average(x, n, rows, columns, height * width, y.AsSpan(position, channels));
                }
            }
        }

        return [Tensor.Of(shape, y)];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        (int zero, int lo, int hi) = PoolRange(node, Activation);
        to.Step(DeviceOps.AveragePool2D, [to.Tensor(node.Inputs[0]!)], [to.Tensor(node.Output)],
        [
            ("filter_h", FilterH), ("filter_w", FilterW), ("stride_h", StrideH), ("stride_w", StrideW),
            ("pad_top", PadTop), ("pad_left", PadLeft), ("pad_bottom", PadBottom), ("pad_right", PadRight),
            ("count_pad", CountPad ? 1 : 0), ("zero", zero), ("lo", lo), ("hi", hi),
        ]);
    }

    /// <summary>
    /// Zero point and clamp of a pool. OpException where x and y differ in quantisation (scales may differ by 1e-6, as in
    /// TFLite) or the element type has no kernel.
    /// </summary>
    internal static (int Zero, int Lo, int Hi) PoolRange(Node node, Clamp activation)
    {
        Value x = node.Inputs[0]!;
        if (x.DType == DType.Float32)
        {
            return (0, Lowering.Bits(activation.Min), Lowering.Bits(activation.Max));
        }

        OpHelpers.Check(x.DType is DType.Int8 or DType.Int16, $"x is {x.DType.ShortName()}; the device has i8, i16 and f32");
        Quantization qx = OpHelpers.Quant(x);
        Quantization qy = OpHelpers.Quant(node.Output);
        OpHelpers.Check(MathF.Abs(qx.Scale - qy.Scale) <= 1e-6 && qx.ZeroPoint == qy.ZeroPoint, "x and y differ in scale or zero point; expected the same");
        (int lo, int hi) = OpHelpers.QuantizedRange(activation, x.DType, qy);
        return (qy.ZeroPoint, lo, hi);
    }

    private void Average(Tensor x, int n, Taps rows, Taps columns, int cells, Span<float> y)
    {
        for (int row = rows.Start; row < rows.Start + rows.Count; row++)
        {
            for (int column = columns.Start; column < columns.Start + columns.Count; column++)
            {
                ReadOnlySpan<float> cell = x.Floats.AsSpan(((n * x.Shape[1] + row) * x.Shape[2] + column) * y.Length, y.Length);
                for (int c = 0; c < y.Length; c++)
                {
                    y[c] += cell[c];
                }
            }
        }

        for (int c = 0; c < y.Length; c++)
        {
            y[c] = Activation.Apply(y[c] / cells);
        }
    }
}
