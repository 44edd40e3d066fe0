using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>What operators of two broadcast operands share.</summary>
internal static class Elementwise
{
    /// <summary>Output shape and type of two operands of one type.</summary>
    public static TensorType Infer(IReadOnlyList<TensorType?> inputs, DType? result = null)
    {
        TensorType a = inputs.Need(0, "a");
        TensorType b = inputs.Need(1, "b");
        OpHelpers.Check(a.DType == b.DType, $"a is {a.DType.ShortName()} and b is {b.DType.ShortName()}, expected one type");
        return new TensorType(result ?? a.DType, Broadcast.Shapes(a.Shape, b.Shape));
    }

    /// <summary>A function of two operands for each numeric type it may meet.</summary>
    public static Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs, Func<float, float, float> floats, Func<long, long, long> integers)
    {
        Tensor a = inputs.Need(0);
        Tensor b = inputs.Need(1);
        Shape shape = Broadcast.Shapes(a.Shape, b.Shape);
        return a.DType switch
        {
            DType.Float32 => [Tensor.Of(shape, Broadcast.Map(a, b, floats))],
            DType.Int32 => [Tensor.Of(shape, Broadcast.Map<int, int>(a, b, (x, y) => unchecked((int)integers(x, y))))],
            DType.Int64 => [Tensor.Of(shape, Broadcast.Map(a, b, integers))],
            _ => throw new OpException($"{a.DType.ShortName()} has no arithmetic"),
        };
    }

    /// <summary>
    /// The input whose bytes the output may take over: one with as many elements, which then lie in the same order; not a
    /// constant. -1 for none.
    /// </summary>
    public static int InPlace(Node node, int operands = 2)
    {
        for (int i = 0; i < operands; i++)
        {
            Value x = node.Inputs[i]!;
            if (x.Constant is null && !x.IsState && x.Shape.Count == node.Output.Shape.Count && x.DType.Size() == node.Output.DType.Size())
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The per-tensor quantisation of an activation.</summary>
    public static Quantization Quant(Value value)
    {
        Quantization q = OpHelpers.Quant(value);
        OpHelpers.Check(!q.PerChannel, $"'{value.Name}' is quantised per channel, expected per tensor");
        return q;
    }

    public static bool IsQuantized(DType type) => type is DType.Int8 or DType.Int16;

    /// <summary>Bounds of an activation as parameters of an unquantised type: float bits, or int32.</summary>
    public static (int Lo, int Hi) Range(Clamp clamp, DType type)
    {
        switch (type)
        {
            case DType.Float32:
                return (Lowering.Bits(clamp.Min), Lowering.Bits(clamp.Max));
            case DType.Int32:
                return ((int)Math.Clamp(Math.Ceiling((double)clamp.Min), int.MinValue, int.MaxValue),
                    (int)Math.Clamp(Math.Floor((double)clamp.Max), int.MinValue, int.MaxValue));
            case DType.Int64 when clamp.IsNone:
                return (int.MinValue, int.MaxValue);
            default:
                throw new OpException($"the device has no {type.ShortName()} arithmetic{(clamp.IsNone ? "" : " with activation")}");
        }
    }

    /// <summary>The activation of an integer.</summary>
    public static long Apply(Clamp clamp, long x) =>
        clamp.IsNone ? x : x < clamp.Min ? (long)Math.Ceiling(clamp.Min) : x > clamp.Max ? (long)Math.Floor(clamp.Max) : x;

    /// <summary>A rule for quantities; none where the node computes with integers.</summary>
    public static QuantRule? Rule(Node node, bool sharedInputs = false) =>
        node.Output.DType == DType.Float32 ? new QuantRule { SharedInputs = sharedInputs } : null;

    /// <summary>
    /// Throws where an operator that only copies numbers would mix quantisations: the inputs named and the output must
    /// agree.
    /// </summary>
    public static void CheckShared(Node node, params int[] inputs)
    {
        foreach (int i in inputs)
        {
            Value x = node.Inputs[i]!;
            OpHelpers.Check(x.Quantization is null ? node.Output.Quantization is null : x.Quantization.SameAs(node.Output.Quantization),
                $"'{x.Name}' and '{node.Output.Name}' have different quantisations");
        }
    }

    /// <summary>Lowers to a device operator without parameters on raw numbers.</summary>
    public static void LowerRaw(DeviceOp op, Node node, Lowering to)
    {
        Value a = node.Inputs[0]!;
        Value b = node.Inputs[1]!;
        CheckShared(node, 0, 1);
        to.Step(op, [to.Tensor(a), to.Tensor(b)], [to.Tensor(node.Output)], [], inPlace: InPlace(node));
    }

    /// <summary>
    /// Lowers to a device operator that brings both operands to twice the larger scale first (ADD, SUB,
    /// SQUARED_DIFFERENCE).
    /// </summary>
    public static void LowerArith(DeviceOp op, Node node, Lowering to, Clamp activation, ArithScales scales)
    {
        Value a = node.Inputs[0]!;
        Value b = node.Inputs[1]!;
        DType type = node.Output.DType;
        int[] p;
        if (IsQuantized(type))
        {
            Quantization qa = Quant(a);
            Quantization qb = Quant(b);
            Quantization qy = Quant(node.Output);
            (int am, int ash) = Requantization.QuantizeMultiplier(scales.A);
            (int bm, int bsh) = Requantization.QuantizeMultiplier(scales.B);
            (int ym, int ysh) = Requantization.QuantizeMultiplier(scales.Y);
            (int lo, int hi) = OpHelpers.QuantizedRange(activation, type, qy);
            p = [qa.ZeroPoint, qb.ZeroPoint, qy.ZeroPoint, scales.LeftShift, am, ash, bm, bsh, ym, ysh, lo, hi];
        }
        else
        {
            (int lo, int hi) = Range(activation, type);
            p = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, lo, hi];
        }

        to.Step(op, [to.Tensor(a), to.Tensor(b)], [to.Tensor(node.Output)], [.. op.Fields.Zip(p)], inPlace: InPlace(node));
    }
}

/// <summary>The factors of <see cref="Elementwise.LowerArith"/> as real numbers; unused for unquantised types.</summary>
internal readonly record struct ArithScales(int LeftShift, double A, double B, double Y);
