using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Real numbers to the quantised numbers of the output (whose value carries scale and zero point), or one quantisation
/// to another.
/// </summary>
public sealed record Quantize(DType To) : Op, ILowerable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [new TensorType(To, inputs.Need(0, "x").Shape)];

    /// <summary>The same real numbers: rounding is no part of the float meaning.</summary>
    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        return [x.DType == DType.Float32 ? x : Tensor.Of(x.Shape, x.ToFloats())];
    }

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        Value y = node.Output;
        Quantization qy = Elementwise.Quant(y);
        if (x.DType == DType.Float32)
        {
            OpHelpers.Check(To is DType.Int8 or DType.UInt8 or DType.Int16, $"the device does not quantise to {To.ShortName()}");
            to.Step(DeviceOps.Quantize, [to.Tensor(x)], [to.Tensor(y)], [("scale", Lowering.Bits(qy.Scale)), ("zero", qy.ZeroPoint)]);
            return;
        }

        Quantization qx = Elementwise.Quant(x);
        if (x.DType == To && qx.SameAs(qy))
        {
            to.Alias(y, to.Tensor(x));
            return;
        }

        Rescale(to, to.Tensor(x), qx, to.Tensor(y), qy, Elementwise.InPlace(node, 1));
    }

    /// <summary>One quantisation to another: TABLE for int8 to int8, RESCALE otherwise. TFLite's Requantize.</summary>
    internal static void Rescale(Lowering to, DeviceTensor x, Quantization qx, DeviceTensor y, Quantization qy, int inPlace)
    {
        (int multiplier, int shift) = Requantization.QuantizeMultiplier((double)qx.Scale / qy.Scale);
        (int lo, int hi) = y.DType == DType.Int32 ? (int.MinValue, int.MaxValue) : OpHelpers.TypeRange(y.DType);
        if (x.DType == DType.Int8 && y.DType == DType.Int8)
        {
            sbyte[] table = Int8Functions.Fill(v => qy.ZeroPoint + Requantization.Multiply(v - qx.ZeroPoint, multiplier, shift));
            to.Step(DeviceOps.Table, [x, to.Constant(Tensor.Of(new Shape(256), table))], [y], [], inPlace: inPlace);
            return;
        }

        OpHelpers.Check(IsInteger(x.DType) && IsInteger(y.DType), $"the device does not rescale {x.DType.ShortName()} to {y.DType.ShortName()}");
        to.Step(DeviceOps.Rescale, [x], [y],
            [("x_zero", qx.ZeroPoint), ("y_zero", qy.ZeroPoint), ("mult", multiplier), ("shift", shift), ("lo", lo), ("hi", hi)], inPlace: inPlace);
    }

    private static bool IsInteger(DType type) => type is DType.Int8 or DType.UInt8 or DType.Int16 or DType.Int32;
}
