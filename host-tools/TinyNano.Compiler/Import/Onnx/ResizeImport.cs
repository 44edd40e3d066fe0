using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// Resize and Upsample. What the IR's Resize says (nearest or linear over H and W, scale = out / in) becomes one; everything
/// else is done axis by axis: nearest as a gather, linear and cubic as a product with a constant matrix.
/// </summary>
internal static class ResizeImport
{
    /// <summary>One axis: its sizes, the scale that coordinates are computed with, and the part of the input to show.</summary>
    private readonly record struct Scaling(int In, int Out, double Scale, double Start = 0, double End = 1)
    {
        public bool IsPlain => Scale * In == Out && Start == 0 && End == 1;

        public bool IsNothing => In == Out && IsPlain;
    }

    public static void Upsample(NodeImport n)
    {
        Edge x = n.In(0);
        float[] scales = n.Opset < 9 ? n.FloatList("scales") ?? [] : n.Constant(1, "scales").ToFloats();
        string mode = n.Text("mode", "nearest");
        n.Out(Resized(n, x, FromScales(x, scales, null), mode == "bilinear" ? "linear" : mode, "asymmetric", "floor"));
    }

    public static void Resize(NodeImport n)
    {
        Edge x = n.In(0);
        string mode = n.Text("mode", "nearest");
        if (n.Opset < 11)
        {
            n.Out(Resized(n, x, FromScales(x, n.Constant(1, "scales").ToFloats(), null), mode, "asymmetric", "floor"));
            return;
        }

        n.Ignore("extrapolation_value");
        n.Require("antialias", 0, 0);
        int[]? axes = n.IntList("axes");
        axes = axes is null ? null : Array.ConvertAll(axes, a => NodeImport.Axis(a, x.Rank));
        string policy = n.Text("keep_aspect_ratio_policy", "stretch");
        bool bySizes = n.Has(3) && n.In(3).Count > 0;
        Scaling[] scaling = bySizes ? FromSizes(x, n.Ints(3, "sizes"), axes, policy)
            : FromScales(x, n.Constant(2, "scales").ToFloats(), axes);
        string coordinates = n.Text("coordinate_transformation_mode", "half_pixel");
        if (coordinates == "tf_crop_and_resize")
        {
            Crop(n, scaling, n.Constant(1, "roi").ToFloats(), axes);
        }

        n.Out(Resized(n, x, scaling, mode, coordinates, n.Text("nearest_mode", "round_prefer_floor")));
    }

    private static Scaling[] FromScales(Edge x, float[] scales, int[]? axes)
    {
        Scaling[] scaling = Unscaled(x, scales.Length, axes, "scales");
        for (int i = 0; i < scales.Length; i++)
        {
            int axis = axes?[i] ?? i;
            double size = Math.Floor((double)x[axis] * scales[i]);
            scaling[axis] = new Scaling(x[axis], size is >= 1 and <= 1 << 20 ? (int)size
                : throw new ImportException($"scale {scales[i]} of axis {axis} is not supported"), scales[i]);
        }

        return scaling;
    }

    private static Scaling[] FromSizes(Edge x, int[] sizes, int[]? axes, string policy)
    {
        Scaling[] scaling = Unscaled(x, sizes.Length, axes, "sizes");
        SpatialImport.Check(sizes, sizes.Length, "sizes", 1);
        double[] scales = [.. sizes.Select((s, i) => (double)s / x[axes?[i] ?? i])];
        if (policy is not ("stretch" or "not_larger" or "not_smaller"))
        {
            throw new ImportException($"keep_aspect_ratio_policy = {policy} is not supported");
        }

        for (int i = 0; i < sizes.Length; i++)
        {
            int axis = axes?[i] ?? i;
            double scale = policy == "stretch" ? scales[i] : policy == "not_larger" ? scales.Min() : scales.Max();
            int size = policy == "stretch" ? sizes[i] : (int)Math.Floor(scale * x[axis] + 0.5);
            scaling[axis] = policy == "stretch" ? new Scaling(x[axis], size, scale) : new Scaling(x[axis], Math.Max(size, 1), scale);
        }

        return scaling;
    }

    // roi: where the shown part starts on each axis, then where it ends, in units of the axis.
    private static void Crop(NodeImport n, Scaling[] scaling, float[] roi, int[]? axes)
    {
        int count = axes?.Length ?? scaling.Length;
        if (roi.Length != 2 * count)
        {
            throw new ImportException($"roi has {roi.Length} numbers, expected {2 * count}");
        }

        for (int i = 0; i < count; i++)
        {
            if (roi[i] < 0 || roi[i + count] > 1 || !(roi[i] <= roi[i + count]))
            {
                throw new ImportException($"roi from {roi[i]} to {roi[i + count]} reaches beyond the input, which is not supported");
            }

            int axis = axes?[i] ?? i;
            scaling[axis] = scaling[axis] with { Start = roi[i], End = roi[i + count] };
        }
    }

    private static Scaling[] Unscaled(Edge x, int given, int[]? axes, string what)
    {
        int expected = axes?.Length ?? x.Rank;
        return given == expected ? [.. x.ToDims().Select(d => new Scaling(d, d, 1))]
            : throw new ImportException($"{given} {what}, expected {expected}");
    }

