using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>Product of two broadcast tensors, then the activation.</summary>
public sealed record Mul(Clamp Activation) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [Elementwise.Infer(inputs)];

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs) =>
        Elementwise.Evaluate(inputs, (a, b) => Activation.Apply(a * b), (a, b) => Elementwise.Apply(Activation, unchecked(a * b)));

    public QuantRule? Rule(Node node, DType activations) => Elementwise.Rule(node);

    public void Lower(Node node, Lowering to)
    {
        Value a = node.Inputs[0]!;
        Value b = node.Inputs[1]!;
        DType type = node.Output.DType;
        int[] p;
        if (Elementwise.IsQuantized(type))
        {
            Quantization qa = Elementwise.Quant(a);
            Quantization qb = Elementwise.Quant(b);
            Quantization qy = Elementwise.Quant(node.Output);
            (int multiplier, int shift) = Requantization.QuantizeMultiplier((double)qa.Scale * qb.Scale / qy.Scale);
            (int lo, int hi) = OpHelpers.QuantizedRange(Activation, type, qy);
            p = [qa.ZeroPoint, qb.ZeroPoint, qy.ZeroPoint, multiplier, shift, lo, hi];
        }
        else
        {
            (int lo, int hi) = Elementwise.Range(Activation, type);
            p = [0, 0, 0, 0, 0, lo, hi];
        }

        to.Step(DeviceOps.Mul, [to.Tensor(a), to.Tensor(b)], [to.Tensor(node.Output)], [.. DeviceOps.Mul.Fields.Zip(p)],
            inPlace: Elementwise.InPlace(node));
    }
}
