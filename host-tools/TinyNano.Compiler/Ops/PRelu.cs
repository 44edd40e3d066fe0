using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>x where x >= 0, alpha * x elsewhere; inputs x, alpha, broadcast. int16 x takes an int8 alpha.</summary>
public sealed record PRelu() : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        TensorType alpha = inputs.Need(1, "alpha");
        OpHelpers.Check(alpha.DType == (x.DType == DType.Int16 ? DType.Int8 : x.DType), $"alpha {alpha} does not fit x {x}");
        return [new TensorType(x.DType, Broadcast.Shapes(x.Shape, alpha.Shape))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Tensor alpha = inputs.Need(1);
        return [Tensor.Of(Broadcast.Shapes(x.Shape, alpha.Shape), Broadcast.Map<float, float>(x, alpha, (v, slope) => v >= 0 ? v : v * slope))];
    }

    public QuantRule? Rule(Node node, DType activations) =>
        activations == DType.Int8 || node.Inputs[1]!.IsConstant ? new QuantRule { Weights = [new WeightRule(1, null)] } : null;

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        Value alpha = node.Inputs[1]!;
        int[] p = [0, 0, 0, 0, 0, 0, 0];
        if (Elementwise.IsQuantized(x.DType))
        {
            Quantization qx = Elementwise.Quant(x);
            Quantization qa = Elementwise.Quant(alpha);
            Quantization qy = Elementwise.Quant(node.Output);
            (int positive, int positiveShift) = Requantization.QuantizeMultiplier((double)qx.Scale / qy.Scale);
            (int negative, int negativeShift) = Requantization.QuantizeMultiplier((double)qx.Scale * qa.Scale / qy.Scale);
            p = [qx.ZeroPoint, qa.ZeroPoint, qy.ZeroPoint, positive, positiveShift, negative, negativeShift];
        }
        else
        {
            OpHelpers.Check(x.DType == DType.Float32, $"the device has no {x.DType.ShortName()} prelu");
        }

        to.Step(DeviceOps.PRelu, [to.Tensor(x), to.Tensor(alpha)], [to.Tensor(node.Output)], [.. DeviceOps.PRelu.Fields.Zip(p)],
            inPlace: Elementwise.InPlace(node));
    }
}
