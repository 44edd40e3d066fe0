using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>Sum of two broadcast tensors, then the activation.</summary>
public sealed record Add(Clamp Activation) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [Elementwise.Infer(inputs)];

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs) =>
        Elementwise.Evaluate(inputs, (a, b) => Activation.Apply(a + b), (a, b) => Elementwise.Apply(Activation, unchecked(a + b)));

    public QuantRule? Rule(Node node, DType activations) => Elementwise.Rule(node);

    public void Lower(Node node, Lowering to) => Elementwise.LowerArith(DeviceOps.Add, node, to, Activation, Scales(node));

    /// <summary>TFLite's factors: everything in double.</summary>
    private static ArithScales Scales(Node node)
    {
        if (!Elementwise.IsQuantized(node.Output.DType))
        {
            return default;
        }

        int leftShift = node.Output.DType == DType.Int16 ? 15 : 20;
        double a = Elementwise.Quant(node.Inputs[0]!).Scale;
        double b = Elementwise.Quant(node.Inputs[1]!).Scale;
        double twiceMax = 2 * Math.Max(a, b);
        return new ArithScales(leftShift, a / twiceMax, b / twiceMax, twiceMax / ((1 << leftShift) * (double)Elementwise.Quant(node.Output).Scale));
    }
}
