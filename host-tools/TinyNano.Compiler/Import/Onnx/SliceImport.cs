using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Operators that join, cut, pad or pick.</summary>
internal static class SliceImport
{
    public static void Concat(NodeImport n)
    {
        Edge[] parts = [.. Enumerable.Range(0, n.InputCount).Select(n.In)];
        if (parts.Length == 0)
        {
            throw new ImportException("no inputs");
        }

        int axis = NodeImport.Axis(n.Int("axis", 1), parts[0].Rank);
        foreach (Edge part in parts)
        {
            if (part.Type != parts[0].Type || part.Rank != parts[0].Rank
                || Enumerable.Range(0, part.Rank).Any(a => a != axis && part[a] != parts[0][a]))
            {
                throw new ImportException($"{OnnxTypes.Text(part.ToDims())} and {OnnxTypes.Text(parts[0].ToDims())} do not join along axis {axis}");
            }
        }

        n.Out(Joined(n, parts, axis));
    }

    /// <summary>Edges joined along an axis; they are known to fit.</summary>
    public static Edge Joined(NodeImport n, Edge[] parts, int axis)
    {
        if (parts.All(p => p.Constant is not null))
        {
            return Edge.Of(n.Name, JoinedConstants(n, [.. parts.Select(p => p.Constant!)], axis));
        }

        Value[] values = [.. parts.Where(p => p.Count > 0).Select(n.ValueOf)];
        return values.Length == 1 ? Edge.Of(values[0], parts[0].Type) : Edge.Of(n.Main(new Concat(axis), values), parts[0].Type);
    }

    public static void Split(NodeImport n)
    {
        Edge x = n.In(0);
        int axis = NodeImport.Axis(n.Int("axis", 0), x.Rank);
        int count = n.Node.Outputs.Count;
        int[]? sizes = n.Opset < 13 ? n.IntList("split") : n.Has(1) ? n.Ints(1, "split") : null;
        int wanted = n.Int("num_outputs", count);
        if (sizes is null)
        {
            // Equal parts; the last one is smaller where they do not divide.
            int size = (x[axis] + count - 1) / Math.Max(count, 1);
            sizes = [.. Enumerable.Range(0, count).Select(i => Math.Min(size, x[axis] - i * size))];
        }

        if (wanted != count || sizes.Length != count || sizes.Any(s => s < 0) || sizes.Sum(s => (long)s) != x[axis])
        {
            throw new ImportException($"axis {axis} of {OnnxTypes.Text(x.ToDims())} cannot be split into {OnnxTypes.Text(sizes)} for {count} outputs");
        }

        if (x.IsKnown || sizes.Contains(0))
        {
            int begin = 0;
            for (int i = 0; i < count; i++)
            {
                n.Out(n.Slice(x, At(x.Rank, axis, begin), At(x.Rank, -1, 0, 1), Sized(x, axis, sizes[i])), i);
                begin += sizes[i];
            }

            return;
        }

        Node node = n.EmitNode(new Split(axis, sizes), n.Name, n.ValueOf(x));
        for (int i = 0; i < count; i++)
        {
            n.Out(node.Outputs[i], i, x.Type);
        }
    }

