using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Gated recurrent unit over a sequence, one direction. Inputs: 0 x [N,T,I] ([T,N,I] if TimeMajor); 1 w [3*U,I];
/// 2 r [3*U,U]; 3 input bias [3*U] (optional); 4 recurrent bias [3*U] (optional); 5 hidden state [N,U] (a state value, or
/// the initial state of each run). Gate order: update z, reset r, hidden h. LinearBeforeReset applies the reset gate after
/// the recurrent product (Keras reset_after, ONNX linear_before_reset). Outputs: 0 y [N,T,U] (or [T,N,U]), 1 final hidden [N,U].
/// <para>z, r = sigmoid(w x + b + r h + c); n = tanh(w x + b + r * (r h + c)), or tanh(w x + b + r (r * h) + c);
/// h' = (1 - z) n + z h. GateClip bounds the arguments of z, r and n (ONNX); 0 means none.</para>
/// <para>Quantised: x and y int8, w and r int8 per tensor or per row, biases float32 or int32 (in the scale of the products
/// they join), hidden state int16 in units of 2^-15. The arithmetic is ours: docs/SPEC.md.</para>
/// </summary>
public sealed record Gru(bool TimeMajor, bool Reverse, bool LinearBeforeReset, float GateClip = 0) : Op, ILowerable, IQuantizable
{
    private const int Hidden = 5;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        TensorType r = inputs.Need(2, "recurrent weights");
        Shape y = SequenceWalk.InferOutput(x, inputs.Need(1, "input weights"), r, 3);
        SequenceWalk walk = SequenceWalk.Of(x.Shape, y[2], TimeMajor, Reverse);
        foreach (int index in (ReadOnlySpan<int>)[3, 4])
        {
            OpHelpers.Check(inputs.At(index) is not TensorType b || b.Shape.Count == 3 * walk.Units, $"bias {inputs.At(index)?.Shape}; expected [{3 * walk.Units}]");
        }

        return [new TensorType(x.DType, y), walk.State(inputs, Hidden, "hidden state")];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        float[] w = inputs.Need(1).Floats;
        Tensor r = inputs.Need(2);
        float[]? inputBias = inputs.At(3)?.Floats;
        float[]? recurrentBias = inputs.At(4)?.Floats;
        float[] hidden = inputs.Need(Hidden).Floats;
        SequenceWalk walk = SequenceWalk.Of(x.Shape, r.Shape[1], TimeMajor, Reverse);
        int units = walk.Units;
        float[] y = new float[walk.Batches * walk.Steps * units];
        float[] fromX = new float[3 * units];
        float[] fromH = new float[3 * units];
        float[] reset = new float[units];
        foreach ((int n, int t) in walk.Visits())
        {
            Span<float> h = hidden.AsSpan(n * units, units);
            Array.Clear(fromX);
            Array.Clear(fromH);
            Recurrent.AddProducts(x.Floats.AsSpan(walk.Row(n, t) * walk.Depth, walk.Depth), w, inputBias, fromX);
            Recurrent.AddProducts(h, r.Floats, recurrentBias, fromH);
            for (int u = 0; u < units; u++)
            {
                float gate = Recurrent.Sigmoid(Recurrent.ClipTo(fromX[units + u] + fromH[units + u], GateClip));
                reset[u] = gate * (LinearBeforeReset ? fromH[2 * units + u] : h[u]);
            }

            if (!LinearBeforeReset)
            {
                Span<float> sums = fromH.AsSpan(2 * units, units);
                sums.Clear();
                ReadOnlySpan<float> bias = recurrentBias is null ? default : recurrentBias.AsSpan(2 * units, units);
                Recurrent.AddProducts(reset, r.Floats.AsSpan(2 * units * units), bias, sums);
                sums.CopyTo(reset);
            }

            for (int u = 0; u < units; u++)
            {
                float z = Recurrent.Sigmoid(Recurrent.ClipTo(fromX[u] + fromH[u], GateClip));
                float candidate = MathF.Tanh(Recurrent.ClipTo(fromX[2 * units + u] + reset[u], GateClip));
                h[u] = (1 - z) * candidate + z * h[u];
            }

            h.CopyTo(y.AsSpan(walk.Row(n, t) * units, units));
        }

