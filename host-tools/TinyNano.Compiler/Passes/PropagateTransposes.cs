using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Moves transposes down, toward the outputs, through everything that commutes with them, so that each meets its inverse
/// and both go away. Constants on the way are permuted. An ONNX network arrives with a transpose before and after each
/// convolution (NCHW there, NHWC here) and leaves with none but those that its inputs and outputs need. Every number stays
/// what it was, so this holds for quantised values as well.
/// </summary>
public sealed class PropagateTransposes : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToList())
        {
            changed |= node.Op switch
            {
                Transpose => Merge(graph, node),
                Concat => SinkThroughMany(graph, node),
                Op op when PerElement.IsBinary(op) => SinkThroughMany(graph, node),
                _ => SinkThroughOne(graph, node),
            };
        }

        return changed;
    }

    /// <summary>Two transposes in a row are one.</summary>
    private static bool Merge(Graph graph, Node node)
    {
        if (graph.ProducerOf<Transpose>(node.Inputs[0]) is not Node first)
        {
            return false;
        }

        node.Op = new Transpose(Axes.Then(PermOf(first), PermOf(node)));
        node.Inputs[0] = first.Inputs[0];
        return true;
    }

    private static bool SinkThroughOne(Graph graph, Node node)
    {
        if (graph.ProducerOf<Transpose>(node.Input(0)) is not Node transpose)
        {
            return false;
        }

        if (TransposeRules.Through(node, PermOf(transpose)) is not (Op op, int[] perm))
        {
            return node.Op is Reshape && SinkHalf(graph, node, transpose);
        }

        node.Op = op;
        node.Inputs[0] = transpose.Inputs[0];
        Below(graph, node, perm);
        return true;
    }

    /// <summary>
    /// The shuffle of channels, between reshapes, in NCHW: the transpose above also moves height and width. The part that
    /// orders what the reshape joins stays above it; the rest sinks, if it meets its inverse below.
    /// </summary>
    private static bool SinkHalf(Graph graph, Node reshape, Node transpose)
    {
        int[] perm = PermOf(transpose);
        Value x = transpose.Inputs[0]!;
        int[] above = [.. Axes.Groups(transpose.Output.Shape, reshape.Output.Shape)
            .Select(g => g.From.Select(axis => perm[axis]).ToArray())
            .OrderBy(axes => Axes.Position(x.Shape, axes) ?? -1)
            .SelectMany(axes => axes)];
        int[] below = [.. perm.Select(axis => Array.IndexOf(above, axis))];
        if (Axes.IsIdentity(below) || TransposeRules.Through(reshape, below) is not (Op op, int[] rest)
            || !ChannelsLast(Axes.Inverse(rest)) || !Meets(graph, reshape.Output, Axes.Inverse(rest)))
        {
            return false;
        }

        reshape.Op = op;
        reshape.Inputs[0] = graph.Insert(new Transpose(above), transpose.Output.Name, [x], reshape, x.Quantization).Output;
        Below(graph, reshape, rest);
        return true;
    }

    /// <summary>Concat and broadcasting operators, when every input can do without its transpose.</summary>
    private static bool SinkThroughMany(Graph graph, Node node)
    {
        int rank = node.Output.Shape.Rank;
        IEnumerable<int[]> perms = node.Inputs.Select(v => graph.ProducerOf<Transpose>(v)).OfType<Node>().Select(PermOf);
        foreach (int[] perm in perms.Where(p => p.Length == rank).DistinctBy(p => string.Join(',', p)).ToList())
        {
            int[] inverse = Axes.Inverse(perm);
            int fed = node.Inputs.Count(v => graph.ProducerOf<Transpose>(v) is Node t && PermOf(t).SequenceEqual(perm));
            int foreign = node.Inputs.Count(v => !CanDoWithout(graph, node, v!, perm, inverse));
            bool worth = foreign == 0 || (foreign <= fed && ChannelsLast(inverse) && Meets(graph, node.Output, inverse));
            if (!worth || node.Inputs.Any(v => v is { Quantization.PerChannel: true }))
            {
                continue;
            }

            for (int i = 0; i < node.Inputs.Count; i++)
            {
                Replace(graph, node, i, perm, inverse);
            }

            node.Op = node.Op is Concat concat ? new Concat(perm[node.Output.Shape.NormalizeAxis(concat.Axis)]) : node.Op;
            Below(graph, node, perm);
            return true;
        }

        return false;
    }

    private static bool CanDoWithout(Graph graph, Node node, Value input, int[] perm, int[] inverse)
    {
        Shape full = input.Shape.PadLeft(perm.Length);
        return input.IsConstant || Axes.MovesNothing(full, inverse)
            || (graph.ProducerOf<Transpose>(input) is Node t && PermOf(t).SequenceEqual(perm))
            || Existing(graph, node, input, inverse) is not null;
    }

    /// <summary>Puts in what the input is before the transpose: its source, a permuted constant, a reshape, or at worst a transpose.</summary>
    private static void Replace(Graph graph, Node node, int index, int[] perm, int[] inverse)
    {
        Value input = node.Inputs[index]!;
        Shape full = input.Shape.PadLeft(perm.Length);
        Shape moved = Axes.Permute(full, inverse);
        if (graph.ProducerOf<Transpose>(input) is Node t && PermOf(t).SequenceEqual(perm))
        {
            node.Inputs[index] = t.Inputs[0];
        }
        else if (input.Shape.Rank == 0 || full.Count == 1 && node.Op is not Concat)
        {
            return;
        }
        else if (input.Constant is Tensor data)
        {
            graph.SetConstant(node, index, input.Name, new Transpose(inverse).Evaluate([data.Reshape(full)])[0], input.Quantization);
        }
        else if (Axes.MovesNothing(full, inverse))
        {
            node.Inputs[index] = moved.Equals(input.Shape) ? input
                : graph.Insert(new Reshape(moved.ToArray()), input.Name + "/Reshape", [input], node, input.Quantization).Output;
        }
        else
        {
            Value source = input;
            if (!full.Equals(input.Shape))
            {
                source = graph.Insert(new Reshape(full.ToArray()), input.Name + "/Reshape", [input], node, input.Quantization).Output;
            }

            node.Inputs[index] = Existing(graph, node, input, inverse)
                ?? graph.Insert(new Transpose(inverse), input.Name + "/Transpose", [source], node, input.Quantization).Output;
        }
    }

    /// <summary>A transpose of the value that is there already, before the node.</summary>
    private static Value? Existing(Graph graph, Node node, Value input, int[] perm) =>
        !ChannelsLast(perm) ? null
        : graph.Nodes.TakeWhile(n => n != node)
            .FirstOrDefault(n => n.Op is Transpose && ReferenceEquals(n.Inputs[0], input) && PermOf(n).SequenceEqual(perm))?.Output;

    /// <summary>
    /// Whether a permutation brings channels to the back, as the IR has them. To that end alone may a value be transposed
    /// that was not before: to both ends it would go round in circles.
    /// </summary>
    private static bool ChannelsLast(int[] perm)
    {
        int rank = perm.Length;
        return rank > 2 && perm[0] == 0 && perm[^1] == 1 && perm.Skip(1).SkipLast(1).SequenceEqual(Enumerable.Range(2, rank - 2));
    }

    /// <summary>A reduction of all axes but the first two leaves a transpose nothing to move.</summary>
    private static bool IsGlobal(Node node) =>
        node.Op is Reduce reduce && node.Inputs[0]!.Shape is Shape x && reduce.Axes.Select(x.NormalizeAxis).Order().SequenceEqual(Enumerable.Range(2, Math.Max(0, x.Rank - 2)));

    /// <summary>Whether a transpose of a value would meet its inverse further down, or an end of its own.</summary>
    private static bool Meets(Graph graph, Value value, int[] inverse)
    {
        HashSet<Value> seen = [];
        Stack<Value> open = new([value]);
        while (open.TryPop(out Value? next))
        {
            foreach (Node consumer in seen.Add(next) ? graph.Consumers(next) : [])
            {
                if ((consumer.Op is Transpose && PermOf(consumer).SequenceEqual(inverse)) || IsGlobal(consumer))
                {
                    return true;
                }

                if (consumer.Op is Concat or Pad or StridedSlice or Split || PerElement.IsUnary(consumer.Op) || PerElement.IsBinary(consumer.Op))
                {
                    consumer.Outputs.ForEach(open.Push);
                }
            }
        }

        return false;
    }

    private static void Below(Graph graph, Node node, int[] perm)
    {
        if (Axes.IsIdentity(perm))
        {
            return;
        }

        Shape[] shapes = [.. node.Op.Infer([.. node.Inputs.Select(v => v?.Type)]).Select(t => t.Shape)];
        graph.Below(node, shapes, [.. shapes.Select(_ => new Transpose(perm))]);
    }

    private static int[] PermOf(Node transpose) => ((Transpose)transpose.Op).Perm;
}
