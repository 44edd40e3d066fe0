using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>A per-channel constant added to (or subtracted from) the output of a convolution or fully connected node becomes its bias.</summary>
public sealed class FuseBias : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.Where(n => n.Op is Add or Sub).ToList())
        {
            if (node.WithConstant() is not (Value x, Value constant) || !x.Shape.Equals(node.Output.Shape)
                || (node.Op is Sub && ReferenceEquals(node.Inputs[0], constant))
                || constant.PerChannel(x.Shape) is not float[] offset
                || graph.SoleConsumer(x) is null || graph.Producer(x) is not Node producer
                || LinearNode.Of(graph, producer) is not LinearNode linear || Activations.Of(producer.Op) != Clamp.None)
            {
                continue;
            }

            linear.AddBias(node.Op is Sub ? [.. offset.Select(f => -f)] : offset);
            producer.Op = Activations.With(producer.Op, Activations.Of(node.Op)!.Value);
            graph.Absorb(producer, node);
            changed = true;
        }

        return changed;
    }
}
