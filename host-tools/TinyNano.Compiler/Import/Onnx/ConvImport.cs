using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Conv and ConvTranspose.</summary>
internal static class ConvImport
{
    public static void Conv(NodeImport n) => n.Out(Convolve(n, n.In(0), n.In(1), n.TryIn(2)));

    /// <summary>The convolution of the node's attributes; also QLinearConv's, on dequantised edges.</summary>
    public static Edge Convolve(NodeImport n, Edge x, Edge w, Edge? bias)
    {
        (int groups, int[] kernel) = Shapes(n, x, w);
        Window[] windows = n.Windows(x, kernel);
        Window h = windows[0];
        Window v = windows[1];
        int channels = x[1];
        if (w[1] != channels / groups || channels % groups != 0 || w[0] % groups != 0)
        {
            throw new ImportException($"weights {OnnxTypes.Text(w.ToDims())} do not fit x {OnnxTypes.Text(x.ToDims())} in {groups} groups");
        }

        if (x.Rank == 3)
        {
            w = n.Reshape(w, w[0], w[1], 1, w[2]);
        }

        Value? b = bias is null ? null : n.ValueOf(bias);
        Value nhwc = n.ValueOf(n.ToNhwc(x));
        Value y;
        if (groups == channels && groups > 1)
        {
            Value weights = n.ValueOf(n.Transpose(w, 1, 2, 3, 0));
            y = n.Main(new DepthwiseConv2D(h.Stride, v.Stride, h.Dilation, v.Dilation, h.Before, h.After, v.Before, v.After, w[0] / groups, Clamp.None), nhwc, weights, b);
        }
        else
        {
            Value weights = n.ValueOf(n.Transpose(w, 0, 2, 3, 1));
            y = n.Main(new Conv2D(h.Stride, v.Stride, h.Dilation, v.Dilation, h.Before, h.After, v.Before, v.After, groups, Clamp.None), nhwc, weights, b);
        }

        return n.FromNhwc(Edge.Of(y), x.Rank);
    }

    public static void ConvTranspose(NodeImport n)
    {
        Edge x = n.In(0);
        Edge w = n.In(1);
        (int groups, int[] kernel) = Shapes(n, x, w);
        int axes = x.Rank - 2;
        if (w[0] != x[1] || w[0] % groups != 0)
        {
            throw new ImportException($"weights {OnnxTypes.Text(w.ToDims())} do not fit x {OnnxTypes.Text(x.ToDims())} in {groups} groups");
        }

        int[] dilations = n.IntList("dilations") ?? [.. Enumerable.Repeat(1, axes)];
        SpatialImport.Check(dilations, axes, "dilations", 1);
        (int[] strides, int[] before, int[] sizes) = TransposedWindows(n, x, kernel, dilations);
        if (x.Rank == 3)
        {
            w = n.Reshape(w, w[0], w[1], 1, w[2]);
            dilations = [1, .. dilations];
        }

        w = Dilate(n, w, dilations);
        // Groups stay together: [G*Cg, Mg, KH, KW] to [G*Mg, KH, KW, Cg].
        int inputs = w[0] / groups;
        Edge apart = n.Reshape(w, groups, inputs, w[1], w[2], w[3]);
        Edge weights = n.Reshape(n.Transpose(apart, 0, 2, 3, 4, 1), groups * w[1], w[2], w[3], inputs);
        Value? bias = n.Has(2) ? n.Value(2) : null;
        TransposeConv2D op = new(strides[0], strides[1], before[0], before[1], sizes[0], sizes[1], groups, Clamp.None);
        Value y = n.Main(op, n.ValueOf(n.ToNhwc(x)), n.ValueOf(weights), bias);
        n.Out(n.FromNhwc(Edge.Of(y), x.Rank));
    }

