using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Nodes whose inputs are all constants become constants. Quantised results come only from movement of quantised data and
/// from quantising real numbers, which are exact. A result that is much larger than what it is made of stays a node:
/// flash is dearer than one step.
/// </summary>
public sealed class FoldConstants : Pass
{
    private const int AlwaysBytes = 16 * 1024;

    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToList())
        {
            if (node.Inputs.Count == 0 || !node.Inputs.All(v => v is null or { IsConstant: true }) || node.Outputs.Exists(graph.IsOutput)
                || Grows(node) || Evaluate(node) is not Tensor[] results)
            {
                continue;
            }

            for (int i = 0; i < results.Length; i++)
            {
                node.Outputs[i].Constant = results[i];
            }

            graph.Nodes.Remove(node);
            changed = true;
        }

        return changed;
    }

    private static bool Grows(Node node)
    {
        long before = node.Inputs.Sum(v => v is null ? 0 : Bytes(v));
        return node.Outputs.Sum(Bytes) > AlwaysBytes + 2 * before;
    }

    private static long Bytes(Value value) => (long)value.Shape.Count * value.DType.Size();

    private static Tensor[]? Evaluate(Node node)
    {
        if (node.Outputs.TrueForAll(v => v.Quantization is null))
        {
            // The meaning on real numbers. What is not a float then must be an index or a condition.
            Tensor[] real = node.Op.Evaluate([.. node.Inputs.Select(v => v is null ? null : Real(v))]);
            return real.Zip(node.Outputs, (t, v) => t.DType == v.DType).All(fits => fits) ? real : null;
        }

        Value x = node.Inputs[0]!;
        return node.Op switch
        {
            Ops.Quantize when x.DType == DType.Float32 && node.Output.Quantization is { PerChannel: false } q => [QuantizeReals(x.Constant!, node.Output.DType, q)],
            Reshape or Transpose when x.Quantization is { PerChannel: false } q && q.SameAs(node.Output.Quantization) => node.Op.Evaluate([x.Constant]),
            _ => null,
        };
    }

    private static Tensor Real(Value value) =>
        value.Quantization is null ? value.Constant! : Tensor.Of(value.Shape, value.Constant!.ToFloats(value.Quantization));

    /// <summary>zero + round(x / scale), ties away from zero, within the element type: TFLite's quantisation.</summary>
    private static Tensor QuantizeReals(Tensor reals, DType type, Quantization q)
    {
        (int lo, int hi) = OpHelpers.TypeRange(type);
        Tensor result = Tensor.Zeros(type, reals.Shape);
        for (int i = 0; i < reals.Count; i++)
        {
            double rounded = q.ZeroPoint + (double)MathF.Round(reals.Floats[i] / q.Scale, MidpointRounding.AwayFromZero);
            int value = (int)Math.Clamp(double.IsNaN(rounded) ? q.ZeroPoint : rounded, lo, hi);
            switch (result.Data)
            {
                case sbyte[] a:
                    a[i] = (sbyte)value;
                    break;
                case byte[] a:
                    a[i] = (byte)value;
                    break;
                case short[] a:
                    a[i] = (short)value;
                    break;
            }
        }

        return result;
    }
}
