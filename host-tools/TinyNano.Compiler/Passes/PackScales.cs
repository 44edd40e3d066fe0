using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// A multiplication per channel and the addition per channel after it (a batch normalisation that found no convolution to
/// live in) become one depthwise convolution with a 1x1 filter, in NHWC tensors of rank 4.
/// </summary>
public sealed class PackScales : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node add in graph.Nodes.Where(n => n.Op is Add && n.Output.IsFloat()).ToList())
        {
            if (add.WithConstant() is not (Value product, Value offsets) || graph.SoleProducerOf<Mul>(product) is not Node mul
                || Activations.Of(mul.Op) != Clamp.None || mul.WithConstant() is not (Value x, Value scales)
                || x.Shape.Rank != 4 || !x.Shape.Equals(add.Output.Shape)
                || scales.PerChannel(x.Shape) is not float[] scale || offsets.PerChannel(x.Shape) is not float[] offset)
            {
                continue;
            }

            Clamp activation = Activations.Of(add.Op)!.Value;
            mul.Op = new DepthwiseConv2D(1, 1, 1, 1, 0, 0, 0, 0, 1, activation);
            mul.Inputs[0] = x;
            graph.SetConstant(mul, 1, scales.Name, Tensor.Of(new Shape(1, 1, 1, scale.Length), scale));
            graph.SetConstant(mul, 2, offsets.Name, Tensor.Of(new Shape(offset.Length), offset));
            graph.Absorb(mul, add);
            changed = true;
        }

        return changed;
    }
}
