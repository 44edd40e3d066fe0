using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Passes;

/// <summary>A clip (relu, relu6) becomes the fused activation of the operator before it, when nobody else reads that one.</summary>
public sealed class FuseActivation : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node clip in graph.Nodes.ToList())
        {
            if (Activations.OfClip(clip.Op) is Clamp clamp && clip.Output.IsFloat() && clip.Inputs[0] is Value x
                && graph.Producer(x) is Node producer && Activations.Of(producer.Op) is Clamp before && graph.SoleConsumer(x) is not null)
            {
                producer.Op = Activations.With(producer.Op, before.Then(clamp));
                graph.Absorb(producer, clip);
                changed = true;
            }
        }

        return changed;
    }
}
