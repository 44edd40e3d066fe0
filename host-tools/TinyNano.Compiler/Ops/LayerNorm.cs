using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Normalisation over axes Axis .. rank-1; inputs x, gamma, beta (optional), the latter two of the shape of these axes.
/// The integer form is our own (TFLite has none): docs/SPEC.md defines every bit.
/// </summary>
public sealed record LayerNorm(int Axis, float Epsilon) : Op, ILowerable, IQuantizable
{
    private const int UnitBits = 10;
    private const int MostShift = 20;
    private const int Longest = 32767;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        TensorType gamma = inputs.Need(1, "gamma");
        int length = Length(x.Shape);
        OpHelpers.Check(gamma.Shape.Count == length && (inputs.At(2) is not TensorType beta || beta.Shape.Count == length),
            $"gamma {gamma.Shape} and beta {inputs.At(2)?.Shape} do not fit the axes {Axis} .. of {x.Shape}");
        return [new TensorType(x.DType, x.Shape)];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        float[] gamma = inputs.Need(1).Floats;
        float[]? beta = inputs.At(2)?.Floats;
        int n = gamma.Length;
        float[] y = new float[x.Count];
        for (int start = 0; start < y.Length; start += n)
        {
            ReadOnlySpan<float> row = x.Floats.AsSpan(start, n);
            double mean = 0;
            foreach (float v in row)
            {
                mean += v;
            }

            mean /= n;
            double variance = 0;
            foreach (float v in row)
            {
                variance += (v - mean) * (v - mean);
            }

            double scale = 1 / Math.Sqrt(variance / n + Epsilon);
            for (int i = 0; i < n; i++)
            {
                y[start + i] = (float)((row[i] - mean) * scale * gamma[i] + (beta?[i] ?? 0));
            }
        }

        return [Tensor.Of(x.Shape, y)];
    }

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => 2L * outputs[0].Shape.Count;

    /// <summary>Gamma and beta stay real: lowering merges them with the output's scale.</summary>
    public QuantRule? Rule(Node node, DType activations) =>
        Length(node.Inputs[0]!.Shape) <= Longest && node.Inputs[1]!.IsConstant && node.Input(2) is null or { IsConstant: true }
            ? new QuantRule { Untouched = [1, 2] }
            : null;

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        Value gamma = node.Inputs[1]!;
        Value? beta = node.Input(2);
        if (x.DType == DType.Float32)
        {
            to.Step(DeviceOps.LayerNorm, [to.Tensor(x), to.Tensor(gamma), beta is null ? null : to.Tensor(beta)], [to.Tensor(node.Output)],
                [("epsilon_low", Lowering.Bits(Epsilon)), ("epsilon_high", 0), ("shift", 0)], inPlace: 0);
            return;
        }

        Quantization qx = OpHelpers.Quant(x);
        Quantization qy = OpHelpers.Quant(node.Output);
        int n = Length(x.Shape);
        OpHelpers.Check(n <= Longest, $"rows of {n} numbers; the device normalises up to {Longest}");
        double[] slopes = [.. Real(gamma).Select(g => g / (double)qy.Scale)];
        double[] offsets = [.. (beta is null ? new float[n] : Real(beta)).Select(b => b / (double)qy.Scale + qy.ZeroPoint)];
        int shift = MostShift;
        while (shift > 0 && slopes.Max(Math.Abs) * (1 << shift) > int.MaxValue - 1)
        {
            shift--;
        }

        long epsilon = FixedEpsilon(n, qx.Scale, x.DType == DType.Int8 ? 16 : 2);
        to.Step(DeviceOps.LayerNorm, [to.Tensor(x), Fixed(to, slopes, shift), Fixed(to, offsets, UnitBits)], [to.Tensor(node.Output)],
            [("epsilon_low", (int)epsilon), ("epsilon_high", (int)(epsilon >> 32)), ("shift", shift)], inPlace: 0);
    }

    private int Length(Shape x)
    {
        int axis = Elements.Axis(x, Axis);
        return x.Count / Elements.Around(x, axis).Outer;
    }

    private static float[] Real(Value value) => value.Constant is Tensor data
        ? data.ToFloats(value.Quantization)
        : throw new OpException($"'{value.Name}' is computed by the model; integer normalisation takes constants only");

    private static DeviceTensor Fixed(Lowering to, double[] values, int bits)
    {
        int[] numbers = new int[values.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            double scaled = Math.Round(values[i] * (1 << bits), MidpointRounding.AwayFromZero);
            OpHelpers.Check(Math.Abs(scaled) < int.MaxValue, $"{values[i]} output steps are more than the device can scale by");
            numbers[i] = (int)scaled;
        }

        return to.Constant(Tensor.Of(new Shape(numbers.Length), numbers));
    }

    /// <summary>N^2 * Epsilon in squared steps of the input, with <paramref name="bits"/> bits after the point; 1 to 2^62 - 1.</summary>
    private long FixedEpsilon(int n, float scale, int bits)
    {
        double exact = (double)n * n * Epsilon / ((double)scale * scale) * (1 << bits);
        return (long)Math.Clamp(Math.Round(exact), 1, (double)((1L << 62) - (1L << 10)));
    }
}
