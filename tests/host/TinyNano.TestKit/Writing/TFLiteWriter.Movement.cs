using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.TestKit.Writing;

public static partial class TFLiteWriter
{
    private static KeyValuePair<Type, Action<TFLiteBuffer, Node>>[] Movement() =>
    [
        Row<Reshape>((to, node, op) => With(to, node, "RESHAPE", [to.Tensor(node.Inputs[0]), Shaped(to, op.Dims)], 17, new OptionField(0, op.Dims))),
        Row<Transpose>((to, node, op) => With(to, node, "TRANSPOSE", [to.Tensor(node.Inputs[0]), to.Constant(op.Perm)], 26)),
        Row<BroadcastTo>((to, node, op) => With(to, node, "BROADCAST_TO", [to.Tensor(node.Inputs[0]), to.Constant(op.Dims)], 104)),
        Row<Concat>((to, node, op) => Plain(to, node, "CONCATENATION", 10, new(0, op.Axis), new(1, (byte)0))),
        Row<Split>(WriteSplit),
        Row<StridedSlice>(WriteStridedSlice),
        Row<Pad>(WritePad),
        Row<Gather>(WriteGather),
        Row<SpaceToDepth>((to, node, op) => Plain(to, node, "SPACE_TO_DEPTH", 19, new OptionField(0, op.Block))),
        Row<DepthToSpace>((to, node, op) => Plain(to, node, op.ColumnRowDepth
            ? throw new NotSupportedException($"{node}: TFLite has depth-column-row order only") : "DEPTH_TO_SPACE", 94, new OptionField(0, op.Block))),
        Row<Resize>(WriteResize),
    ];

    private static int Shaped(TFLiteBuffer to, int[] dims) =>
        dims.Length > 0 ? to.Constant(dims) : throw new NotSupportedException("a reshape to a scalar");

    private static void WriteGather(TFLiteBuffer to, Node node, Gather op)
    {
        if (node.Inputs[1]!.Constant is Tensor indices && Enumerable.Range(0, indices.Count).Any(i => indices.GetInteger(i) < 0))
        {
            throw new NotSupportedException($"{node}: TFLite has no negative indices");
        }

        Plain(to, node, "GATHER", 23, new(0, op.Axis), new(1, 0));
    }

    private static void WriteSplit(TFLiteBuffer to, Node node, Split op)
    {
        int axis = to.Constant(Tensor.Of(Shape.Scalar, [op.Axis]));
        int x = to.Tensor(node.Inputs[0]);
        if (op.Sizes.All(s => s == op.Sizes[0]))
        {
            With(to, node, "SPLIT", [axis, x], 35, new OptionField(0, op.Sizes.Length));
        }
        else
        {
            With(to, node, "SPLIT_V", [x, to.Constant(op.Sizes), axis], 79, new OptionField(0, op.Sizes.Length));
        }
    }

    private static void WriteStridedSlice(TFLiteBuffer to, Node node, StridedSlice op)
    {
        int x = to.Tensor(node.Inputs[0]);
        if (op.Stride.All(s => s == 1))
        {
            With(to, node, "SLICE", [x, to.Constant(op.Begin), to.Constant(op.Size)], 48);
            return;
        }

        // An end before index 0 cannot be written as a number, as -1 means the last index: the end mask says it.
        int endMask = 0;
        int[] end = new int[op.Begin.Length];
        for (int i = 0; i < end.Length; i++)
        {
            end[i] = op.Begin[i] + op.Size[i] * op.Stride[i];
            endMask |= end[i] < 0 ? 1 << i : 0;
        }

        With(to, node, "STRIDED_SLICE", [x, to.Constant(op.Begin), to.Constant(end), to.Constant(op.Stride)], 32,
            new(0, 0), new(1, endMask), new(2, 0), new(3, 0), new(4, 0), new(5, false));
    }

    private static void WritePad(TFLiteBuffer to, Node node, Pad op)
    {
        Value x = node.Inputs[0]!;
        int[] pads = [.. op.Before.Zip(op.After).SelectMany(p => new[] { p.First, p.Second })];
        int paddings = to.Constant(Tensor.Of(new Shape(op.Before.Length, 2), pads));
        switch (op.Mode)
        {
            case PadMode.Constant when op.Value == 0:
                With(to, node, "PAD", [to.Tensor(x), paddings], 22);
                break;
            case PadMode.Constant:
                With(to, node, "PADV2", [to.Tensor(x), paddings, to.Constant(Stored(op.Value, x.Type), x.Quantization)], 43);
                break;
            case PadMode.Reflect or PadMode.Symmetric:
                With(to, node, "MIRROR_PAD", [to.Tensor(x), paddings], 77, new OptionField(0, (byte)(op.Mode == PadMode.Reflect ? 0 : 1)));
                break;
            default:
                throw new NotSupportedException($"{node}: TFLite has no {op.Mode} padding");
        }
    }

    // A real number as one element of the given type, quantised where the type is.
    private static Tensor Stored(float real, TensorType type)
    {
        Tensor tensor = Tensor.Zeros(type.DType, Shape.Scalar);
        double stored = type.Quantization is Quantization q
            ? Math.Round(real / q.Scale, MidpointRounding.AwayFromZero) + q.ZeroPoint
            : real;
        tensor.Data.SetValue(Convert.ChangeType(stored, Tensor.ElementType(type.DType), System.Globalization.CultureInfo.InvariantCulture), 0);
        return tensor;
    }

    private static void WriteResize(TFLiteBuffer to, Node node, Resize op)
    {
        bool nearest = op.Kind == ResizeKind.Nearest;
        bool align = op.Coordinates == CoordinateMode.AlignCorners;
        bool half = op.Coordinates == CoordinateMode.HalfPixel;
        NearestMode rounding = align || half ? NearestMode.RoundPreferCeil : NearestMode.Floor;
        if (op.ScaleH != 0 || op.ScaleW != 0 || op.Coordinates == CoordinateMode.PytorchHalfPixel || (nearest && op.Nearest != rounding))
        {
            throw new NotSupportedException($"{node}: TFLite has no resize with {op.Coordinates} and {op.Nearest}");
        }

        int[] inputs = [to.Tensor(node.Inputs[0]), to.Constant(op.OutH, op.OutW)];
        if (nearest)
        {
            With(to, node, "RESIZE_NEAREST_NEIGHBOR", inputs, 74, new(0, align), new(1, half));
        }
        else
        {
            With(to, node, "RESIZE_BILINEAR", inputs, 15, new(2, align), new(3, half));
        }
    }
}
