using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>(a - b)^2 of two broadcast tensors.</summary>
public sealed record SquaredDifference() : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [Elementwise.Infer(inputs)];

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs) =>
        Elementwise.Evaluate(inputs, (a, b) => (a - b) * (a - b), (a, b) => unchecked((a - b) * (a - b)));

    public QuantRule? Rule(Node node, DType activations) => Elementwise.Rule(node);

    public void Lower(Node node, Lowering to)
    {
        OpHelpers.Check(node.Output.DType != DType.Int64, "the device has no i64 squared difference");
        Elementwise.LowerArith(DeviceOps.SquaredDifference, node, to, Clamp.None, Scales(node));
    }

    /// <summary>TFLite's factors: the difference is taken with 7 more bits (int8), its square has 14 more.</summary>
    private static ArithScales Scales(Node node)
    {
        if (!Elementwise.IsQuantized(node.Output.DType))
        {
            return default;
        }

        int leftShift = node.Output.DType == DType.Int16 ? 0 : 7;
        double a = Elementwise.Quant(node.Inputs[0]!).Scale;
        double b = Elementwise.Quant(node.Inputs[1]!).Scale;
        double twiceMax = 2 * Math.Max(a, b);
        return new ArithScales(leftShift, a / twiceMax, b / twiceMax,
            twiceMax * twiceMax / ((1 << (2 * leftShift)) * Elementwise.Quant(node.Output).Scale));
    }
}
