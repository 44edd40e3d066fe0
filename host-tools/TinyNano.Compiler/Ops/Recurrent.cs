using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>The walk of LSTM and GRU over sequences: x [N,T,I] and y [N,T,U], or [T,N,I] and [T,N,U] if time major.</summary>
internal readonly record struct SequenceWalk(int Batches, int Steps, int Depth, int Units, bool TimeMajor, bool Reverse)
{
    public static SequenceWalk Of(Shape x, int units, bool timeMajor, bool reverse) =>
        new(x[timeMajor ? 1 : 0], x[timeMajor ? 0 : 1], x[2], units, timeMajor, reverse);

    /// <summary>Sequence and step, one sequence after another, in the order in which the steps depend on one another.</summary>
    public IEnumerable<(int Batch, int Step)> Visits()
    {
        for (int n = 0; n < Batches; n++)
        {
            for (int t = 0; t < Steps; t++)
            {
                yield return (n, Reverse ? Steps - 1 - t : t);
            }
        }
    }

    /// <summary>The row of x (or y) that belongs to a step of a sequence.</summary>
    public int Row(int batch, int step) => TimeMajor ? step * Batches + batch : batch * Steps + step;

    /// <summary>Checks x, w and r for so many gates and gives y's shape.</summary>
    public static Shape InferOutput(TensorType x, TensorType w, TensorType r, int gates)
    {
        OpHelpers.Check(x.Shape.Rank == 3 && w.Shape.Rank == 2 && r.Shape.Rank == 2,
            $"x {x.Shape}, input weights {w.Shape} and recurrent weights {r.Shape}; expected ranks 3, 2 and 2");
        int units = r.Shape[1];
        OpHelpers.Check(w.Shape[1] == x.Shape[2] && w.Shape[0] == (long)gates * units && r.Shape[0] == w.Shape[0],
            $"x {x.Shape}, input weights {w.Shape} and recurrent weights {r.Shape} do not fit; expected [...,I], [{gates}*U,I] and [{gates}*U,U]");
        return new Shape(x.Shape[0], x.Shape[1], units);
    }

    /// <summary>The state at an input, which must have Batches * Units elements.</summary>
    public TensorType State(IReadOnlyList<TensorType?> inputs, int index, string what)
    {
        TensorType state = inputs.Need(index, what);
        OpHelpers.Check(state.Shape.Count == (long)Batches * Units, $"{what} {state.Shape}; expected [{Batches},{Units}]");
        return new TensorType(state.DType, new Shape(Batches, Units));
    }
}

/// <summary>What the recurrent operators share: float gates, states, and constants of the integer forms.</summary>
internal static class Recurrent
{
    /// <summary>Units of a gate's argument and of its result: 2^-12 and 2^-15.</summary>
    public const float ArgumentScale = 1f / 4096;

    public const float GateScale = 1f / 32768;

    /// <summary>What a clip of a gate's argument is where there is none: beyond every int16.</summary>
    public const int NoClip = 32768;

    public static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    public static float ClipTo(float x, float limit) => limit > 0 ? Math.Min(Math.Max(x, -limit), limit) : x;

    /// <summary>sums[k] += bias[k] + sum_i x[i] * w[k,i].</summary>
    public static void AddProducts(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, Span<float> sums)
    {
        for (int k = 0; k < sums.Length; k++)
        {
            ReadOnlySpan<float> row = w.Slice(k * x.Length, x.Length);
            float acc = 0;
            for (int i = 0; i < row.Length; i++)
            {
                acc += row[i] * x[i];
            }

            sums[k] += acc + (bias.IsEmpty ? 0 : bias[k]);
        }
    }

    /// <summary>A gate clip in units of the integer gates' argument.</summary>
    public static int IntegerClip(float clip, float scale) => clip > 0 ? (int)Math.Min(clip / (double)scale, 32767) : NoClip;

    public static int FloatClip(float clip) => Lowering.Bits(clip > 0 ? clip : float.PositiveInfinity);

    public static Tensor Copy(Tensor tensor, Shape shape) => new(tensor.DType, shape, (Array)tensor.Data.Clone());

    /// <summary>
    /// The device tensor that a step updates: the state itself, which output <paramref name="output"/> is then another name of,
    /// or that output where the input is an ordinary value.
    /// </summary>
    public static DeviceTensor Updated(Lowering to, Node node, int input, int output)
    {
        Value state = node.Inputs[input]!;
        if (!state.IsState)
        {
            return to.Tensor(node.Outputs[output]);
        }

        DeviceTensor tensor = to.Tensor(state);
        if (output < node.Outputs.Count)
        {
            to.Alias(node.Outputs[output], tensor);
        }

        return tensor;
    }