        return
        [
            Tensor.Of(new Shape(x.Shape[0], x.Shape[1], units), y),
            Recurrent.Copy(inputs.Need(Hidden), new Shape(walk.Batches, units)),
        ];
    }

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        3L * outputs[0].Shape.Count * (inputs[1]!.Shape[1] + inputs[2]!.Shape[1]);

    /// <summary>
    /// int8 activations, unless the initial state is computed or a constant outside -1 .. 1. Both biases stay float32: lowering
    /// rounds them to the scales of their accumulators. The state is int16 whatever y is, so that slow changes are not lost.
    /// </summary>
    public QuantRule? Rule(Node node, DType activations)
    {
        Value? hidden = node.Input(Hidden);
        if (activations != DType.Int8 || !Recurrent.IsKnown(hidden) || (hidden!.Constant is Tensor initial && initial.ToFloats(hidden.Quantization).Any(v => Math.Abs(v) > 1)))
        {
            return null;
        }

        return new()
        {
            Weights = [new WeightRule(1, 0), new WeightRule(2, 0)],
            Untouched = [3, 4],
            States = [new StateRule(Hidden, 1, (_, _) => (DType.Int16, new Quantization(Recurrent.GateScale, 0)))],
        };
    }

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        int flags = (TimeMajor ? 1 : 0) | (Reverse ? 2 : 0) | (LinearBeforeReset ? 4 : 0);
        int units = node.Inputs[2]!.Shape[1];
        if (x.DType != DType.Float32)
        {
            LowerInteger(node, to, flags, units);
            return;
        }

        DeviceTensor hidden = Recurrent.Updated(to, node, Hidden, 1);
        DeviceTensor? Optional(int index) => node.Input(index) is Value value ? to.Tensor(value) : null;
        to.Step(DeviceOps.Gru,
            [to.Tensor(x), Optional(1), Optional(2), Optional(3), Optional(4), null, null, null, Optional(Hidden)],
            [to.Tensor(node.Output), hidden],
            [("flags", flags), ("y_zero", 0), ("y_mult", 0), ("y_shift", 0), ("gate_clip", Recurrent.FloatClip(GateClip))],
            scratchBytes: LinearBeforeReset ? 0 : 4 * units);
    }

    private void LowerInteger(Node node, Lowering to, int flags, int units)
    {
        Value x = node.Inputs[0]!;
        Value h = node.Inputs[Hidden]!;
        OpHelpers.Check(x.DType == DType.Int8 && h.DType == DType.Int16 && h.Quantization is { PerChannel: false, ZeroPoint: 0, Scale: Recurrent.GateScale },
            $"x {x.DType.ShortName()} and hidden state {h.DType.ShortName()}; expected int8 and int16 with scale 2^-15");
        (sbyte[] w, Quantization qw) = Recurrent.Weights(node.Inputs[1]!, "input weights");
        (sbyte[] r, Quantization qr) = Recurrent.Weights(node.Inputs[2]!, "recurrent weights");
        (Quantization qx, Quantization qy) = (OpHelpers.Quant(x), OpHelpers.Quant(node.Output));

        // The gate n multiplies r * h in units of 2^-12 where the reset comes first; every other product is with h as y stores it.
        bool FromReset(int row) => !LinearBeforeReset && row >= 2 * units;
        double ScaleX(int row) => (double)qx.Scale * Recurrent.RowScale(qw, row);
        double ScaleH(int row) => (double)(FromReset(row) ? Recurrent.ArgumentScale : qy.Scale) * Recurrent.RowScale(qr, row);
        long[] biasX = Recurrent.FoldedBias(node.Input(3), w, 3 * units, qx.ZeroPoint, ScaleX);
        long[] biasH = Recurrent.FoldedBias(node.Input(4), r, 3 * units, qy.ZeroPoint, ScaleH);
        long[] unfolded = Recurrent.FoldedBias(node.Input(4), r, 3 * units, 0, ScaleH);
        for (int row = 2 * units; row < 3 * units && !LinearBeforeReset; row++)
        {
            biasH[row] = unfolded[row];
        }

        int stride = Recurrent.PerGate(qw, units) && Recurrent.PerGate(qr, units) ? units : 1;
        (DeviceTensor multipliers, DeviceTensor shifts) = Recurrent.PartMultipliers(to, 3 * units / stride, 30, i => ScaleX(i * stride), i => ScaleH(i * stride));
        (int multiplier, int shift) = Requantization.QuantizeMultiplier((double)Recurrent.GateScale / qy.Scale);
        to.Step(DeviceOps.Gru,
            [
                to.Tensor(x), to.Tensor(node.Inputs[1]!), to.Tensor(node.Inputs[2]!), Recurrent.BiasConstant(to, biasX, DType.Int32), Recurrent.BiasConstant(to, biasH, DType.Int32),
                multipliers, shifts, Recurrent.SigmoidTable(to), to.Tensor(h),
            ],
            [to.Tensor(node.Output), Recurrent.Updated(to, node, Hidden, 1)],
            [("flags", flags), ("y_zero", qy.ZeroPoint), ("y_mult", multiplier), ("y_shift", shift), ("gate_clip", Recurrent.IntegerClip(GateClip, Recurrent.ArgumentScale))],
            scratchBytes: LinearBeforeReset ? units : 3 * units);
    }
}
