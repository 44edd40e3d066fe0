using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Multiplications by a scalar or per-channel constant move into the weights of the convolution or fully connected node
/// before or after them; additions before one become its bias where no padding is in the way. Division by a constant
/// becomes multiplication and subtraction of one becomes addition first, so that there are two forms to look for.
/// </summary>
public sealed class FoldScales : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.Where(n => n.Output.IsFloat()).ToList())
        {
            changed |= Canonicalize(graph, node) | MergeConstants(graph, node);
            changed |= FoldIntoProducer(graph, node) || FoldIntoConsumer(graph, node);
        }

        return changed;
    }

    private static bool Canonicalize(Graph graph, Node node)
    {
        if (node.Op is not (Div or Sub) || node.Inputs[0]!.IsConstant || node.Inputs[1] is not { Constant: Tensor data } constant)
        {
            return false;
        }

        float[] inverse = [.. data.Floats.Select(f => node.Op is Div ? 1 / f : -f)];
        if (!inverse.All(float.IsFinite))
        {
            return false;
        }

        node.Op = node.Op is Div div ? new Mul(div.Activation) : new Add(((Sub)node.Op).Activation);
        graph.SetConstant(node, 1, constant.Name, Tensor.Of(data.Shape, inverse));
        return true;
    }

    /// <summary>x * a * b is x * (a * b), x + a + b is x + (a + b).</summary>
    private static bool MergeConstants(Graph graph, Node node)
    {
        if (node.Op is not (Mul or Add) || node.WithConstant() is not (Value x, Value outer) || graph.SoleConsumer(x) is null
            || graph.Producer(x) is not Node inner || inner.Op.GetType() != node.Op.GetType() || Activations.Of(inner.Op) != Clamp.None
            || inner.WithConstant() is not (Value source, Value constant) || !source.Shape.Equals(node.Output.Shape))
        {
            return false;
        }

        Op plain = Activations.With(node.Op, Clamp.None);
        Tensor merged = plain.Evaluate([constant.Constant, outer.Constant])[0];
        node.Inputs[0] = source;
        graph.Nodes.Remove(inner);
        graph.SetConstant(node, 1, outer.Name, merged);
        return true;
    }

    /// <summary>(w x + b) * c is (w c) x + (b c).</summary>
    private static bool FoldIntoProducer(Graph graph, Node node)
    {
        if (node.Op is not Mul mul || node.WithConstant() is not (Value x, Value constant) || !x.Shape.Equals(node.Output.Shape)
            || constant.PerChannel(x.Shape) is not float[] scale || graph.SoleConsumer(x) is null
            || graph.Producer(x) is not Node producer || LinearNode.Of(graph, producer) is not LinearNode linear
            || Activations.Of(producer.Op) != Clamp.None)
        {
            return false;
        }

        linear.ScaleOutputs(scale);
        producer.Op = Activations.With(producer.Op, mul.Activation);
        graph.Absorb(producer, node);
        return true;
    }

    /// <summary>w (x * c) is (w c) x; w (x + c) is w x + w c.</summary>
    private static bool FoldIntoConsumer(Graph graph, Node node)
    {
        if (node.Op is not (Mul or Add) || Activations.Of(node.Op) != Clamp.None || node.WithConstant() is not (Value x, Value constant)
            || !x.Shape.Equals(node.Output.Shape) || constant.PerChannel(x.Shape) is not float[] numbers
            || graph.SoleConsumer(node.Output) is not Node consumer || !ReferenceEquals(consumer.Inputs[0], node.Output)
            || LinearNode.Of(graph, consumer) is not LinearNode linear)
        {
            return false;
        }

        if (node.Op is Mul)
        {
            linear.ScaleInputs(numbers);
        }
        else if (!linear.AddInputs(numbers))
        {
            return false;
        }

        consumer.Inputs[0] = x;
        graph.Nodes.Remove(node);
        return true;
    }
}
