using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// How operators with one data input commute with a transpose before them: op(T(x)) is T'(op'(x)).
/// </summary>
internal static class TransposeRules
{
    /// <summary>
    /// The operator op' and, for each output, the permutation of T'. Null where the operator does not commute, or where it
    /// would become worse by it.
    /// </summary>
    public static (Op Op, int[] Perm)? Through(Node node, int[] perm)
    {
        Shape x = Axes.Permute(node.Inputs[0]!.Shape, Axes.Inverse(perm));
        return node.Op switch
        {
            Op o when PerElement.IsUnary(o) => (o, perm),
            Softmax o when KeepsLastAxis(x, o.Axis, perm) => (o with { Axis = perm[x.NormalizeAxis(o.Axis)] }, perm),
            LogSoftmax o when KeepsLastAxis(x, o.Axis, perm) => (o with { Axis = perm[x.NormalizeAxis(o.Axis)] }, perm),
            Pad o => (o with { Before = Undo(o.Before, perm), After = Undo(o.After, perm) }, perm),
            StridedSlice o => (o with { Begin = Undo(o.Begin, perm), Stride = Undo(o.Stride, perm), Size = Undo(o.Size, perm) }, perm),
            BroadcastTo o when o.Dims.Length == perm.Length => (o with { Dims = Undo(o.Dims, perm) }, perm),
            Split o => (o with { Axis = perm[x.NormalizeAxis(o.Axis)] }, perm),
            Reduce o => OfReduce(o, x, perm),
            ArgMax o => (o with { Axis = perm[x.NormalizeAxis(o.Axis)] }, o.KeepDims ? perm : Without(perm, [x.NormalizeAxis(o.Axis)])),
            Gather o => OfGather(o, node, x, perm),
            LayerNorm o when Fixes(perm, x.NormalizeAxis(o.Axis)) => (o, perm),
            BatchNorm o when Fixes(perm, perm.Length - 1) => (o, perm),
            FullyConnected o when Fixes(perm, perm.Length - 1) => (o, perm),
            Reshape => OfReshape(node, x, perm),
            _ => null,
        };
    }

    /// <summary>Numbers per axis of T(x) in the order of x's axes.</summary>
    public static int[] Undo(int[] numbers, int[] perm)
    {
        int[] result = new int[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            result[perm[i]] = numbers[i];
        }

        return result;
    }

    /// <summary>Softmax over the last axis needs no copies; do not take that away.</summary>
    private static bool KeepsLastAxis(Shape x, int axis, int[] perm)
    {
        int normal = x.NormalizeAxis(axis);
        return normal != x.Rank - 1 || perm[normal] == x.Rank - 1;
    }

    private static bool Fixes(int[] perm, int from) => Enumerable.Range(from, perm.Length - from).All(axis => perm[axis] == axis);

    /// <summary>The permutation that is left when axes of T(x) go away.</summary>
    private static int[] Without(int[] perm, IReadOnlyCollection<int> axes)
    {
        int[] kept = [.. Enumerable.Range(0, perm.Length).Where(axis => !axes.Contains(axis)).Select(axis => perm[axis])];
        return [.. kept.Select(axis => kept.Count(other => other < axis))];
    }

    private static (Op Op, int[] Perm) OfReduce(Reduce op, Shape x, int[] perm)
    {
        int[] axes = [.. op.Axes.Select(x.NormalizeAxis)];
        int[] all = [.. Enumerable.Range(0, x.Rank)];
        Reduce moved = op with { Axes = [.. axes.Select(axis => perm[axis]).Order()] };
        return (moved, op.KeepDims ? perm : Without(perm, axes.Length == 0 ? all : axes));
    }

    private static (Op Op, int[] Perm)? OfGather(Gather op, Node node, Shape x, int[] perm)
    {
        int axis = x.NormalizeAxis(op.Axis);
        return node.Inputs[1]!.Shape.Rank switch
        {
            0 => (op with { Axis = perm[axis] }, Without(perm, [axis])),
            1 => (op with { Axis = perm[axis] }, perm),
            _ => null,
        };
    }

    /// <summary>A reshape whose groups of axes (see <see cref="Axes.Groups"/>) lie together in x, in order.</summary>
    private static (Op Op, int[] Perm)? OfReshape(Node node, Shape x, int[] perm)
    {
        Shape after = node.Output.Shape;
        List<(int Position, List<int> To)> groups = [];
        foreach ((List<int> from, List<int> to) in Axes.Groups(node.Inputs[0]!.Shape, after))
        {
            int[] axes = [.. from.Select(axis => perm[axis]).Where(axis => x[axis] > 1)];
            for (int i = 1; i < axes.Length; i++)
            {
                bool neighbours = axes[i] > axes[i - 1] && Enumerable.Range(axes[i - 1] + 1, axes[i] - axes[i - 1] - 1).All(between => x[between] == 1);
                if (!neighbours)
                {
                    return null;
                }
            }

            groups.Add((Axes.Position(x, from.Select(axis => perm[axis])) ?? (groups.Count == 0 ? -1 : groups[^1].Position), to));
        }

        int[] order = [.. groups.OrderBy(g => g.Position).SelectMany(g => g.To)];
        return (new Reshape([.. order.Select(axis => after[axis])]), Axes.Inverse(order));
    }
}
