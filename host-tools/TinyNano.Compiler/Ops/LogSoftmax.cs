using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Logarithm of softmax along the axis.
/// </summary>
public sealed record LogSoftmax(int Axis) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        Elements.Axis(x.Shape, Axis);
        return [new TensorType(x.DType, x.Shape)];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        (int outer, int length, int inner) = Elements.Around(x.Shape, Elements.Axis(x.Shape, Axis));
        float[] y = new float[x.Count];
        for (int row = 0; row < outer * inner; row++)
        {
            int start = row / inner * length * inner + row % inner;
            float max = float.NegativeInfinity;
            for (int i = 0; i < length; i++)
            {
                max = Math.Max(max, x.Floats[start + i * inner]);
            }

            double sum = 0;
            for (int i = 0; i < length; i++)
            {
                sum += Math.Exp((double)x.Floats[start + i * inner] - max);
            }

            double log = Math.Log(sum);
            for (int i = 0; i < length; i++)
            {
                y[start + i * inner] = (float)((double)x.Floats[start + i * inner] - max - log);
            }
        }

        return [Tensor.Of(x.Shape, y)];
    }

    public QuantRule? Rule(Node node, DType activations) => activations != DType.Int8 ? null : new QuantRule
    {
        Output = OutputRange.Fixed,
        Fixed = _ => new Quantization(1f / 16, 127),
    };

    public void Lower(Node node, Lowering to) => AlongLastAxis.Lower(node, to, Axis, (x, y) => Step(node, to, x, y));

    private static void Step(Node node, Lowering to, DeviceTensor x, DeviceTensor y)
    {
        DeviceTensor? exp = null;
        int multiplier = 0, shift = 0, reverse = 0, reverseShift = 0, lowest = 0;
        if (x.DType == DType.Int8)
        {
            Quantization output = OpHelpers.Quant(node.Output);
            OpHelpers.Check(output.Scale == 1f / 16 && output.ZeroPoint == 127,
                $"the output has scale {output.Scale} and zero point {output.ZeroPoint}, expected 0.0625 and 127");
            double scale = OpHelpers.Quant(node.Inputs[0]!).Scale;
            (multiplier, shift, int radius) = SoftmaxTables.Scaling(1, scale);
            (reverse, reverseShift) = Requantization.QuantizeMultiplier((1L << (31 - shift)) / (double)multiplier);
            OpHelpers.Check(reverseShift <= 0, $"scale {scale} is too small for log-softmax");
            lowest = -radius;
            int[] table = SoftmaxTables.ExpOfDifferences(1, scale);
            exp = to.Constant(Tensor.Of(new Shape(table.Length), table));
        }
        else
        {
            OpHelpers.Check(x.DType == DType.Float32, $"log-softmax of {x.DType.ShortName()}");
        }

        to.Step(DeviceOps.LogSoftmax, [x, exp], [y],
            [("mult", multiplier), ("shift", shift), ("rev_mult", reverse), ("rev_shift", reverseShift), ("diff_min", lowest)], inPlace: 0);
    }
}
