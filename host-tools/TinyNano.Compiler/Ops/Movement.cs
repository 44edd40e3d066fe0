using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Operators whose output elements are copies of input elements (or of one padding value): they act on the integers of a
/// quantised tensor as they act on the real numbers, so quantisation passes through them unchanged.
/// </summary>
internal static class Movement
{
    /// <summary>Whether <paramref name="op"/> only moves elements (max and min pick one, and scales are positive).</summary>
    public static bool Is(Op op) => op switch
    {
        Reshape or Transpose or StridedSlice or Split or Gather or BroadcastTo or Concat or Pad => true,
        SpaceToDepth or DepthToSpace or MaxPool2D { Activation.IsNone: true } => true,
        Resize { Kind: ResizeKind.Nearest } => true,
        Reduce { Kind: ReduceKind.Max or ReduceKind.Min } => true,
        _ => false,
    };

    /// <summary>Number of leading inputs that carry data: all of Concat's, the first of all others.</summary>
    public static int DataInputs(Node node) => node.Op is Concat ? node.Inputs.Count : 1;

    /// <summary>
    /// Gives the outputs of a movement node the quantisation of its data inputs. OpException where these differ, or
    /// where a per-channel quantisation has no place in the output.
    /// </summary>
    public static void KeepQuantization(Node node)
    {
        Quantization q = OpHelpers.Quant(node.Inputs[0]!);
        OpHelpers.Check(Is(node.Op), $"{node.Op.Name} of quantised numbers: only data movement may stand between quantised operators");
        for (int i = 1; i < DataInputs(node); i++)
        {
            OpHelpers.Check(q.SameAs(node.Inputs[i]!.Quantization), $"inputs 0 and {i} are quantised differently");
        }

        Quantization? moved = Moved(q, node.Op, node.Inputs[0]!.Shape);
        OpHelpers.Check(moved is not null, $"{node.Op.Name} of numbers quantised per channel");
        foreach (Value output in node.Outputs)
        {
            output.Type = output.Type with { Quantization = moved };
        }
    }

    /// <summary>The quantisation after a movement of a tensor of <paramref name="shape"/>; null where per-channel scales lose their axis.</summary>
    public static Quantization? Moved(Quantization q, Op op, Shape shape)
    {
        if (!q.PerChannel)
        {
            return q;
        }

        switch (op)
        {
            case Transpose transpose:
                return new Quantization(q.Scales, q.ZeroPoints, Array.IndexOf(transpose.Perm, q.Axis));
            case Reshape reshape:
                int axis = MovedAxis(shape.ToArray(), reshape.Dims, q.Axis);
                return axis < 0 ? null : new Quantization(q.Scales, q.ZeroPoints, axis);
            default:
                return null;
        }
    }

    /// <summary>Where an axis is after a reshape, if it survives as such: as long as before, with as many elements before it; else -1.</summary>
    public static int MovedAxis(ReadOnlySpan<int> from, ReadOnlySpan<int> to, int axis)
    {
        long before = 1;
        for (int i = 0; i < axis; i++)
        {
            before *= from[i];
        }

        long count = 1;
        for (int i = 0; i < to.Length; i++)
        {
            if (count == before && to[i] == from[axis])
            {
                return i;
            }

            count *= to[i];
        }

        return -1;
    }
}
