using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>One spatial axis of a convolution or pooling.</summary>
/// <param name="Filter">Cells of the filter.</param>
/// <param name="Stride">Step between windows.</param>
/// <param name="Dilation">Step between the cells of the filter.</param>
/// <param name="Before">Padding before the data.</param>
/// <param name="After">Padding after the data.</param>
/// <param name="Extra">Padding after <paramref name="After"/> that only ceil_mode's last window reaches.</param>
internal readonly record struct Window(int Filter, int Stride, int Dilation, int Before, int After, int Extra)
{
    public static Window One { get; } = new(1, 1, 1, 0, 0, 0);

    /// <summary>Cells from the first to the last of the filter.</summary>
    public int Reach => checked((Filter - 1) * Dilation + 1);
}

/// <summary>What convolutions, pools and resizes share: the way to NHWC and back, and the windows their attributes describe.</summary>
internal static class SpatialImport
{
    /// <summary>[N,C,L] to [N,1,L,C], [N,C,H,W] to [N,H,W,C].</summary>
    public static Edge ToNhwc(this NodeImport n, Edge x)
    {
        switch (x.Rank)
        {
            case 3:
                Edge last = n.Transpose(x, 0, 2, 1);
                return n.Reshape(last, last[0], 1, last[1], last[2]);
            case 4:
                return n.Transpose(x, 0, 2, 3, 1);
            default:
                throw new ImportException($"x has shape {OnnxTypes.Text(x.ToDims())}; only 1-D [N,C,L] and 2-D [N,C,H,W] are supported");
        }
    }

    /// <summary>The way back from <see cref="ToNhwc"/> to a tensor of <paramref name="rank"/>.</summary>
    public static Edge FromNhwc(this NodeImport n, Edge y, int rank) =>
        rank == 4 ? n.Transpose(y, 0, 3, 1, 2) : n.Transpose(n.Reshape(y, y[0], y[2], y[3]), 0, 2, 1);

    /// <summary>Windows over H and W (H trivial for 1-D data) from strides, dilations, pads, auto_pad and ceil_mode.</summary>
    public static Window[] Windows(this NodeImport n, Edge x, int[] kernel, bool dilated = true, bool ceil = false)
    {
        int axes = x.Rank - 2;
        Check(kernel, axes, "kernel_shape", 1);
        int[] strides = n.IntList("strides") ?? Ones(axes);
        int[] dilations = dilated ? n.IntList("dilations") ?? Ones(axes) : Ones(axes);
        int[] pads = n.IntList("pads") ?? new int[axes * 2];
        string auto = n.Text("auto_pad", "NOTSET");
        bool roundUp = ceil && n.Flag("ceil_mode");
        Check(strides, axes, "strides", 1);
        Check(dilations, axes, "dilations", 1);
        Check(pads, axes * 2, "pads", 0);
        Window[] windows = [Window.One, Window.One];
        for (int i = 0; i < axes; i++)
        {
            int size = x[i + 2];
            Window w = new(kernel[i], strides[i], dilations[i], pads[i], pads[i + axes], 0);
            switch (auto)
            {
                case "NOTSET" or "":
                    break;
                case "VALID":
                    w = w with { Before = 0, After = 0 };
                    break;
                case "SAME_UPPER" or "SAME_LOWER":
                    int total = Math.Max((((size + w.Stride - 1) / w.Stride) - 1) * w.Stride + w.Reach - size, 0);
                    int less = total / 2;
                    w = auto == "SAME_UPPER" ? w with { Before = less, After = total - less } : w with { Before = total - less, After = less };
                    break;
                default:
                    throw new ImportException($"auto_pad = {auto} is not supported (only NOTSET, VALID, SAME_UPPER, SAME_LOWER)");
            }

            int room = checked(size + w.Before + w.After - w.Reach);
            if (room < 0)
            {
                throw new ImportException($"a filter that reaches over {w.Reach} cells does not fit axis {i + 2} of {OnnxTypes.Text(x.ToDims())} with padding {w.Before}, {w.After}");
            }

            if (roundUp && room % w.Stride != 0 && (room / w.Stride + 1) * w.Stride < size + w.Before)
            {
                // A last window that starts beyond the data would see nothing but padding, so it is not made.
                w = w with { Extra = w.Stride - room % w.Stride };
            }

            windows[2 - axes + i] = w;
        }

        return windows;
    }

    /// <summary>ImportException unless a list has the expected length and no element below the least allowed one.</summary>
    public static void Check(int[] list, int length, string what, int least)
    {
        if (list.Length != length || list.Any(v => v < least || v > 1 << 20))
        {
            throw new ImportException($"{what} = {OnnxTypes.Text(list)}: expected {length} numbers from {least}");
        }
    }

    private static int[] Ones(int count) => [.. Enumerable.Repeat(1, count)];
}
