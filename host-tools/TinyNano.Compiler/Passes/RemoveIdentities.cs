using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Removes nodes that give back their input unchanged: the same element type, shape, quantisation and numbers.
/// Two clips in a row become one.
/// </summary>
public sealed class RemoveIdentities : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToList())
        {
            changed |= MergeClips(graph, node);
            if (Source(graph, node) is Value source && GraphEdit.SameForm(source, node.Output))
            {
                changed |= graph.Bypass(node, source);
            }
        }

        return changed;
    }

    /// <summary>The value that the node's only output equals, if its shape and form do as well; null for a node that does something.</summary>
    private static Value? Source(Graph graph, Node node)
    {
        if (node.Outputs.Count != 1 || node.Input(0) is not Value x)
        {
            return null;
        }

        if (node.Op is Ops.Quantize && graph.ProducerOf<Dequantize>(x) is Node dequantize && GraphEdit.SameForm(dequantize.Inputs[0]!, node.Output))
        {
            return dequantize.Inputs[0];
        }

        bool identity = node.Op switch
        {
            Reshape or Cast or BroadcastTo or Ops.Quantize or Split or Resize => true,
            SpaceToDepth o => o.Block == 1,
            DepthToSpace o => o.Block == 1,
            Concat => node.Inputs.Count == 1,
            Transpose o => o.Perm.SequenceEqual(Enumerable.Range(0, o.Perm.Length)),
            Pad o => o.Before.All(n => n == 0) && o.After.All(n => n == 0),
            StridedSlice o => o.Begin.All(n => n == 0) && o.Stride.All(n => n == 1),
            Unary => Activations.OfClip(node.Op) is Clamp clamp && KeepsAll(clamp, x),
            AveragePool2D o => o.FilterH == 1 && o.FilterW == 1 && o.StrideH == 1 && o.StrideW == 1 && o.Activation.IsNone,
            MaxPool2D o => o.FilterH == 1 && o.FilterW == 1 && o.StrideH == 1 && o.StrideW == 1 && o.Activation.IsNone,
            Reduce o => x.IsFloat() || o.Kind is ReduceKind.Max or ReduceKind.Min,
            _ => false,
        };
        return identity ? x : node.Op is Add or Sub or Mul or Div ? NeutralOperand(node) : null;
    }

    /// <summary>x + 0, x - 0, x * 1, x / 1 without activation, on real numbers and plain integers.</summary>
    private static Value? NeutralOperand(Node node)
    {
        if (Activations.Of(node.Op) != Clamp.None || node.WithConstant() is not (Value x, Value constant) || node.Output.Quantization is not null
            || (node.Op is Sub or Div && !ReferenceEquals(node.Inputs[1], constant)))
        {
            return null;
        }

        double neutral = node.Op is Add or Sub ? 0 : 1;
        for (int i = 0; i < constant.Constant!.Count; i++)
        {
            if (constant.Constant.GetDouble(i) != neutral)
            {
                return null;
            }
        }

        return x;
    }

    /// <summary>Whether a clamp changes no number that the value can hold.</summary>
    private static bool KeepsAll(Clamp clamp, Value x) =>
        clamp.IsNone || (x.Quantization is { PerChannel: false } q && x.DType is DType.Int8 or DType.UInt8 or DType.Int16
            && OpHelpers.QuantizedRange(clamp, x.DType, x.Quantization) == OpHelpers.TypeRange(x.DType));

    private static bool MergeClips(Graph graph, Node node)
    {
        if (Activations.OfClip(node.Op) is not Clamp outer || !node.Output.IsFloat() || graph.SoleProducerOf<Unary>(node.Inputs[0]) is not Node inner
            || Activations.OfClip(inner.Op) is not Clamp first)
        {
            return false;
        }

        node.Op = Activations.Clip(first.Then(outer));
        node.Inputs[0] = inner.Inputs[0];
        graph.Nodes.Remove(inner);
        return true;
    }
}
