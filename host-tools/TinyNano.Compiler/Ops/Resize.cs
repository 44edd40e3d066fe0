using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Nearest or bilinear resampling of H and W, NHWC. ScaleH and ScaleW are the scales that coordinates are computed with
/// where they are not OutH / H and OutW / W (ONNX with scales that do not divide evenly); 0 otherwise.
/// </summary>
public sealed record Resize(ResizeKind Kind, int OutH, int OutW, CoordinateMode Coordinates, NearestMode Nearest, float ScaleH = 0, float ScaleW = 0)
    : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(x.Shape.Rank == 4 && OutH >= 1 && OutW >= 1, $"x {x.Shape} to {OutH} x {OutW}; expected [N,H,W,C] and at least one cell");
        return [new TensorType(x.DType, new Shape(x.Shape[0], OutH, OutW, x.Shape[3]))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        (ResizeTable rows, ResizeTable cols) = Tables(x.Shape, false);
        Shape shape = new(x.Shape[0], OutH, OutW, x.Shape[3]);
        return [Kind == ResizeKind.Nearest ? Pick(x, shape, rows, cols) : Blend(x, shape, rows, cols)];
    }

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        Kind == ResizeKind.Nearest ? 0 : 4L * outputs[0].Shape.Count;

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.SameAsInput };

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        bool isFloat = x.DType == DType.Float32;
        OpHelpers.Check(Kind == ResizeKind.Nearest || x.DType is DType.Float32 or DType.Int8 or DType.Int16, $"bilinear resize of {x.DType.ShortName()}");
        (ResizeTable rows, ResizeTable cols) = Tables(x.Shape, !isFloat);
        if (IsIdentity(rows, x.Shape[1]) && IsIdentity(cols, x.Shape[2]))
        {
            to.Alias(node.Output, to.Tensor(x));
            return;
        }

        DeviceTensor? Weights(ResizeTable table) => Kind == ResizeKind.Nearest ? null
            : to.Constant(isFloat ? Tensor.Of(new Shape(table.Weights.Length), table.Weights) : Tensor.Of(new Shape(table.Weights.Length), table.Fixed));
        DeviceTensor Cells(ResizeTable table) => to.Constant(Tensor.Of(new Shape(table.Cells.Length), table.Cells));
        to.Step(DeviceOps.Resize, [to.Tensor(x), Cells(rows), Cells(cols), Weights(rows), Weights(cols)], [to.Tensor(node.Output)], [("kind", (int)Kind)]);
    }

    private static bool IsIdentity(ResizeTable table, int length) =>
        table.Cells.AsSpan().SequenceEqual([.. Enumerable.Range(0, length)]) && table.Weights.All(w => w == 0);

    private (ResizeTable Rows, ResizeTable Cols) Tables(Shape x, bool integers)
    {
        ResizeTable Along(int length, int outputs, float scale) => Kind == ResizeKind.Nearest
            ? ResizeTables.Nearest(length, outputs, Coordinates, Nearest, scale)
            : integers ? ResizeTables.BilinearFixed(length, outputs, Coordinates, scale) : ResizeTables.Bilinear(length, outputs, Coordinates, scale);
        return (Along(x[1], OutH, ScaleH), Along(x[2], OutW, ScaleW));
    }

    private static Tensor Pick(Tensor x, Shape shape, ResizeTable rows, ResizeTable cols)
    {
        Tensor y = Tensor.Zeros(x.DType, shape);
        int channels = shape[3];
        int to = 0;
        for (int n = 0; n < shape[0]; n++)
        {
            foreach (int row in rows.Cells)
            {
                foreach (int col in cols.Cells)
                {
                    Array.Copy(x.Data, ((n * x.Shape[1] + row) * x.Shape[2] + col) * channels, y.Data, to, channels);
                    to += channels;
                }
            }
        }

        return y;
    }

    private static Tensor Blend(Tensor x, Shape shape, ResizeTable rows, ResizeTable cols)
    {
        float[] from = x.Floats;
        float[] y = new float[shape.Count];
        int channels = shape[3];
        int pitch = x.Shape[2] * channels;
        int to = 0;
        for (int n = 0; n < shape[0]; n++)
        {
            for (int h = 0; h < shape[1]; h++)
            {
                for (int w = 0; w < shape[2]; w++)
                {
                    float a = rows.Weights[h];
                    float b = cols.Weights[w];
                    int down = a == 0 ? 0 : pitch;
                    int right = b == 0 ? 0 : channels;
                    int at = (n * x.Shape[1] + rows.Cells[h]) * pitch + cols.Cells[w] * channels;
                    for (int c = 0; c < channels; c++, at++, to++)
                    {
                        y[to] = from[at] * (1 - a) * (1 - b) + from[at + down] * a * (1 - b) + from[at + right] * (1 - a) * b + from[at + down + right] * a * b;
                    }
                }
            }
        }

        return Tensor.Of(shape, y);
    }
}
