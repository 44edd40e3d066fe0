using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Maximum over windows, NHWC; padding never wins.
/// </summary>
public sealed record MaxPool2D(int FilterH, int FilterW, int StrideH, int StrideW, int DilationH, int DilationW, int PadTop, int PadBottom, int PadLeft, int PadRight, Clamp Activation)
    : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(x.Shape.Rank == 4, $"x {x.Shape}; expected rank 4");
        int h = WindowHelpers.OutputSize(x.Shape[1], PadTop, PadBottom, FilterH, DilationH, StrideH, "height");
        int w = WindowHelpers.OutputSize(x.Shape[2], PadLeft, PadRight, FilterW, DilationW, StrideW, "width");
        return [new TensorType(x.DType, new Shape(x.Shape[0], h, w, x.Shape[3]))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Shape shape = Infer([new TensorType(x.DType, x.Shape)])[0].Shape;
        return x.Data switch
        {
            float[] data => [Tensor.Of(shape, Clamped(Maxima(data, x.Shape, shape, float.NegativeInfinity)))],
            sbyte[] data when x.DType == DType.Int8 => [Tensor.Of(shape, Maxima(data, x.Shape, shape, sbyte.MinValue))],
            byte[] data => [new Tensor(x.DType, shape, Maxima(data, x.Shape, shape, byte.MinValue))],
            _ => throw new OpException($"x is {x.DType.ShortName()}; expected numbers"),
        };
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        (_, int lo, int hi) = AveragePool2D.PoolRange(node, Activation);
        to.Step(DeviceOps.MaxPool2D, [to.Tensor(node.Inputs[0]!)], [to.Tensor(node.Output)],
        [
            ("filter_h", FilterH), ("filter_w", FilterW), ("stride_h", StrideH), ("stride_w", StrideW),
            ("dilation_h", DilationH), ("dilation_w", DilationW), ("pad_top", PadTop), ("pad_left", PadLeft), ("lo", lo), ("hi", hi),
        ]);
    }

    private float[] Clamped(float[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Activation.Apply(y[i]);
        }

        return y;
    }

    private T[] Maxima<T>(T[] data, Shape x, Shape shape, T lowest)
        where T : IComparable<T>
    {
        int channels = shape[3];
        T[] y = new T[shape.Count];
        Array.Fill(y, lowest);
        int position = 0;
        for (int n = 0; n < shape[0]; n++)
        {
            for (int oy = 0; oy < shape[1]; oy++)
            {
                Taps rows = Taps.Inside(oy * StrideH - PadTop, DilationH, FilterH, x[1]);
                for (int ox = 0; ox < shape[2]; ox++, position += channels)
                {
                    Taps columns = Taps.Inside(ox * StrideW - PadLeft, DilationW, FilterW, x[2]);
                    for (int tap = 0; tap < rows.Count * columns.Count; tap++)
                    {
                        int row = n * x[1] + rows.Start + tap / columns.Count * DilationH;
                        int column = columns.Start + tap % columns.Count * DilationW;
                        Max(y.AsSpan(position, channels), data.AsSpan((row * x[2] + column) * channels, channels));
                    }
                }
            }
        }

        return y;
    }

    private static void Max<T>(Span<T> y, ReadOnlySpan<T> x)
        where T : IComparable<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = x[i].CompareTo(y[i]) > 0 ? x[i] : y[i];
        }
    }
}