    private static Edge Resized(NodeImport n, Edge x, Scaling[] scaling, string mode, string coordinates, string nearest)
    {
        CoordinateMode? coordinateMode = coordinates switch
        {
            "asymmetric" => CoordinateMode.Asymmetric,
            "half_pixel" => CoordinateMode.HalfPixel,
            "pytorch_half_pixel" => CoordinateMode.PytorchHalfPixel,
            "align_corners" => CoordinateMode.AlignCorners,
            "tf_half_pixel_for_nn" or "half_pixel_symmetric" or "tf_crop_and_resize" => null,
            _ => throw new ImportException($"coordinate_transformation_mode = {coordinates} is not supported"),
        };
        NearestMode nearestMode = nearest switch
        {
            "floor" => NearestMode.Floor,
            "ceil" => NearestMode.Ceil,
            "round_prefer_floor" => NearestMode.RoundPreferFloor,
            "round_prefer_ceil" => NearestMode.RoundPreferCeil,
            _ => throw new ImportException($"nearest_mode = {nearest} is not supported"),
        };
        if (mode is not ("nearest" or "linear" or "cubic"))
        {
            throw new ImportException($"mode = {mode} is not supported (only nearest, linear, cubic)");
        }

        float cubic = n.Float("cubic_coeff_a", -0.75f);
        bool exclude = n.Flag("exclude_outside");
        bool images = x.Rank is 3 or 4 && scaling[0].IsNothing && scaling[1].IsNothing && scaling.All(s => s.IsPlain);
        if (images && coordinateMode is CoordinateMode c && mode != "cubic")
        {
            Resize op = new(mode == "nearest" ? ResizeKind.Nearest : ResizeKind.Bilinear,
                x.Rank == 4 ? scaling[2].Out : 1, scaling[^1].Out, c, nearestMode);
            return n.FromNhwc(Edge.Of(n.Main(op, n.ValueOf(n.ToNhwc(x))), x.Type), x.Rank);
        }

        for (int axis = 0; axis < x.Rank; axis++)
        {
            Scaling s = scaling[axis];
            if (s.IsNothing)
            {
                continue;
            }

            double[] positions = [.. Enumerable.Range(0, s.Out).Select(o => Position(o, s, coordinates))];
            x = mode == "nearest" ? n.Gather(x, axis, OnnxTensor.OfLongs([.. positions.Select(p => (long)Nearest(p, s.In, nearestMode))]))
                : Interpolated(n, x, axis, [.. positions.Select(p => Weights(p, s.In, mode == "cubic" ? cubic : null, exclude))]);
        }

        return x;
    }

    private static double Position(int o, Scaling s, string coordinates)
    {
        double centre = (o + 0.5) / s.Scale;
        return coordinates switch
        {
            "asymmetric" => o / s.Scale,
            "pytorch_half_pixel" => s.Out > 1 ? centre - 0.5 : 0,
            "align_corners" => s.Out > 1 ? (double)o * (s.In - 1) / (s.Out - 1) : 0,
            "tf_half_pixel_for_nn" => centre,
            "tf_crop_and_resize" => (s.In - 1) * (s.Out > 1 ? s.Start + o * (s.End - s.Start) / (s.Out - 1) : (s.Start + s.End) / 2),
            "half_pixel_symmetric" => s.In / 2.0 * (1 - s.Out / (s.Scale * s.In)) + centre - 0.5,
            _ => centre - 0.5,
        };
    }

    private static int Nearest(double position, int size, NearestMode mode)
    {
        double index = mode switch
        {
            NearestMode.Floor => Math.Floor(position),
            NearestMode.Ceil => Math.Ceiling(position),
            NearestMode.RoundPreferFloor => Math.Ceiling(position - 0.5),
            _ => Math.Floor(position + 0.5),
        };
        return (int)Math.Clamp(index, 0, size - 1);
    }

    // One row of the interpolation matrix; cells beyond the border are the border cell, or (exclude) have no weight.
    private static float[] Weights(double position, int size, float? cubic, bool exclude)
    {
        double[] row = new double[size];
        int first = (int)Math.Floor(position) - (cubic is null ? 0 : 1);
        int taps = cubic is null ? 2 : 4;
        double total = 0;
        for (int i = first; i < first + taps; i++)
        {
            double distance = Math.Abs(position - i);
            double weight = cubic is float a ? Cubic(distance, a) : 1 - distance;
            if (exclude && cubic is not null && (i < 0 || i >= size))
            {
                continue;
            }

            row[Math.Clamp(i, 0, size - 1)] += weight;
            total += weight;
        }

        return Array.ConvertAll(row, w => (float)(w / total));
    }

    // Keys' cubic convolution kernel.
    private static double Cubic(double d, double a) => d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1
        : d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;

    private static Edge Interpolated(NodeImport n, Edge x, int axis, float[][] matrix)
    {
        int[] perm = [.. Enumerable.Range(0, x.Rank)];
        (perm[axis], perm[^1]) = (perm[^1], perm[axis]);
        Shape shape = new(matrix.Length, matrix[0].Length);
        n.State.ChargeFolding(shape.Count);
        Value weights = n.Const("weights", Tensor.Of(shape, [.. matrix.SelectMany(r => r)]));
        Value y = n.Main(new FullyConnected(Clamp.None), n.ValueOf(n.Transpose(x, perm)), weights, null);
        return n.Transpose(Edge.Of(y), perm);
    }
}
