using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// What transposes and reshapes are left at the inputs of the model move up to the inputs themselves, through operators of
/// single elements and padding, so that scales and pads in front of the first convolution touch it and can be folded into it.
/// </summary>
public sealed class HoistTransposes : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.Where(n => n.Op is Reshape && graph.SoleConsumer(n.Output) is { Op: Transpose or Conv2D or DepthwiseConv2D }).ToList())
        {
            while (LeadsToInput(graph, node.Inputs[0]!) && graph.Producer(node.Inputs[0]!) is { Op: not Reshape } above && HoistReshape(graph, node, above))
            {
                changed = true;
            }
        }

        foreach (Node node in graph.Nodes.Where(n => n.Op is Transpose).ToList())
        {
            while (LeadsToInput(graph, node.Inputs[0]!) && graph.Producer(node.Inputs[0]!) is { Op: not Reshape } above)
            {
                HoistTranspose(graph, node, above);
                changed = true;
            }
        }

        return changed;
    }

    /// <summary>Whether a value is an input of the model (reshaped, perhaps), or made of one by steps that a transpose can cross.</summary>
    private static bool LeadsToInput(Graph graph, Value value)
    {
        while (graph.Producer(value) is Node node && !(node.Op is Reshape && graph.Inputs.Contains(node.Inputs[0]!)))
        {
            Value x = DataInput(node);
            bool crossable = PerElement.IsUnary(node.Op) || node.Op is Pad
                || (PerElement.IsBinary(node.Op) && node.WithConstant() is (Value, Value c) && c.Shape.Rank <= x.Shape.Rank
                    && c.Quantization is not { PerChannel: true });
            if (!crossable || graph.SoleConsumer(value) is null || x.Shape.Rank != value.Shape.Rank
                || (node.Op is not Pad && !x.Shape.Equals(value.Shape)))
            {
                return false;
            }

            value = x;
        }

        return true;
    }

    private static Value DataInput(Node node) => node.Inputs.FirstOrDefault(v => v is { IsConstant: false }) ?? node.Inputs[0]!;

    /// <summary>T(op(x)) becomes op'(T(x)).</summary>
    private static void HoistTranspose(Graph graph, Node transpose, Node above)
    {
        int[] perm = ((Transpose)transpose.Op).Perm;
        for (int i = 0; i < above.Inputs.Count; i++)
        {
            if (above.Inputs[i] is { Constant: Tensor { Count: > 1 } data } constant)
            {
                Tensor full = data.Reshape(data.Shape.PadLeft(perm.Length));
                graph.SetConstant(above, i, constant.Name, new Transpose(perm).Evaluate([full])[0], constant.Quantization);
            }
        }

        if (above.Op is Pad pad)
        {
            above.Op = pad with { Before = [.. perm.Select(axis => pad.Before[axis])], After = [.. perm.Select(axis => pad.After[axis])] };
        }

        Swap(graph, transpose, above, Axes.Permute(DataInput(above).Shape, perm));
    }

    /// <summary>Reshape(op(x)) becomes op'(Reshape(x)), where the constant of op allows it.</summary>
    private static bool HoistReshape(Graph graph, Node reshape, Node above)
    {
        Shape from = DataInput(above).Shape;
        Shape to = reshape.Output.Shape;
        int index = above.Inputs.FindIndex(v => v is { IsConstant: true });
        if (above.Op is Pad || (index >= 0 && SimplifyShapes.Reshaped(above.Inputs[index]!.Constant!, to, from) is null))
        {
            return false;
        }

        if (index >= 0)
        {
            Value constant = above.Inputs[index]!;
            Shape shape = SimplifyShapes.Reshaped(constant.Constant!, to, from)!;
            graph.SetConstant(above, index, constant.Name, constant.Constant!.Reshape(shape), constant.Quantization);
        }

        Swap(graph, reshape, above, to);
        return true;
    }

    /// <summary>The two nodes change places: the mover now reads what the other read, in the form it had there.</summary>
    private static void Swap(Graph graph, Node mover, Node above, Shape moved)
    {
        Value x = DataInput(above);
        Value middle = above.Output;
        Value last = mover.Output;
        middle.Type = x.Type with { Shape = moved };
        for (int i = 0; i < above.Inputs.Count; i++)
        {
            above.Inputs[i] = ReferenceEquals(above.Inputs[i], x) ? middle : above.Inputs[i];
        }

        above.Outputs[0] = last;
        mover.Inputs[0] = x;
        mover.Outputs[0] = middle;
        graph.Nodes.Remove(mover);
        graph.Nodes.Insert(graph.Nodes.IndexOf(above), mover);
        if (!graph.IsOutput(last))
        {
            (middle.Name, last.Name) = (last.Name, middle.Name);
        }
    }
}
