using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>Quotient of two broadcast tensors, then the activation; integers divide towards zero, by zero to 0.</summary>
public sealed record Div(Clamp Activation) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [Elementwise.Infer(inputs)];

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs) =>
        Elementwise.Evaluate(inputs, (a, b) => Activation.Apply(a / b), (a, b) => Elementwise.Apply(Activation, Quotient(a, b)));

    /// <summary>int8 only: TFLite has no int16 division.</summary>
    public QuantRule? Rule(Node node, DType activations) => activations == DType.Int8 ? Elementwise.Rule(node) : null;

    public void Lower(Node node, Lowering to)
    {
        Value a = node.Inputs[0]!;
        Value b = node.Inputs[1]!;
        DType type = node.Output.DType;
        int[] p;
        if (type == DType.Int8)
        {
            Quantization qa = Elementwise.Quant(a);
            Quantization qb = Elementwise.Quant(b);
            Quantization qy = Elementwise.Quant(node.Output);
            (int multiplier, int shift) = Requantization.QuantizeMultiplier(qa.Scale / (qb.Scale * qy.Scale));
            (int lo, int hi) = OpHelpers.QuantizedRange(Activation, type, qy);
            p = [qa.ZeroPoint, qb.ZeroPoint, qy.ZeroPoint, multiplier, shift, lo, hi];
        }
        else
        {
            OpHelpers.Check(type != DType.Int64, "the device has no i64 division");
            (int lo, int hi) = Elementwise.Range(Activation, type);
            p = [0, 0, 0, 0, 0, lo, hi];
        }

        to.Step(DeviceOps.Div, [to.Tensor(a), to.Tensor(b)], [to.Tensor(node.Output)], [.. DeviceOps.Div.Fields.Zip(p)],
            inPlace: Elementwise.InPlace(node));
    }

    private static long Quotient(long a, long b) => b == 0 ? 0 : b == -1 ? unchecked(-a) : a / b;
}
