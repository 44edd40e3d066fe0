using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// TFLite SVDF: inputs x [N,K], feature weights [F,K], time weights [F,T], bias [U] (optional), state [N,F*T]; output [N,U], F = U * Rank.
/// <para>Each filter remembers the last T products of its feature weights with x; y[u] = clamp(bias[u] + the memories of its Rank
/// consecutive filters times their time weights).</para>
/// <para>Quantised: x, feature weights and y int8, time weights and state both int8 or both int16, bias int32.</para>
/// </summary>
public sealed record Svdf(int Rank, Clamp Activation) : Op, ILowerable
{
    private const int State = 4;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        Shape features = inputs.Need(1, "feature weights").Shape;
        Shape time = inputs.Need(2, "time weights").Shape;
        Shape state = inputs.Need(State, "state").Shape;
        OpHelpers.Check(x.Shape.Rank == 2 && features.Rank == 2 && time.Rank == 2 && features[1] == x.Shape[1] && time[0] == features[0],
            $"x {x.Shape}, feature weights {features} and time weights {time} do not fit; expected [N,K], [F,K] and [F,T]");
        OpHelpers.Check(Rank >= 1 && time[0] % Rank == 0, $"{time[0]} filters are no multiple of rank {Rank}");
        int units = time[0] / Rank;
        OpHelpers.Check(inputs.At(3) is not TensorType b || b.Shape.Count == units, $"bias {inputs.At(3)?.Shape}; expected [{units}]");
        OpHelpers.Check(state.Count == (long)x.Shape[0] * time.Count, $"state {state}; expected [{x.Shape[0]},{time.Count}]");
        return [new TensorType(x.DType, new Shape(x.Shape[0], units))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        float[] features = inputs.Need(1).Floats;
        Tensor time = inputs.Need(2);
        float[]? bias = inputs.At(3)?.Floats;
        float[] state = inputs.Need(State).Floats;
        (int batches, int filters, int memory) = (x.Shape[0], time.Shape[0], time.Shape[1]);
        float[] y = new float[batches * filters / Rank];
        float[] products = new float[filters];
        float[] mixed = new float[1];
        for (int n = 0; n < batches; n++)
        {
            Array.Clear(products);
            Recurrent.AddProducts(x.Floats.AsSpan(n * x.Shape[1], x.Shape[1]), features, default, products);
            for (int f = 0; f < filters; f++)
            {
                Span<float> s = state.AsSpan((n * filters + f) * memory, memory);
                s[1..].CopyTo(s);
                s[^1] = products[f];
                int unit = (n * filters + f) / Rank;
                mixed[0] = f % Rank == 0 ? bias?[f / Rank] ?? 0 : y[unit];
                Recurrent.AddProducts(s, time.Floats.AsSpan(f * memory, memory), default, mixed);
                y[unit] = f % Rank == Rank - 1 ? Activation.Apply(mixed[0]) : mixed[0];
            }
        }

        return [Tensor.Of(new Shape(batches, filters / Rank), y)];
    }

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        (long)outputs[0].Shape[0] * (inputs[1]!.Shape.Count + inputs[2]!.Shape.Count);

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        Value state = node.Inputs[State]!;
        DeviceTensor updated = state.IsState ? to.Tensor(state) : to.Temp(state.DType, state.Shape);
        DeviceTensor? Optional(int index) => node.Input(index) is Value value ? to.Tensor(value) : null;
        if (x.DType == DType.Float32)
        {
            to.Step(DeviceOps.Svdf, [to.Tensor(x), Optional(1), Optional(2), Optional(3), null, to.Tensor(state)], [to.Tensor(node.Output), updated],
                [
                    ("rank", Rank), ("state_zero", 0), ("y_zero", 0), ("in_mult", 0), ("in_shift", 0), ("out_mult", 0), ("out_shift", 0),
                    ("lo", Lowering.Bits(Activation.Min)), ("hi", Lowering.Bits(Activation.Max)),
                ]);
            return;
        }

        Value time = node.Inputs[2]!;
        OpHelpers.Check(x.DType == DType.Int8 && node.Output.DType == DType.Int8 && time.DType == state.DType && time.DType is DType.Int8 or DType.Int16,
            $"x {x.DType.ShortName()}, time weights {time.DType.ShortName()}, state {state.DType.ShortName()}; expected int8, and int8 or int16 for both others");
        (sbyte[] features, Quantization qf) = Recurrent.Weights(node.Inputs[1]!, "feature weights");
        Tensor timeWeights = time.Constant ?? throw new OpException($"the time weights '{time.Name}' must be constant");
        (Quantization qx, Quantization qt, Quantization qs, Quantization qy) =
            (OpHelpers.Quant(x), OpHelpers.Quant(time), OpHelpers.Quant(state), OpHelpers.Quant(node.Output));
        OpHelpers.Check(!qf.PerChannel && !qt.PerChannel && qt.ZeroPoint == 0, "weights must be quantised per tensor and symmetric (zero point 0)");

        // TFLite computes both effective scales in float.
        (int inMultiplier, int inShift) = Requantization.QuantizeMultiplier(qx.Scale * qf.Scale / qs.Scale);
        (int outMultiplier, int outShift) = Requantization.QuantizeMultiplier(qs.Scale * qt.Scale / qy.Scale);
        long[] featureBias = Recurrent.FoldedBias(null, features, timeWeights.Shape[0], qx.ZeroPoint, _ => 1);
        (int lo, int hi) = OpHelpers.QuantizedRange(Activation, DType.Int8, qy);
        to.Step(DeviceOps.Svdf,
            [
                to.Tensor(x), Optional(1), Optional(2), Recurrent.BiasConstant(to, TimeBias(node.Input(3), timeWeights, qs.ZeroPoint), DType.Int32),
                Recurrent.BiasConstant(to, featureBias, DType.Int32), to.Tensor(state),
            ],
            [to.Tensor(node.Output), updated],
            [
                ("rank", Rank), ("state_zero", qs.ZeroPoint), ("y_zero", qy.ZeroPoint), ("in_mult", inMultiplier), ("in_shift", inShift),
                ("out_mult", outMultiplier), ("out_shift", outShift), ("lo", lo), ("hi", hi),
            ]);
    }

    // bias[u] - state_zero * the sum of the unit's time weights.
    private long[] TimeBias(Value? bias, Tensor time, int zero)
    {
        Tensor? data = bias?.Constant;
        OpHelpers.Check(bias is null || data is { DType: DType.Int32 }, $"the bias '{bias?.Name}' must be constant int32");
        long[] folded = new long[time.Shape[0] / Rank];
        int run = Rank * time.Shape[1];
        for (int u = 0; u < folded.Length; u++)
        {
            folded[u] = data?.GetInteger(u) ?? 0;
            for (int i = u * run; i < (u + 1) * run; i++)
            {
                folded[u] -= zero * time.GetInteger(i);
            }
        }

        return folded;
    }
}
