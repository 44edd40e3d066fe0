using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// exp(Beta * x) normalised along the axis. WideOutput gives int16 from int8.
/// </summary>
public sealed record Softmax(float Beta, int Axis, bool WideOutput = false) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        Elements.Axis(x.Shape, Axis);
        OpHelpers.Check(!WideOutput || x.DType == DType.Int8, $"a wide output is for int8, x is {x.DType.ShortName()}");
        return [new TensorType(WideOutput ? DType.Int16 : x.DType, x.Shape)];
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
                sum += Math.Exp(((double)x.Floats[start + i * inner] - max) * Beta);
            }

            for (int i = 0; i < length; i++)
            {
                y[start + i * inner] = (float)(Math.Exp(((double)x.Floats[start + i * inner] - max) * Beta) / sum);
            }
        }

        return [Tensor.Of(x.Shape, y)];
    }

    public QuantRule? Rule(Node node, DType activations) => new()
    {
        Output = OutputRange.Fixed,
        Fixed = type => type == DType.Int8 ? new Quantization(1f / 256, -128) : new Quantization(1f / 32768, 0),
    };

    public void Lower(Node node, Lowering to) => AlongLastAxis.Lower(node, to, Axis, (x, y) => Step(node, to, x, y));

    private void Step(Node node, Lowering to, DeviceTensor x, DeviceTensor y)
    {
        DeviceTensor? exp = null;
        DeviceTensor? reciprocal = null;
        int multiplier = 0, shift = 0;
        if (x.DType == DType.Int8)
        {
            CheckOutput(node.Output, y.DType == DType.Int8 ? 1f / 256 : 1f / 65536, y.DType == DType.Int8 ? -128 : -32768);
            int[] table = SoftmaxTables.ExpOfDifferences(Beta, OpHelpers.Quant(node.Inputs[0]!).Scale);
            exp = to.Constant(Tensor.Of(new Shape(table.Length), table));
        }
        else if (x.DType == DType.Int16)
        {
            CheckOutput(node.Output, 1f / 32768, 0);
            OpHelpers.Check(x.Shape[-1] <= ushort.MaxValue, $"softmax of {x.Shape[-1]} int16 numbers; the device sums up to {ushort.MaxValue}");
            exp = to.Constant(Tensor.Of(new Shape(513), SoftmaxTables.Exp16()));
            reciprocal = to.Constant(Tensor.Of(new Shape(513), SoftmaxTables.Reciprocal16()));
            (multiplier, shift) = Requantization.QuantizeMultiplier((double)OpHelpers.Quant(node.Inputs[0]!).Scale * Beta / (10.0 / 65535.0));
        }
        else
        {
            OpHelpers.Check(x.DType == DType.Float32, $"softmax of {x.DType.ShortName()}");
        }

        to.Step(DeviceOps.Softmax, [x, exp, reciprocal], [y],
            [("beta", x.DType == DType.Float32 ? Lowering.Bits(Beta) : 0), ("mult", multiplier), ("shift", shift)],
            inPlace: x.DType == y.DType ? 0 : -1);
    }

    /// <summary>The arithmetic has one output quantisation; TFLite allows a scale that is a thousandth off in int16.</summary>
    private static void CheckOutput(Value y, float scale, int zero)
    {
        Quantization q = OpHelpers.Quant(y);
        bool close = y.DType == DType.Int8 ? q.Scale == scale : Math.Abs(q.Scale - scale) <= 0.001f * scale;
        OpHelpers.Check(close && q.ZeroPoint == zero, $"the output has scale {q.Scale} and zero point {q.ZeroPoint}, expected {scale} and {zero}");
    }
}
