using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// Data movement on edges: done at once where the contents are known (so that weights and shape arithmetic never become
/// nodes), a node of the IR otherwise.
/// </summary>
internal static class EdgeMovement
{
    public static Edge Transpose(this NodeImport n, Edge x, params int[] perm)
    {
        if (perm.Length != x.Rank || !perm.Order().SequenceEqual(Enumerable.Range(0, x.Rank)))
        {
            throw new ImportException($"perm {OnnxTypes.Text(perm)} is not a permutation of {x.Rank} axes");
        }

        bool identity = perm.SequenceEqual(Enumerable.Range(0, x.Rank));
        int[] from = x.ToDims();
        int[] dims = Array.ConvertAll(perm, p => from[p]);
        int[] strides = OnnxTypes.Strides(from);
        int[] picked = Array.ConvertAll(perm, p => strides[p]);
        return identity ? x : Move(n, x, new Transpose(perm), dims, 0, picked, axis => Array.IndexOf(perm, axis));
    }

    public static Edge Reshape(this NodeImport n, Edge x, params int[] dims)
    {
        if (OnnxTypes.Count(dims) != x.Count)
        {
            throw new ImportException($"reshape of {OnnxTypes.Text(x.ToDims())} to {OnnxTypes.Text(dims)} changes the number of elements");
        }

        if (x.Dims.SequenceEqual(dims))
        {
            return x;
        }

        int[] from = x.ToDims();
        if (x.Constant is OnnxTensor constant)
        {
            return Edge.Of(x.Name, new OnnxTensor(constant.Type, dims, constant.Data));
        }

        return Move(n, x, new Reshape(dims), dims, 0, OnnxTypes.Strides(dims), axis => Movement.MovedAxis(from, dims, axis));
    }

    /// <summary>output[i] = x[begin + i * stride] on every axis, size elements each.</summary>
    public static Edge Slice(this NodeImport n, Edge x, int[] begin, int[] stride, int[] size)
    {
        if (x.Dims.SequenceEqual(size) && begin.All(b => b == 0))
        {
            return x;
        }

        int[] strides = OnnxTypes.Strides(x.ToDims());
        int offset = 0;
        int[] picked = new int[strides.Length];
        for (int i = 0; i < strides.Length; i++)
        {
            // Axes of one element are not stepped along: a stride beyond the data must not count.
            picked[i] = size[i] > 1 ? strides[i] * stride[i] : 0;
            offset += size[i] > 0 ? strides[i] * begin[i] : 0;
        }

        int[] plain = [.. stride.Select((s, i) => size[i] > 1 ? s : 1)];
        return Move(n, x, size.Contains(0) ? null : new StridedSlice(begin, plain, size), size, offset, picked, axis => size[axis] == x[axis] && begin[axis] == 0 ? axis : -1);
    }

    /// <summary>numpy's broadcast_to.</summary>
    public static Edge Expand(this NodeImport n, Edge x, params int[] dims)
    {
        if (x.Dims.SequenceEqual(dims))
        {
            return x;
        }

        int[] from = x.ToDims();
        if (OnnxTypes.Broadcast(from, dims)?.SequenceEqual(dims) != true)
        {
            throw new ImportException($"{OnnxTypes.Text(from)} does not broadcast to {OnnxTypes.Text(dims)}");
        }

        int[] strides = OnnxTypes.Strides(from);
        int shift = dims.Length - from.Length;
        int[] picked = new int[dims.Length];
        for (int i = shift; i < dims.Length; i++)
        {
            picked[i] = from[i - shift] == 1 ? 0 : strides[i - shift];
        }

        return Move(n, x, dims.Contains(0) ? null : new BroadcastTo(dims), dims, 0, picked, _ => -1);
    }

    /// <summary>Slices along an axis chosen by indices of any shape, which are already in range.</summary>
    public static Edge Gather(this NodeImport n, Edge x, int axis, OnnxTensor indices)
    {
        long[] chosen = indices.ToLongs();
        int[] dims = [.. x.ToDims()[..axis], .. indices.Dims, .. x.ToDims()[(axis + 1)..]];
        if (x.Constant is OnnxTensor constant)
        {
            n.State.ChargeFolding(OnnxTypes.Count(dims));
            int inner = OnnxTypes.Count(x.Dims[(axis + 1)..]);
            int along = x[axis];
            OnnxTensor picked = constant.Pick(dims, i =>
                (i / inner / chosen.Length * along + (int)chosen[i / inner % chosen.Length]) * inner + i % inner);
            return Edge.Of(n.Name, picked);
        }

        Value index = indices.Dims.Length == 0
            ? n.Const("indices", Tensor.Of(Shape.Scalar, [(int)chosen[0]]))
            : n.Const("indices", Tensor.Of(new Shape(indices.Dims), Array.ConvertAll(chosen, v => (int)v)));
        return Edge.Of(n.Main(new Gather(axis), n.ValueOf(x), index), x.Type);
    }

    /// <summary>Every element times a positive factor.</summary>
    public static Edge Scale(this NodeImport n, Edge x, float factor)
    {
        if (factor == 1)
        {
            return x;
        }

        if (x.Constant is { IsFloat: true } constant)
        {
            float[] scaled = Array.ConvertAll(constant.ToFloats(), v => v * factor);
            return Edge.Of(n.Name, new OnnxTensor(constant.Type, constant.Dims, scaled));
        }

        if (x.Quantized is QuantizedConstant q && factor > 0)
        {
            float[] scales = Array.ConvertAll(q.Quantization.Scales, s => s * factor);
            return Edge.Of(n.Name, q with { Quantization = new Quantization(scales, q.Quantization.ZeroPoints, q.Quantization.Axis) });
        }

        return Edge.Of(n.Emit(new Mul(Clamp.None), n.ValueOf(x), n.Const(factor)));
    }

    // Element i of the result is element offset + sum(index of i * strides) of x.
    private static Edge Move(NodeImport n, Edge x, Op? op, int[] dims, int offset, int[] strides, Func<int, int> movedAxis)
    {
        int count = OnnxTypes.Count(dims);
        int[] counting = OnnxTypes.Strides(dims);
        int Source(int index)
        {
            int source = offset;
            for (int axis = 0; axis < dims.Length; axis++)
            {
                source += index / counting[axis] % dims[axis] * strides[axis];
            }

            return source;
        }

        if (x.Constant is OnnxTensor constant)
        {
            n.State.ChargeFolding(count);
            return Edge.Of(x.Name, constant.Pick(dims, Source));
        }

        if (op is null)
        {
            throw new ImportException($"the result has no elements (shape {OnnxTypes.Text(dims)})");
        }

        if (x.Quantized is QuantizedConstant q)
        {
            int axis = q.Quantization.PerChannel ? movedAxis(q.Quantization.Axis) : 0;
            if (axis >= 0)
            {
                n.State.ChargeFolding(count);
                OnnxTensor moved = new OnnxTensor(OnnxType.Int8, x.ToDims(), q.Data.Data).Pick(dims, Source);
                Tensor data = new(q.Data.DType, new Shape(dims), moved.Data);
                return Edge.Of(x.Name, new QuantizedConstant(data, new Quantization(q.Quantization.Scales, q.Quantization.ZeroPoints, axis)));
            }
        }

        return Edge.Of(n.Emit(op, n.ValueOf(x)), x.Type);
    }
}
