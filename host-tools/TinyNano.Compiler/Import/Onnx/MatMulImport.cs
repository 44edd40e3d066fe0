using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Gemm and MatMul: fully connected where the second matrix is known, a batch matrix product otherwise.</summary>
internal static class MatMulImport
{
    public static void Gemm(NodeImport n)
    {
        float alpha = n.Float("alpha", 1);
        float beta = n.Float("beta", 1);
        Edge? c = n.TryIn(2);
        n.Out(Multiply(n, n.In(0), n.In(1), c is null || beta == 0 ? null : n.Scale(c, beta), alpha));
    }

    /// <summary>alpha * A' * B' + C with transA and transB of the node; also QGemm's.</summary>
    public static Edge Multiply(NodeImport n, Edge a, Edge b, Edge? c, float alpha)
    {
        bool transA = n.Flag("transA");
        bool transB = n.Flag("transB");
        if (a.Rank != 2 || b.Rank != 2 || a[transA ? 0 : 1] != b[transB ? 1 : 0])
        {
            throw new ImportException($"A {OnnxTypes.Text(a.ToDims())} and B {OnnxTypes.Text(b.ToDims())} do not fit");
        }

        if (!b.IsKnown)
        {
            Value product = n.Main(new BatchMatMul(transA, transB), n.ValueOf(a), n.ValueOf(b));
            Edge scaled = n.Scale(Edge.Of(product), alpha);
            return c is null ? scaled : Edge.Of(n.Emit(new Add(Clamp.None), n.ValueOf(scaled), n.ValueOf(c)));
        }

        Edge x = transA ? n.Transpose(a, 1, 0) : a;
        Edge w = transB ? b : n.Transpose(b, 1, 0);
        int outputs = w[0];
        Edge? bias = c is not null && c.IsKnown ? BiasVector(n, c, outputs) : null;
        Edge weights = n.Scale(w, alpha);
        Value y = n.Main(new FullyConnected(Clamp.None), n.ValueOf(x), n.ValueOf(weights), bias is null ? null : n.ValueOf(bias));
        return c is null || bias is not null ? Edge.Of(y) : Edge.Of(n.Emit(new Add(Clamp.None), y, n.ValueOf(c)));
    }

    public static void MatMul(NodeImport n) => n.Out(Product(n, n.In(0), n.In(1)));

    /// <summary>numpy's matmul; also QLinearMatMul's.</summary>
    public static Edge Product(NodeImport n, Edge a, Edge b)
    {
        if (a.Rank == 0 || b.Rank == 0)
        {
            throw new ImportException("scalars cannot be multiplied as matrices");
        }

        if (b.IsKnown && b.Rank <= 2)
        {
            Edge w = b.Rank == 2 ? n.Transpose(b, 1, 0) : n.Reshape(b, 1, b[0]);
            if (a[-1] != w[1])
            {
                throw new ImportException($"A {OnnxTypes.Text(a.ToDims())} and B {OnnxTypes.Text(b.ToDims())} do not fit");
            }

            Edge y = Edge.Of(n.Main(new FullyConnected(Clamp.None), n.ValueOf(a), n.ValueOf(w), null));
            return b.Rank == 2 ? y : n.Reshape(y, y.ToDims()[..^1]);
        }

        Edge left = a.Rank == 1 ? n.Reshape(a, 1, a[0]) : a;
        Edge right = b.Rank == 1 ? n.Reshape(b, b[0], 1) : b;
        Edge product = Edge.Of(n.Main(new BatchMatMul(false, false), n.ValueOf(left), n.ValueOf(right)));
        List<int> dims = [.. product.ToDims()];
        if (b.Rank == 1)
        {
            dims.RemoveAt(dims.Count - 1);
        }

        if (a.Rank == 1)
        {
            dims.RemoveAt(dims.Count - (b.Rank == 1 ? 1 : 2));
        }

        return n.Reshape(product, [.. dims]);
    }

    // C as one number per output, where it is the same for every row; null where it is not.
    private static Edge? BiasVector(NodeImport n, Edge c, int outputs)
    {
        if (c.Count == outputs && (c.Rank == 0 || c[-1] == outputs))
        {
            return n.Reshape(c, outputs);
        }

        return c.Count == 1 && c.Constant is not null ? n.Expand(n.Reshape(c, 1), outputs) : null;
    }
}