    /// <summary>Whether the quantiser can give an initial state the type that the operator wants: states and constants.</summary>
    public static bool IsKnown(Value? state) => state is { IsState: true } or { IsConstant: true };

    /// <summary>The scale of a row of weights.</summary>
    public static float RowScale(Quantization w, int row) => w.Scales[w.PerChannel ? row : 0];

    /// <summary>Whether all rows of each gate have one scale, as TFLite quantises.</summary>
    public static bool PerGate(Quantization w, int units)
    {
        for (int row = 0; row < w.Scales.Length; row++)
        {
            if (w.Scales[row] != w.Scales[row / units * units])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>int8 weights that are constant, symmetric, and quantised per tensor or per row.</summary>
    public static (sbyte[] Data, Quantization Quantization) Weights(Value w, string what)
    {
        Quantization q = OpHelpers.Quant(w);
        OpHelpers.Check(w.Constant is { DType: DType.Int8 }, $"the {what} '{w.Name}' must be constant int8");
        OpHelpers.Check(Array.TrueForAll(q.ZeroPoints, z => z == 0), $"the {what} '{w.Name}' must be symmetric (zero point 0)");
        OpHelpers.Check(!q.PerChannel || q.Axis == 0, $"the {what} '{w.Name}' must be quantised along axis 0");
        return ((sbyte[])w.Constant!.Data, q);
    }

    /// <summary>
    /// The bias that an accumulator starts with: bias - zero * sum of the row's weights, which takes the zero point of the other
    /// factor out of the kernel. A float bias is rounded to the accumulator's scale. Sums wrap as the device's do.
    /// </summary>
    public static long[] FoldedBias(Value? bias, sbyte[] w, int rows, int zero, Func<int, double> scale)
    {
        OpHelpers.Check(bias is null || bias.Constant is { } data && data.Count == rows, $"the bias '{bias?.Name}' must be constant with {rows} elements");
        long[] folded = new long[rows];
        int depth = w.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            long sum = 0;
            foreach (sbyte weight in w.AsSpan(row * depth, depth))
            {
                sum += weight;
            }

            folded[row] = Stored(bias?.Constant, row, scale) - zero * sum;
        }

        return folded;
    }

    /// <summary>Folded biases as a constant, int32 or int64; absent where all are zero.</summary>
    public static DeviceTensor? BiasConstant(Lowering to, long[] folded, DType type)
    {
        if (Array.TrueForAll(folded, b => b == 0))
        {
            return null;
        }

        Shape shape = new(folded.Length);
        return to.Constant(type == DType.Int64 ? Tensor.Of(shape, folded) : Tensor.Of(shape, Array.ConvertAll(folded, b => unchecked((int)b))));
    }

    /// <summary>
    /// Multipliers and shifts of the parts of gates, those from x first, then those from h: one for each gate where
    /// <paramref name="rows"/> is the number of gates, else one for each row.
    /// </summary>
    public static (DeviceTensor Multipliers, DeviceTensor Shifts) PartMultipliers(Lowering to, int rows, int maxShift, Func<int, double> x, Func<int, double> h)
    {
        int[] multipliers = new int[2 * rows];
        sbyte[] shifts = new sbyte[2 * rows];
        for (int i = 0; i < multipliers.Length; i++)
        {
            double scale = i < rows ? x(i) : h(i - rows);
            (multipliers[i], int shift) = Requantization.QuantizeMultiplier(scale / ArgumentScale);
            OpHelpers.Check(shift <= maxShift, $"scale {scale} of a gate's products is too large");
            shifts[i] = (sbyte)shift;
        }

        Shape shape = new(2, rows);
        return (to.Constant(Tensor.Of(shape, multipliers)), to.Constant(Tensor.Of(shape, shifts)));
    }

    /// <summary>The table behind the gates' sigmoid and tanh.</summary>
    public static DeviceTensor SigmoidTable(Lowering to) => to.Constant(Tensor.Of(new Shape(256), FixedPoint.SigmoidTable()));

    private static long Stored(Tensor? bias, int row, Func<int, double> scale) =>
        bias is null ? 0
        : bias.DType == DType.Float32 ? (long)Math.Clamp(Math.Round(bias.Floats[row] / scale(row), MidpointRounding.AwayFromZero), -(1 << 30), 1 << 30)
        : bias.GetInteger(row);
}
