using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// A function of one element; Alpha and Beta are the parameters of the kinds that have them (see UnaryKind).
/// </summary>
public sealed record Unary(UnaryKind Kind, float Alpha, float Beta) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(x.DType != DType.Bool, "x is bool, expected a number");
        return [new TensorType(x.DType, x.Shape)];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        if (x.DType == DType.Float32)
        {
            float[] y = new float[x.Count];
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = (float)UnaryFunctions.Apply(Kind, x.Floats[i], Alpha, Beta);
            }

            return [Tensor.Of(x.Shape, y)];
        }

        return x.DType switch
        {
            DType.Int32 => [Tensor.Of(x.Shape, Array.ConvertAll(x.Ints, v => unchecked((int)Integer(v))))],
            DType.Int64 => [Tensor.Of(x.Shape, Array.ConvertAll((long[])x.Data, Integer))],
            _ => throw new OpException($"no {Kind} of {x.DType.ShortName()}"),
        };
    }

    public QuantRule? Rule(Node node, DType activations)
    {
        if (node.Output.DType != DType.Float32)
        {
            return null;
        }

        return (Kind, activations) switch
        {
            (UnaryKind.Sigmoid, _) => new QuantRule
            {
                Output = OutputRange.Fixed,
                Fixed = type => type == DType.Int16 ? new Quantization(1f / 32768, 0) : new Quantization(1f / 256, -128),
            },
            (UnaryKind.Tanh, _) => new QuantRule
            {
                Output = OutputRange.Fixed,
                Fixed = type => type == DType.Int16 ? new Quantization(1f / 32768, 0) : new Quantization(1f / 128, 0),
            },
            (_, DType.Int8) or (UnaryKind.Clip or UnaryKind.LeakyRelu or UnaryKind.Abs, DType.Int16) => new QuantRule(),
            _ => null,
        };
    }

    public void Lower(Node node, Lowering to)
    {
        if (Kind == UnaryKind.RawClip && node.Inputs[0]!.DType is not (DType.Int8 or DType.Int16))
        {
            (this with { Kind = UnaryKind.Clip }).Lower(node, to);
            return;
        }

        Value x = node.Inputs[0]!;
        DeviceTensor from = to.Tensor(x);
        DeviceTensor output = to.Tensor(node.Output);
        int inPlace = Elementwise.InPlace(node, 1);
        switch (x.DType)
        {
            case DType.Int8:
                sbyte[] table = Int8Functions.Table(this, Elementwise.Quant(x), Elementwise.Quant(node.Output));
                to.Step(DeviceOps.Table, [from, to.Constant(Tensor.Of(new Shape(256), table))], [output], [], inPlace: inPlace);
                break;
            case DType.Int16:
                (int[] p, bool sigmoid) = Int16Parameters(Elementwise.Quant(x), Elementwise.Quant(node.Output));
                DeviceTensor? entries = sigmoid ? to.Constant(Tensor.Of(new Shape(256), FixedPoint.SigmoidTable())) : null;
                to.Step(DeviceOps.Unary, [from, entries], [output], [.. DeviceOps.Unary.Fields.Zip(p)], inPlace: inPlace);
                break;
            case DType.Int32:
                OpHelpers.Check(Kind is UnaryKind.Clip or UnaryKind.Square or UnaryKind.Abs or UnaryKind.Neg or UnaryKind.Sign,
                    $"the device has no {Kind} of i32");
                (int lo, int hi) = Elementwise.Range(Kind == UnaryKind.Clip ? new Clamp(Alpha, Beta) : Clamp.None, DType.Int32);
                to.Step(DeviceOps.Unary, [from, null], [output], [.. DeviceOps.Unary.Fields.Zip([(int)Kind, lo, hi, 0, 0, 0, 0, 0, 0])], inPlace: inPlace);
                break;
            case DType.Float32:
                to.Step(DeviceOps.Unary, [from, null], [output],
                    [.. DeviceOps.Unary.Fields.Zip([(int)Kind, Lowering.Bits(Alpha), Lowering.Bits(Beta), 0, 0, 0, 0, 0, 0])], inPlace: inPlace);
                break;
            default:
                throw new OpException($"the device has no {Kind} of {x.DType.ShortName()}");
        }
    }

    /// <summary>The device's parameters for int16, and whether the function reads the sigmoid table.</summary>
    private (int[] Parameters, bool Sigmoid) Int16Parameters(Quantization x, Quantization y)
    {
        int alpha = 0, beta = 0, multiplier, shift, steep = 0, steepShift = 0;
        switch (Kind)
        {
            case UnaryKind.Sigmoid or UnaryKind.Tanh:
                OpHelpers.Check(x.ZeroPoint == 0 && y.ZeroPoint == 0 && y.Scale == 1f / 32768, "int16 sigmoid and tanh need zero points 0 and output scale 1/32768");
                (multiplier, shift) = SigmoidInput(x.Scale);
                break;
            case UnaryKind.Clip:
                (multiplier, shift) = Requantization.QuantizeMultiplier(x.Scale / y.Scale);
                (alpha, beta) = OpHelpers.QuantizedRange(new Clamp(Alpha, Beta), DType.Int16, y);
                break;
            case UnaryKind.RawClip:
                (multiplier, shift) = Requantization.QuantizeMultiplier(1);
                (alpha, beta) = OpHelpers.QuantizedRange(new Clamp(Alpha, Beta), DType.Int16, x);
                return ([(int)UnaryKind.Clip, alpha, beta, 0, 0, multiplier, shift, 0, 0], false);
            case UnaryKind.LeakyRelu:
                (multiplier, shift) = Requantization.QuantizeMultiplier(x.Scale / y.Scale);
                (steep, steepShift) = Requantization.QuantizeMultiplier(x.Scale * Alpha / y.Scale);
                break;
            case UnaryKind.Abs:
                (multiplier, shift) = Requantization.QuantizeMultiplier(x.Scale / y.Scale);
                break;
            default:
                throw new OpException($"the device has no {Kind} of i16");
        }

        return ([(int)Kind, alpha, beta, x.ZeroPoint, y.ZeroPoint, multiplier, shift, steep, steepShift], Kind is UnaryKind.Sigmoid or UnaryKind.Tanh);
    }

    /// <summary>
    /// Factor to the table's unit 1 / (3 * 4096): multiplier / 2^shift with a multiplier below 2^15. Scales of 1/4096 (and
    /// 1/2048 for tanh) are exact.
    /// </summary>
    private (int Multiplier, int Shift) SigmoidInput(float scale)
    {
        double log = Math.Log2(scale);
        int power = (int)Math.Round(log, MidpointRounding.AwayFromZero);
        int left = 12 + power;
        if (Math.Abs(log - power) < 1e-3 && (left == 0 || (left == 1 && Kind == UnaryKind.Tanh)))
        {
            return (3 << left, 0);
        }

        double multiplier = scale * 4096.0 * 3.0;
        int shift = 0;
        while (multiplier <= 32767.0 / 2 && shift <= 30)
        {
            shift++;
            multiplier *= 2;
        }

        OpHelpers.Check(multiplier < 32768 && shift <= 30, $"int16 {Kind} does not take input scale {scale}");
        return ((int)multiplier, shift);
    }

    private long Integer(long x) => Kind switch
    {
        UnaryKind.Clip or UnaryKind.RawClip => Elementwise.Apply(new Clamp(Alpha, Beta), x),
        UnaryKind.Square => unchecked(x * x),
        UnaryKind.Abs => x < 0 ? unchecked(-x) : x,
        UnaryKind.Neg => unchecked(-x),
        UnaryKind.Sign => Math.Sign(x),
        _ => throw new OpException($"no {Kind} of integers"),
    };
}
