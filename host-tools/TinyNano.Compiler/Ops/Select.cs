using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>Inputs condition (bool), a, b, all broadcast: a where the condition holds, b elsewhere.</summary>
public sealed record Select() : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType condition = inputs.Need(0, "condition");
        TensorType a = inputs.Need(1, "a");
        TensorType b = inputs.Need(2, "b");
        OpHelpers.Check(condition.DType == DType.Bool, $"the condition is {condition.DType.ShortName()}, expected bool");
        OpHelpers.Check(a.DType == b.DType, $"a is {a.DType.ShortName()} and b is {b.DType.ShortName()}, expected one type");
        return [new TensorType(a.DType, Broadcast.Shapes(condition.Shape, Broadcast.Shapes(a.Shape, b.Shape)))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor condition = inputs.Need(0);
        Tensor a = inputs.Need(1);
        Tensor b = inputs.Need(2);
        Shape shape = Broadcast.Shapes(condition.Shape, Broadcast.Shapes(a.Shape, b.Shape));
        bool[] flags = (bool[])condition.Data;
        int[] atCondition = Broadcast.Indices(condition.Shape, shape);
        int[] atA = Broadcast.Indices(a.Shape, shape);
        int[] atB = Broadcast.Indices(b.Shape, shape);
        Tensor y = Tensor.Zeros(a.DType, shape);
        for (int i = 0; i < y.Count; i++)
        {
            bool first = flags[atCondition[i]];
            Array.Copy(first ? a.Data : b.Data, first ? atA[i] : atB[i], y.Data, i, 1);
        }

        return [y];
    }

    public QuantRule? Rule(Node node, DType activations) =>
        node.Output.DType == DType.Float32 ? new QuantRule { SharedInputs = true, Untouched = [0] } : null;

    public void Lower(Node node, Lowering to)
    {
        Elementwise.CheckShared(node, 1, 2);
        to.Step(DeviceOps.Select, [.. node.Inputs.Select(v => to.Tensor(v!))], [to.Tensor(node.Output)], [],
            inPlace: Elementwise.InPlace(node, 3));
    }
}
