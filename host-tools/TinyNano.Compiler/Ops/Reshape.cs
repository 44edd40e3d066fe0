using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// The same elements under another shape: reshape, squeeze, unsqueeze, flatten, expand dims.
/// </summary>
public sealed record Reshape(int[] Dims) : Op, ILowerable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(Dims.All(d => d > 0), $"[{string.Join(",", Dims)}] is not a shape: every dimension is at least 1");
        Shape shape = new(Dims);
        OpHelpers.Check(shape.Count == x.Shape.Count, $"{x.Shape} has {x.Shape.Count} elements, {shape} has {shape.Count}");
        return [new TensorType(x.DType, shape)];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs) => [inputs.Need(0).Reshape(new Shape(Dims))];

    public void Lower(Node node, Lowering to) => to.Alias(node.Output, to.Tensor(node.Inputs[0]!));
}
