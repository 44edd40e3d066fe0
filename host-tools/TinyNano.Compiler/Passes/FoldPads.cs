using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Zero padding of height and width becomes padding of the convolution or pooling after it. Convolutions pad with real
/// zero, which in quantised numbers is the zero point, so there it is exact as well. Average pools count the cells;
/// max pools never let padding win, so their input must be known not to be below it.
/// </summary>
public sealed class FoldPads : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToList())
        {
            if (graph.ProducerOf<Pad>(node.Input(0)) is Node pad && IsSpatial((Pad)pad.Op) && GraphEdit.SameNumbers(pad.Inputs[0]!, pad.Output)
                && Folded(graph, node, pad) is Op op)
            {
                node.Op = op;
                node.Inputs[0] = pad.Inputs[0];
                changed = true;
            }
        }

        return changed;
    }

    private static bool IsSpatial(Pad pad) =>
        pad.Mode == PadMode.Constant && pad.Before.Length == 4 && pad.Before[0] == 0 && pad.After[0] == 0 && pad.Before[3] == 0 && pad.After[3] == 0
        && pad.Before.Concat(pad.After).All(n => n >= 0);

    private static Op? Folded(Graph graph, Node node, Node padNode)
    {
        Pad pad = (Pad)padNode.Op;
        return node.Op switch
        {
            Conv2D o when pad.Value == 0 => o with
            {
                PadTop = o.PadTop + pad.Before[1],
                PadBottom = o.PadBottom + pad.After[1],
                PadLeft = o.PadLeft + pad.Before[2],
                PadRight = o.PadRight + pad.After[2],
            },
            DepthwiseConv2D o when pad.Value == 0 => o with
            {
                PadTop = o.PadTop + pad.Before[1],
                PadBottom = o.PadBottom + pad.After[1],
                PadLeft = o.PadLeft + pad.Before[2],
                PadRight = o.PadRight + pad.After[2],
            },
            AveragePool2D o when pad.Value == 0 && node.Output.IsFloat()
                && (o.CountPad || (o.PadTop == 0 && o.PadBottom == 0 && o.PadLeft == 0 && o.PadRight == 0)) => o with
            {
                PadTop = o.PadTop + pad.Before[1],
                PadBottom = o.PadBottom + pad.After[1],
                PadLeft = o.PadLeft + pad.Before[2],
                PadRight = o.PadRight + pad.After[2],
                CountPad = true,
            },
            MaxPool2D o when NeverBelow(graph, padNode.Inputs[0]!, pad.Value) && SomethingInEveryWindow(o, pad) => o with
            {
                PadTop = o.PadTop + pad.Before[1],
                PadBottom = o.PadBottom + pad.After[1],
                PadLeft = o.PadLeft + pad.Before[2],
                PadRight = o.PadRight + pad.After[2],
            },
            _ => null,
        };
    }

    /// <summary>No window may lie in the padding alone: it would have no maximum.</summary>
    private static bool SomethingInEveryWindow(MaxPool2D pool, Pad pad)
    {
        int reachH = (pool.FilterH - 1) * pool.DilationH + 1;
        int reachW = (pool.FilterW - 1) * pool.DilationW + 1;
        return pool.DilationH == 1 && pool.DilationW == 1
            && pool.PadTop + pad.Before[1] < reachH && pool.PadBottom + pad.After[1] < reachH
            && pool.PadLeft + pad.Before[2] < reachW && pool.PadRight + pad.After[2] < reachW;
    }

    private static bool NeverBelow(Graph graph, Value x, float bound)
    {
        if (bound <= float.MinValue)
        {
            return true;
        }

        if (x.Quantization is { PerChannel: false } q)
        {
            return bound == 0 && x.DType is DType.Int8 or DType.UInt8 && q.ZeroPoint == OpHelpers.TypeRange(x.DType).Lo;
        }

        return x.IsFloat() && graph.Producer(x) is Node producer
            && (Activations.Of(producer.Op)?.Min >= bound || Activations.OfClip(producer.Op)?.Min >= bound
                || (producer.Op is Unary { Kind: UnaryKind.Sigmoid } && bound <= 0));
    }
}
