using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>And, or, xor of two broadcast bool tensors; not of one.</summary>
public sealed record Logical(LogicalKind Kind) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType a = inputs.Need(0, "a");
        OpHelpers.Check(a.DType == DType.Bool, $"a is {a.DType.ShortName()}, expected bool");
        return [Kind == LogicalKind.Not ? new TensorType(DType.Bool, a.Shape) : Elementwise.Infer(inputs)];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor a = inputs.Need(0);
        if (Kind == LogicalKind.Not)
        {
            return [Tensor.Of(a.Shape, Array.ConvertAll((bool[])a.Data, v => !v))];
        }

        Tensor b = inputs.Need(1);
        bool[] y = Broadcast.Map<bool, bool>(a, b, (x, z) => Kind switch
        {
            LogicalKind.And => x && z,
            LogicalKind.Or => x || z,
            _ => x != z,
        });
        return [Tensor.Of(Broadcast.Shapes(a.Shape, b.Shape), y)];
    }

    public QuantRule? Rule(Node node, DType activations) => new() { Output = OutputRange.None, Untouched = [0, 1] };

    public void Lower(Node node, Lowering to)
    {
        Value? b = Kind == LogicalKind.Not ? null : node.Inputs[1];
        to.Step(DeviceOps.Logical, [to.Tensor(node.Inputs[0]!), b is null ? null : to.Tensor(b)], [to.Tensor(node.Output)], [("kind", (int)Kind)],
            inPlace: Elementwise.InPlace(node, b is null ? 1 : 2));
    }
}