    public static void Slice(NodeImport n)
    {
        Edge x = n.In(0);
        bool attributes = n.Opset < 10;
        int[] starts = attributes ? n.IntList("starts") ?? [] : n.Ints(1, "starts");
        int[] ends = attributes ? n.IntList("ends") ?? [] : n.Ints(2, "ends");
        int[]? axes = attributes ? n.IntList("axes") : n.Has(3) ? n.Ints(3, "axes") : null;
        int[] steps = !attributes && n.Has(4) ? n.Ints(4, "steps") : [.. Enumerable.Repeat(1, starts.Length)];
        axes ??= [.. Enumerable.Range(0, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
        {
            throw new ImportException($"starts {OnnxTypes.Text(starts)}, ends {OnnxTypes.Text(ends)}, axes {OnnxTypes.Text(axes)}, steps {OnnxTypes.Text(steps)} do not go together");
        }

        int[] begin = new int[x.Rank];
        int[] stride = At(x.Rank, -1, 0, 1);
        int[] size = x.ToDims();
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = NodeImport.Axis(axes[i], x.Rank);
            long dim = x[axis];
            long step = steps[i];
            long start = starts[i] < 0 ? starts[i] + dim : starts[i];
            long end = ends[i] < 0 ? ends[i] + dim : ends[i];
            start = step > 0 ? Math.Clamp(start, 0, dim) : Math.Clamp(start, 0, Math.Max(dim - 1, 0));
            end = step > 0 ? Math.Clamp(end, 0, dim) : Math.Clamp(end, -1, dim - 1);
            long length = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
            begin[axis] = (int)start;
            stride[axis] = (int)step;
            size[axis] = (int)Math.Max(0, length);
        }

        n.Out(n.Slice(x, begin, stride, size));
    }

    public static void Pad(NodeImport n)
    {
        Edge x = n.In(0);
        string mode = n.Text("mode", "constant");
        int[] pads = n.Opset < 11 ? n.IntList("pads") ?? n.IntList("paddings") ?? [] : n.Ints(1, "pads");
        float value = n.Opset < 11 ? n.Float("value", 0) : n.Has(2) ? n.Scalar(2, "constant_value") : 0;
        int[] axes = n.Has(3) ? [.. n.Ints(3, "axes").Select(a => NodeImport.Axis(a, x.Rank))] : [.. Enumerable.Range(0, x.Rank)];
        if (pads.Length != axes.Length * 2 || pads.Any(p => Math.Abs((long)p) > OnnxTypes.MaxElements))
        {
            throw new ImportException($"pads {OnnxTypes.Text(pads)}: expected {axes.Length * 2} numbers");
        }

        int[] before = new int[x.Rank];
        int[] after = new int[x.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            before[axes[i]] = pads[i];
            after[axes[i]] = pads[i + axes.Length];
        }

        Edge data = Cropped(n, x, before, after);
        if (before.All(p => p <= 0) && after.All(p => p <= 0))
        {
            n.Out(data);
            return;
        }

        before = Array.ConvertAll(before, p => Math.Max(p, 0));
        after = Array.ConvertAll(after, p => Math.Max(p, 0));
        if (mode == "wrap")
        {
            n.Out(Wrapped(n, data, before, after));
            return;
        }

        PadMode padMode = mode switch
        {
            "constant" => PadMode.Constant,
            "reflect" => PadMode.Reflect,
            "edge" => PadMode.Edge,
            _ => throw new ImportException($"mode = {mode} is not supported (only constant, reflect, edge, wrap)"),
        };
        Value padded = n.ValueOf(data);
        if (padded.Quantization is { PerChannel: false } q && padMode == PadMode.Constant)
        {
            // ONNX pads quantised tensors with an integer; the IR pads with the real number it stands for.
            int shift = data.Type == OnnxType.UInt8 ? 128 : 0;
            value = q.Scale * (value - shift - q.ZeroPoint);
        }

        n.Out(n.Main(new Pad(before, after, padMode, value), padded), 0, x.Type);
    }

    /// <summary>Slices along an axis chosen by constant indices; negative ones count from the end.</summary>
    public static void Gather(NodeImport n)
    {
        Edge x = n.In(0);
        int axis = NodeImport.Axis(n.Int("axis", 0), x.Rank);
        OnnxTensor given = n.Constant(1, "indices");
        long[] indices = Array.ConvertAll(given.ToLongs(), i => i < 0 ? i + x[axis] : i);
        if (indices.Length == 0 || indices.Any(i => i < 0 || i >= x[axis]))
        {
            throw new ImportException($"an index is outside axis {axis} of {OnnxTypes.Text(x.ToDims())}");
        }

        // Indices in even steps are a slice, which costs less.
        long step = indices.Length > 1 ? indices[1] - indices[0] : 1;
        bool even = step != 0 && indices.Select((v, i) => v == indices[0] + i * step).All(same => same);
        if (even)
        {
            Edge slice = n.Slice(x, At(x.Rank, axis, (int)indices[0]), At(x.Rank, axis, (int)step, 1), Sized(x, axis, indices.Length));
            n.Out(n.Reshape(slice, [.. x.ToDims()[..axis], .. given.Dims, .. x.ToDims()[(axis + 1)..]]));
            return;
        }

        n.Out(n.Gather(x, axis, new OnnxTensor(OnnxType.Int64, given.Dims, indices)));
    }

    public static void SpaceToDepth(NodeImport n) =>
        Blocks(n, block => new SpaceToDepth(block));

    public static void DepthToSpace(NodeImport n)
    {
        string mode = n.Text("mode", "DCR");
        if (mode is not ("DCR" or "CRD"))
        {
            throw new ImportException($"mode = {mode} is not supported (only DCR, CRD)");
        }

        Blocks(n, block => new DepthToSpace(block, mode == "CRD"));
    }

    private static void Blocks(NodeImport n, Func<int, Op> op)
    {
        Edge x = n.In(0);
        int block = n.Int("blocksize", 0);
        if (x.Rank != 4 || block is < 1 or > 1024)
        {
            throw new ImportException($"x {OnnxTypes.Text(x.ToDims())} with blocksize {block}: expected [N,C,H,W] and a positive size");
        }

        n.Out(n.FromNhwc(Edge.Of(n.Main(op(block), n.ValueOf(n.ToNhwc(x))), x.Type), 4));
    }

    // Negative pads cut cells off.
    private static Edge Cropped(NodeImport n, Edge x, int[] before, int[] after)
    {
        int[] begin = Array.ConvertAll(before, p => Math.Max(-p, 0));
        int[] size = [.. x.ToDims().Select((d, i) => Math.Max(0, d - begin[i] - Math.Max(-after[i], 0)))];
        return n.Slice(x, begin, At(x.Rank, -1, 0, 1), size);
    }

    private static Edge Wrapped(NodeImport n, Edge x, int[] before, int[] after)
    {
        for (int axis = 0; axis < x.Rank; axis++)
        {
            int dim = x[axis];
            if (before[axis] == 0 && after[axis] == 0)
            {
                continue;
            }

            if (before[axis] > dim || after[axis] > dim)
            {
                throw new ImportException($"wrap padding {before[axis]}, {after[axis]} of axis {axis} goes around more than once");
            }

            int[] one = At(x.Rank, -1, 0, 1);
            List<Edge> parts = [];
            if (before[axis] > 0)
            {
                parts.Add(n.Slice(x, At(x.Rank, axis, dim - before[axis]), one, Sized(x, axis, before[axis])));
            }

            parts.Add(x);
            if (after[axis] > 0)
            {
                parts.Add(n.Slice(x, At(x.Rank, axis, 0), one, Sized(x, axis, after[axis])));
            }

            x = Joined(n, [.. parts], axis);
        }

        return x;
    }

    private static OnnxTensor JoinedConstants(NodeImport n, OnnxTensor[] parts, int axis)
    {
        int[] dims = (int[])parts[0].Dims.Clone();
        dims[axis] = checked(parts.Sum(p => p.Dims[axis]));
        int count = OnnxTypes.Count(dims);
        n.State.ChargeFolding(count);
        Array data = Array.CreateInstance(parts[0].Data.GetType().GetElementType()!, count);
        int outer = OnnxTypes.Count(dims.AsSpan(0, axis));
        int at = 0;
        for (int row = 0; row < outer; row++)
        {
            foreach (OnnxTensor part in parts)
            {
                int length = part.Count / outer;
                Array.Copy(part.Data, row * length, data, at, length);
                at += length;
            }
        }

        return new OnnxTensor(parts[0].Type, dims, data);
    }

    private static int[] At(int rank, int axis, int value, int elsewhere = 0)
    {
        int[] list = new int[rank];
        Array.Fill(list, elsewhere);
        if (axis >= 0)
        {
            list[axis] = value;
        }

        return list;
    }

    private static int[] Sized(Edge x, int axis, int size)
    {
        int[] dims = x.ToDims();
        dims[axis] = size;
        return dims;
    }
}