    private static (int Groups, int[] Kernel) Shapes(NodeImport n, Edge x, Edge w)
    {
        int groups = n.Int("group", 1);
        if (x.Rank is not (3 or 4))
        {
            throw new ImportException($"x has shape {OnnxTypes.Text(x.ToDims())}; only 1-D [N,C,L] and 2-D [N,C,H,W] are supported");
        }

        if (w.Rank != x.Rank || groups < 1)
        {
            throw new ImportException($"weights {OnnxTypes.Text(w.ToDims())} do not fit x {OnnxTypes.Text(x.ToDims())} in {groups} groups");
        }

        int[] kernel = w.ToDims()[2..];
        return n.IntList("kernel_shape") is not int[] given || given.SequenceEqual(kernel) ? (groups, kernel)
            : throw new ImportException($"kernel_shape {OnnxTypes.Text(given)} does not fit weights {OnnxTypes.Text(w.ToDims())}");
    }

    // Strides, padding before, and output sizes, each for H and W.
    private static (int[] Strides, int[] Before, int[] Sizes) TransposedWindows(NodeImport n, Edge x, int[] kernel, int[] dilations)
    {
        int axes = x.Rank - 2;
        int[] strides = n.IntList("strides") ?? [.. Enumerable.Repeat(1, axes)];
        int[] extra = n.IntList("output_padding") ?? new int[axes];
        int[] pads = n.IntList("pads") ?? new int[2 * axes];
        int[]? shape = n.IntList("output_shape");
        string auto = n.Text("auto_pad", "NOTSET");
        SpatialImport.Check(kernel, axes, "kernel_shape", 1);
        SpatialImport.Check(strides, axes, "strides", 1);
        SpatialImport.Check(extra, axes, "output_padding", 0);
        SpatialImport.Check(pads, 2 * axes, "pads", 0);
        if (shape is { Length: > 0 } && shape.Length == x.Rank)
        {
            shape = shape[2..];
        }

        if (auto is not ("NOTSET" or "" or "VALID" or "SAME_UPPER" or "SAME_LOWER") || (shape is not null && shape.Length != axes))
        {
            throw new ImportException(shape is null ? $"auto_pad = {auto} is not supported" : $"output_shape {OnnxTypes.Text(shape)}: expected {axes} numbers");
        }

        bool same = auto.StartsWith("SAME", StringComparison.Ordinal);
        int[] before = new int[axes];
        int[] sizes = new int[axes];
        for (int i = 0; i < axes; i++)
        {
            int full = checked(strides[i] * (x[i + 2] - 1) + (kernel[i] - 1) * dilations[i] + 1 + extra[i]);
            if (shape is null && !same)
            {
                before[i] = auto == "VALID" ? 0 : pads[i];
                sizes[i] = auto == "VALID" ? full : full - pads[i] - pads[i + axes];
                continue;
            }

            sizes[i] = shape is null ? checked(x[i + 2] * strides[i]) : shape[i];
            int total = Math.Max(0, full - sizes[i]);
            before[i] = auto == "SAME_UPPER" ? total / 2 : total - total / 2;
        }

        return axes == 1 ? ([1, strides[0]], [0, before[0]], [1, sizes[0]]) : (strides, before, sizes);
    }

    // The IR's transposed convolution has no dilation: a filter with zeros between its cells is the same filter.
    private static Edge Dilate(NodeImport n, Edge w, int[] dilations)
    {
        if (dilations.All(d => d == 1))
        {
            return w;
        }

        if (w.Constant is not OnnxTensor constant)
        {
            throw new ImportException($"dilations {OnnxTypes.Text(dilations)} need constant float weights");
        }

        int kernelH = w[2];
        int kernelW = w[3];
        int[] dims = [w[0], w[1], checked((kernelH - 1) * dilations[0] + 1), checked((kernelW - 1) * dilations[1] + 1)];
        float[] dilated = new float[OnnxTypes.Count(dims)];
        float[] source = constant.ToFloats();
        n.State.ChargeFolding(dilated.Length);
        for (int i = 0; i < source.Length; i++)
        {
            int row = i / kernelW % kernelH * dilations[0];
            int column = i % kernelW * dilations[1];
            dilated[(i / (kernelW * kernelH) * dims[2] + row) * dims[3] + column] = source[i];
        }

        return Edge.Of(w.Name, new OnnxTensor(constant.Type, dims, dilated));
    }
}
