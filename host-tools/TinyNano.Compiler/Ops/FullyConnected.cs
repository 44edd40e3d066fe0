using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// y[..., o] = clamp(b[o] + sum_k x[..., k] * w[o, k]). Inputs x [..., K], w [O, K], b [O] (optional); output [..., O].
/// </summary>
public sealed record FullyConnected(Clamp Activation) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        TensorType w = inputs.Need(1, "weights");
        OpHelpers.Check(x.Shape.Rank >= 1 && w.Shape.Rank == 2 && x.Shape[-1] == w.Shape[1],
            $"x {x.Shape} and weights {w.Shape} do not fit; expected [...,K] and [O,K]");
        OpHelpers.Check(inputs.At(2) is not TensorType b || b.Shape.Count == w.Shape[0],
            $"bias {inputs.At(2)?.Shape} does not fit weights {w.Shape}; expected [{w.Shape[0]}]");
        return [new TensorType(x.DType, new Shape([.. x.Shape.Dims.SkipLast(1), w.Shape[0]]))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        Tensor w = inputs.Need(1);
        float[]? bias = inputs.At(2)?.Floats;
        int depth = w.Shape[1];
        int outputs = w.Shape[0];
        int rows = x.Count / depth;
        float[] y = new float[rows * outputs];
        for (int n = 0; n < rows; n++)
        {
            ReadOnlySpan<float> row = x.Floats.AsSpan(n * depth, depth);
            for (int o = 0; o < outputs; o++)
            {
                float acc = WindowHelpers.Dot(row, w.Floats.AsSpan(o * depth, depth));
                y[n * outputs + o] = Activation.Apply(acc + (bias?[o] ?? 0));
            }
        }

        return [Tensor.Of(new Shape([.. x.Shape.Dims.SkipLast(1), outputs]), y)];
    }

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        (long)outputs[0].Shape.Count * inputs[1]!.Shape[1];

    public QuantRule? Rule(Node node, DType activations) => WindowHelpers.WeightsRule(node, 0);

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        Value w = node.Inputs[1]!;
        DeviceTensor? bias = node.Input(2) is Value b ? to.Tensor(b) : null;
        if (x.DType == DType.Float32)
        {
            OpHelpers.Check(w.DType == DType.Float32, $"weights are {w.DType.ShortName()} where x is f32; expected f32");
            to.Step(DeviceOps.FullyConnected, [to.Tensor(x), to.Tensor(w), bias, null, null], [to.Tensor(node.Output)],
                [("x_zero", 0), ("w_zero", 0), ("y_zero", 0), ("lo", Lowering.Bits(Activation.Min)), ("hi", Lowering.Bits(Activation.Max))]);
            return;
        }

        Quantization qx = OpHelpers.Quant(x);
        Quantization qw = OpHelpers.Quant(w);
        Quantization qy = OpHelpers.Quant(node.Output);
        WindowHelpers.CheckTypes(x, w, node.Input(2));
        OpHelpers.Check(!qw.PerChannel || Array.TrueForAll(qw.ZeroPoints, z => z == 0), "weights have a zero point other than 0 in a channel");
        (int[] multipliers, sbyte[] shifts) = OpHelpers.OutputMultipliers(qx, qw, qy, floatProduct: true);
        WindowHelpers.CheckShifts(shifts, x.DType, node.Input(2));
        (int lo, int hi) = OpHelpers.QuantizedRange(Activation, node.Output.DType, qy);
        Shape channels = new(multipliers.Length);
        to.Step(DeviceOps.FullyConnected,
            [to.Tensor(x), to.Tensor(w), bias, to.Constant(Tensor.Of(channels, multipliers)), to.Constant(Tensor.Of(channels, shifts))],
            [to.Tensor(node.Output)],
            [("x_zero", qx.ZeroPoint), ("w_zero", qw.ZeroPoints[0]), ("y_zero", qy.ZeroPoint), ("lo", lo), ("hi", hi)]);
    }
}
