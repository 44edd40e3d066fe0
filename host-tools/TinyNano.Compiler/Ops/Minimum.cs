using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>Smaller of two broadcast tensors.</summary>
public sealed record Minimum() : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [Elementwise.Infer(inputs)];

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs) =>
        Elementwise.Evaluate(inputs, (a, b) => Math.Min(a, b), (a, b) => Math.Min(a, b));

    public QuantRule? Rule(Node node, DType activations) => Elementwise.Rule(node, sharedInputs: true);

    public void Lower(Node node, Lowering to) => Elementwise.LowerRaw(DeviceOps.Minimum, node, to);
}
