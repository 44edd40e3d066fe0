using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Average, maximum and global pooling.</summary>
internal static class PoolImport
{
    public static void AveragePool(NodeImport n) => n.Out(Average(n, n.In(0)));

    /// <summary>The average pooling of the node's attributes; also QLinearAveragePool's.</summary>
    public static Edge Average(NodeImport n, Edge x)
    {
        (Window h, Window w) = Windows(n, x);
        if (h.Dilation != 1 || w.Dilation != 1)
        {
            throw new ImportException($"dilations {h.Dilation}x{w.Dilation} are not supported (only 1x1)");
        }

        bool countPad = n.Flag("count_include_pad");
        Value nhwc = n.ValueOf(n.ToNhwc(x));
        if (countPad && (h.Extra > 0 || w.Extra > 0))
        {
            // The explicit padding counts, what ceil_mode adds beyond it does not: make the former data.
            nhwc = n.Emit(new Pad([0, h.Before, w.Before, 0], [0, h.After, w.After, 0], PadMode.Constant, 0), nhwc);
            (h, w) = (h with { Before = 0, After = 0 }, w with { Before = 0, After = 0 });
            countPad = false;
        }

        AveragePool2D op = new(h.Filter, w.Filter, h.Stride, w.Stride, h.Before, h.After + h.Extra, w.Before, w.After + w.Extra, countPad, Clamp.None);
        return n.FromNhwc(Edge.Of(n.Main(op, nhwc)), x.Rank);
    }

    public static void MaxPool(NodeImport n)
    {
        Edge x = n.In(0);
        n.Ignore("storage_order");
        n.OnlyOutputs(1, "Indices");
        (Window h, Window w) = Windows(n, x);
        MaxPool2D op = new(h.Filter, w.Filter, h.Stride, w.Stride, h.Dilation, w.Dilation,
            h.Before, h.After + h.Extra, w.Before, w.After + w.Extra, Clamp.None);
        Value y = n.Main(op, n.ValueOf(n.ToNhwc(x)));
        n.Out(n.FromNhwc(Edge.Of(y, x.Type), x.Rank));
    }

    public static void GlobalAveragePool(NodeImport n) => n.Out(Global(n, n.In(0), ReduceKind.Mean));

    public static void GlobalMaxPool(NodeImport n) => n.Out(Global(n, n.In(0), ReduceKind.Max));

    /// <summary>[N,C,...] to [N,C,1,...], through NHWC as all pooling.</summary>
    public static Edge Global(NodeImport n, Edge x, ReduceKind kind)
    {
        if (x.Rank < 3)
        {
            throw new ImportException($"x has shape {OnnxTypes.Text(x.ToDims())}, expected [N,C,...]");
        }

        int[] spatial = [.. Enumerable.Range(1, x.Rank - 2)];
        Edge last = n.Transpose(x, [0, .. spatial.Select(a => a + 1), 1]);
        Edge pooled = Edge.Of(n.Main(new Reduce(kind, spatial, true), n.ValueOf(last)), x.Type);
        return n.Transpose(pooled, [0, x.Rank - 1, .. spatial]);
    }

    private static (Window H, Window W) Windows(NodeImport n, Edge x)
    {
        if (x.Rank is not (3 or 4))
        {
            throw new ImportException($"x has shape {OnnxTypes.Text(x.ToDims())}; only 1-D [N,C,L] and 2-D [N,C,H,W] are supported");
        }

        int[] kernel = n.IntList("kernel_shape") ?? throw new ImportException("kernel_shape is missing");
        Window[] windows = n.Windows(x, kernel, dilated: true, ceil: true);
        return (windows[0], windows[1]);
    }
}
