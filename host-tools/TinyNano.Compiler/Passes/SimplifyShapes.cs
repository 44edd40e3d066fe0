using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Chains of reshapes become one; a transpose that moves no element is a reshape; a reshape moves below operators of
/// single elements, where it meets the next reshape and lets the operators above it meet for fusion.
/// </summary>
public sealed class SimplifyShapes : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToList())
        {
            changed |= TransposeToReshape(node) | MergeReshapes(graph, node) | SkipBroadcast(graph, node);
            changed |= node.Op is Reduce ? SinkThroughReduce(graph, node) : Sink(graph, node);
        }

        return changed;
    }

    private static bool TransposeToReshape(Node node)
    {
        if (node.Op is not Transpose transpose || Axes.IsIdentity(transpose.Perm) || !Axes.MovesNothing(node.Inputs[0]!.Shape, transpose.Perm))
        {
            return false;
        }

        node.Op = new Reshape(node.Output.Shape.ToArray());
        return true;
    }

    private static bool MergeReshapes(Graph graph, Node node)
    {
        if (node.Op is not Reshape || graph.ProducerOf<Reshape>(node.Inputs[0]) is not Node first)
        {
            return false;
        }

        node.Inputs[0] = first.Inputs[0];
        return true;
    }

    /// <summary>A broadcast that only feeds operators which broadcast by themselves, to the same result.</summary>
    private static bool SkipBroadcast(Graph graph, Node node)
    {
        if (node.Op is not BroadcastTo || graph.IsOutput(node.Output))
        {
            return false;
        }

        List<Node> consumers = graph.Consumers(node.Output);
        bool free = consumers.Count > 0 && consumers.TrueForAll(c => PerElement.IsBinary(c.Op)
            && c.Inputs.Any(v => !ReferenceEquals(v, node.Output) && v!.Shape.Equals(c.Output.Shape)));
        return free && graph.Bypass(node, node.Inputs[0]!);
    }

    /// <summary>A reduction of a tensor with axes of length one put in or left out is one of the tensor itself.</summary>
    private static bool SinkThroughReduce(Graph graph, Node node)
    {
        if (graph.ProducerOf<Reshape>(node.Inputs[0]) is not Node reshape)
        {
            return false;
        }

        Reduce op = (Reduce)node.Op;
        Shape before = reshape.Inputs[0]!.Shape;
        Shape after = reshape.Output.Shape;
        int[] reduced = [.. op.Axes.Select(after.NormalizeAxis)];
        List<int> axes = [];
        foreach ((List<int> from, List<int> to) in Axes.Groups(before, after))
        {
            int[] long1 = [.. from.Where(axis => before[axis] > 1)];
            int[] long2 = [.. to.Where(axis => after[axis] > 1)];
            if (long1.Length > 1 || long2.Length > 1)
            {
                return false;
            }

            axes.AddRange(long2.Any(reduced.Contains) ? long1 : []);
        }

        if (axes.Count == 0)
        {
            return false;
        }

        Shape result = new([.. before.Dims.Select((dim, axis) => axes.Contains(axis) ? 1 : dim)]);
        node.Op = op with { Axes = [.. axes], KeepDims = true };
        node.Inputs[0] = reshape.Inputs[0];
        graph.Below(node, [result], [new Reshape(node.Output.Shape.ToArray())]);
        return true;
    }

    private static bool Sink(Graph graph, Node node)
    {
        bool unary = PerElement.IsUnary(node.Op);
        if ((!unary && !PerElement.IsBinary(node.Op)) || !node.Inputs.Any(v => graph.ProducerOf<Reshape>(v) is not null))
        {
            return false;
        }

        Shape after = node.Output.Shape;
        Shape? before = null;
        List<Value?> inputs = [];
        foreach (Value? input in node.Inputs)
        {
            if (graph.ProducerOf<Reshape>(input) is Node reshape && input!.Shape.Equals(after))
            {
                Value source = reshape.Inputs[0]!;
                if (before is not null && !before.Equals(source.Shape))
                {
                    return false;
                }

                before = source.Shape;
                inputs.Add(source);
            }
            else
            {
                inputs.Add(input);
            }
        }

        if (before is null || before.Equals(after))
        {
            return false;
        }

        List<(int Index, Tensor Data)> constants = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            if (!ReferenceEquals(inputs[i], node.Inputs[i]))
            {
                continue;
            }

            if (inputs[i]?.Constant is not Tensor data || inputs[i]!.Quantization is { PerChannel: true } || Reshaped(data, before, after) is not Shape shape)
            {
                return false;
            }

            constants.Add((i, data.Reshape(shape)));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            node.Inputs[i] = inputs[i];
        }

        foreach ((int index, Tensor data) in constants)
        {
            Value old = inputs[index]!;
            if (!old.Shape.Equals(data.Shape))
            {
                graph.SetConstant(node, index, old.Name, data, old.Quantization);
            }
        }

        graph.Below(node, [before], [new Reshape(after.ToArray())]);
        return true;
    }

    /// <summary>
    /// The shape under which a constant that broadcasts against <paramref name="after"/> broadcasts in the same way against
    /// the same elements under <paramref name="before"/>; null where there is none.
    /// </summary>
    internal static Shape? Reshaped(Tensor data, Shape before, Shape after)
    {
        if (data.Count == 1)
        {
            return new Shape([.. Enumerable.Repeat(1, before.Rank)]);
        }

        Shape full = data.Shape.PadLeft(after.Rank);
        int[] dims = [.. Enumerable.Repeat(1, before.Rank)];
        foreach ((List<int> from, List<int> to) in Axes.Groups(before, after))
        {
            if (to.TrueForAll(axis => full[axis] == 1))
            {
                continue;
            }

            // The group varies as a whole, or it is one axis on both sides.
            if (!to.TrueForAll(axis => full[axis] == after[axis]))
            {
                return null;
            }

            foreach (int axis in from)
            {
                dims[axis] = before[axis];
            }
        }

        return new Shape(dims);
    }
}
