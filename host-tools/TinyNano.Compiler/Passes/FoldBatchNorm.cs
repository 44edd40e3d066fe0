using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// A batch normalisation with constant parameters becomes part of the convolution or fully connected node before it, or
/// else a multiplication and an addition per channel, which <see cref="FoldScales"/> may still move elsewhere.
/// </summary>
public sealed class FoldBatchNorm : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.Where(n => n.Op is BatchNorm).ToList())
        {
            if (!node.Inputs.Skip(1).All(v => v is { IsConstant: true }))
            {
                continue;
            }

            float[][] parameters = [.. node.Inputs.Skip(1).Select(v => v!.Constant!.Floats)];
            (float[] scale, float[] offset) = ((BatchNorm)node.Op).Affine(parameters[0], parameters[1], parameters[2], parameters[3]);
            Value x = node.Inputs[0]!;
            Node? producer = graph.Producer(x);
            if (graph.SoleConsumer(x) is not null && LinearNode.Of(graph, producer) is LinearNode linear
                && Activations.Of(producer!.Op) == Clamp.None)
            {
                linear.ScaleOutputs(scale);
                linear.AddBias(offset);
                graph.Absorb(producer, node);
            }
            else
            {
                Shape channels = new(scale.Length);
                Value slope = Value.Const(graph.FreshName(node.Name + "/scale"), Tensor.Of(channels, scale));
                Node mul = graph.Insert(new Mul(Clamp.None), node.Name + "/mul", [x, slope], node);
                node.Op = new Add(Clamp.None);
                node.Inputs.Clear();
                node.Inputs.Add(mul.Output);
                graph.SetConstant(node, 1, node.Name + "/offset", Tensor.Of(channels, offset));
            }

            changed = true;
        }

        return changed;
    }
}
