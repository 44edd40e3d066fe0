using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Transposes next to a matrix product become an order of its weights or a flag: flattening an NCHW tensor before a fully
/// connected node (its columns move), unflattening after one (its rows move), and batch matmul. Sums run in another order,
/// which integers do not feel.
/// </summary>
public sealed class AbsorbTransposes : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToList())
        {
            changed |= node.Op switch
            {
                FullyConnected => Columns(graph, node),
                Transpose => Rows(graph, node),
                BatchMatMul => Flags(graph, node),
                _ => false,
            };
        }

        return changed;
    }

    /// <summary>FC(Reshape(T(x))) with T(x) of [N, dims] flattened to [N, K].</summary>
    private static bool Columns(Graph graph, Node node)
    {
        if (graph.ProducerOf<Reshape>(node.Inputs[0]) is not Node reshape || graph.ProducerOf<Transpose>(reshape.Inputs[0]) is not Node transpose
            || node.Inputs[1] is not { Constant: Tensor weights, Quantization: not { PerChannel: true, Axis: 1 } } old)
        {
            return false;
        }

        Shape flat = node.Inputs[0]!.Shape;
        Shape moved = transpose.Output.Shape;
        int[] perm = ((Transpose)transpose.Op).Perm;
        if (Tail(moved, flat[-1]) is not int first || !KeepsLead(perm, first))
        {
            return false;
        }

        int[] tail = [.. perm.Skip(first).Select(axis => axis - first)];
        int[] dims = [.. moved.Dims.Skip(first)];
        Tensor data = PermuteMatrix(weights, dims, tail, 1);
        Value x = transpose.Inputs[0]!;
        node.Inputs[0] = graph.Insert(new Reshape(flat.ToArray()), reshape.Output.Name, [x], node, x.Quantization).Output;
        graph.SetConstant(node, 1, old.Name, data, old.Quantization);
        return true;
    }

    /// <summary>T(Reshape(FC(x))) with [N, O] unflattened to [N, dims], and operators of single elements between.</summary>
    private static bool Rows(Graph graph, Node transpose)
    {
        int[] perm = ((Transpose)transpose.Op).Perm;
        if (graph.SoleProducerOf<Reshape>(transpose.Inputs[0]) is not Node reshape)
        {
            return false;
        }

        Value flat = reshape.Inputs[0]!;
        Node? dense = graph.Producer(flat);
        Value made = flat;
        while (dense is not null && PerElement.IsUnary(dense.Op) && graph.SoleConsumer(made) is not null)
        {
            made = dense.Inputs[0]!;
            dense = graph.Producer(made);
        }

        if (dense is not { Op: FullyConnected } || graph.SoleConsumer(made) is null || dense.Inputs[1] is not { Constant: Tensor weights } old
            || dense.Input(2) is { IsConstant: false } || Tail(reshape.Output.Shape, flat.Shape[-1]) is not int first || !KeepsLead(perm, first))
        {
            return false;
        }

        int[] tail = [.. perm.Skip(first).Select(axis => axis - first)];
        int[] dims = [.. reshape.Output.Shape.Dims.Skip(first)];
        graph.SetConstant(dense, 1, old.Name, PermuteMatrix(weights, dims, tail, 0), Permute(old.Quantization, dims, tail));
        if (dense.Input(2) is { Constant: Tensor bias } oldBias)
        {
            Tensor column = bias.Reshape(new Shape(bias.Count, 1));
            graph.SetConstant(dense, 2, oldBias.Name, PermuteMatrix(column, dims, tail, 0).Reshape(bias.Shape), Permute(oldBias.Quantization, dims, tail));
        }

        transpose.Op = new Reshape(transpose.Output.Shape.ToArray());
        transpose.Inputs[0] = flat;
        return true;
    }

    /// <summary>A transpose of the last two axes before a batch matmul is one of its flags.</summary>
    private static bool Flags(Graph graph, Node node)
    {
        bool changed = false;
        for (int i = 0; i < 2; i++)
        {
            if (graph.ProducerOf<Transpose>(node.Inputs[i]) is not Node transpose || !SwapsLastTwo(((Transpose)transpose.Op).Perm))
            {
                continue;
            }

            BatchMatMul op = (BatchMatMul)node.Op;
            node.Op = i == 0 ? op with { TransposeA = !op.TransposeA } : op with { TransposeB = !op.TransposeB };
            node.Inputs[i] = transpose.Inputs[0];
            changed = true;
        }

        return changed;
    }

    private static bool SwapsLastTwo(int[] perm)
    {
        int rank = perm.Length;
        return rank >= 2 && perm[^1] == rank - 2 && perm[^2] == rank - 1 && Enumerable.Range(0, rank - 2).All(axis => perm[axis] == axis);
    }

    /// <summary>The first of the trailing axes that together have <paramref name="count"/> elements; null where none have.</summary>
    private static int? Tail(Shape shape, int count)
    {
        int first = shape.Rank;
        int product = 1;
        while (product < count && first > 0)
        {
            product *= shape[--first];
        }

        return product == count && first < shape.Rank ? first : null;
    }

    /// <summary>Whether the axes before <paramref name="first"/> stay where they are.</summary>
    private static bool KeepsLead(int[] perm, int first) => Enumerable.Range(0, first).All(axis => perm[axis] == axis);

    /// <summary>
    /// A matrix whose columns (axis 1) stand for the elements of T(x), for those of x instead; or whose rows (axis 0) make
    /// the elements before a transpose, for those after it. <paramref name="dims"/> are the ones the matrix stands for now.
    /// </summary>
    private static Tensor PermuteMatrix(Tensor matrix, int[] dims, int[] perm, int axis)
    {
        if (axis == 1)
        {
            int[] inverse = [0, .. Axes.Inverse(perm).Select(i => i + 1)];
            Tensor spread = matrix.Reshape(new Shape([matrix.Shape[0], .. dims]));
            return new Transpose(inverse).Evaluate([spread])[0].Reshape(matrix.Shape);
        }

        Tensor rows = matrix.Reshape(new Shape([.. dims, matrix.Shape[1]]));
        return new Transpose([.. perm, perm.Length]).Evaluate([rows])[0].Reshape(matrix.Shape);
    }

    private static Quantization? Permute(Quantization? q, int[] dims, int[] perm)
    {
        if (q is not { PerChannel: true, Axis: 0 })
        {
            return q;
        }

        Tensor scales = new Transpose(perm).Evaluate([Tensor.Of(new Shape(dims), q.Scales)])[0];
        Tensor zeros = new Transpose(perm).Evaluate([Tensor.Of(new Shape(dims), q.ZeroPoints)])[0];
        return new Quantization(scales.Floats, zeros.Ints, 0);
    }
}
