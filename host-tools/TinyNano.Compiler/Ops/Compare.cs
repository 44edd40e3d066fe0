using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>Comparison of two broadcast tensors; the output is bool.</summary>
public sealed record Compare(CompareKind Kind) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType type = Elementwise.Infer(inputs, DType.Bool);
        OpHelpers.Check(inputs[0]!.DType != DType.Bool || Kind is CompareKind.Equal or CompareKind.NotEqual, $"bool has no order: {Kind}");
        return [type];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor a = inputs.Need(0);
        Tensor b = inputs.Need(1);
        bool[] y = a.DType switch
        {
            DType.Float32 => Broadcast.Map<float, bool>(a, b, Holds),
            DType.Int32 => Broadcast.Map<int, bool>(a, b, Holds),
            DType.Int64 => Broadcast.Map<long, bool>(a, b, Holds),
            DType.Bool => Broadcast.Map<bool, bool>(a, b, (x, z) => x == z == (Kind == CompareKind.Equal)),
            _ => throw new OpException($"no comparison of {a.DType.ShortName()}"),
        };
        return [Tensor.Of(Broadcast.Shapes(a.Shape, b.Shape), y)];
    }

    /// <summary>Both sides on one scale: TFLite's comparison is coarse where scales differ.</summary>
    public QuantRule? Rule(Node node, DType activations) =>
        node.Inputs[0]!.DType == DType.Float32 ? new QuantRule { Output = OutputRange.None, SharedInputs = true } : null;

    public void Lower(Node node, Lowering to)
    {
        Value a = node.Inputs[0]!;
        Value b = node.Inputs[1]!;
        int[] p = [(int)Kind, 0, 0, 0, 0, 0, 0, 0];
        if (Elementwise.IsQuantized(a.DType))
        {
            // TFLite compares real values in units of 1/256.
            const int leftShift = 8;
            Quantization qa = Elementwise.Quant(a);
            Quantization qb = Elementwise.Quant(b);
            (int am, int ash) = Requantization.QuantizeMultiplier(qa.Scale);
            (int bm, int bsh) = Requantization.QuantizeMultiplier(qb.Scale);
            p = [(int)Kind, qa.ZeroPoint, qb.ZeroPoint, leftShift, am, ash, bm, bsh];
        }
        else
        {
            OpHelpers.Check(a.DType != DType.UInt8, "the device does not compare u8");
        }

        to.Step(DeviceOps.Compare, [to.Tensor(a), to.Tensor(b)], [to.Tensor(node.Output)], [.. DeviceOps.Compare.Fields.Zip(p)],
            inPlace: Elementwise.InPlace(node));
    }

    private bool Holds(float a, float b) => Kind switch
    {
        CompareKind.Equal => a == b,
        CompareKind.NotEqual => a != b,
        CompareKind.Less => a < b,
        CompareKind.LessEqual => a <= b,
        CompareKind.Greater => a > b,
        _ => a >= b,
    };

    private bool Holds(int a, int b) => Holds((long)a, b);

    private bool Holds(long a, long b) => Kind switch
    {
        CompareKind.Equal => a == b,
        CompareKind.NotEqual => a != b,
        CompareKind.Less => a < b,
        CompareKind.LessEqual => a <= b,
        CompareKind.Greater => a > b,
        _ => a >= b,
    };
}
