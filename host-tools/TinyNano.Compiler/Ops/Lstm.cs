using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Long short-term memory over a sequence, one direction. Inputs: 0 x [N,T,I] ([T,N,I] if TimeMajor); 1 w [4*U,I];
/// 2 r [4*U,U]; 3 b [4*U] (optional); 4 hidden state [N,U]; 5 cell state [N,U]; 6 peephole [3*U] (input, output, forget;
/// optional). Gate order in w, r, b: input, forget, cell, output. The states are state values (kept between runs) or
/// ordinary values (initial state of each run). Outputs: 0 y [N,T,U] (or [T,N,U]), 1 final hidden [N,U], 2 final cell [N,U].
/// <para>i, f, o = sigmoid(w x + r h + b [+ p c]), g = tanh(w x + r h + b); c' = f c + i g; h' = o tanh(c'). CellClip bounds
/// c' (TFLite), GateClip the arguments of i, f, g and o (ONNX); 0 means none.</para>
/// <para>Quantised: x and y int8 or int16 (symmetric), w and r int8 per tensor or per row, b int32 or int64, hidden as y, cell
/// int16. Where each gate's rows share one scale, the arithmetic is TensorFlow Lite Micro's to the bit; with a scale a row, the
/// two parts of a gate's argument are saturated only after they have been added.</para>
/// </summary>
public sealed record Lstm(bool TimeMajor, bool Reverse, float CellClip, float GateClip = 0) : Op, ILowerable, IQuantizable
{
    private const int Hidden = 4;
    private const int Cell = 5;
    private const int Peephole = 6;

    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        TensorType r = inputs.Need(2, "recurrent weights");
        Shape y = SequenceWalk.InferOutput(x, inputs.Need(1, "input weights"), r, 4);
        SequenceWalk walk = SequenceWalk.Of(x.Shape, y[2], TimeMajor, Reverse);
        OpHelpers.Check(inputs.At(3) is not TensorType b || b.Shape.Count == 4 * walk.Units, $"bias {inputs.At(3)?.Shape}; expected [{4 * walk.Units}]");
        OpHelpers.Check(inputs.At(Peephole) is not TensorType p || p.Shape.Count == 3 * walk.Units, $"peephole {inputs.At(Peephole)?.Shape}; expected [{3 * walk.Units}]");
        return [new TensorType(x.DType, y), walk.State(inputs, Hidden, "hidden state"), walk.State(inputs, Cell, "cell state")];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        float[] w = inputs.Need(1).Floats;
        Tensor r = inputs.Need(2);
        float[]? b = inputs.At(3)?.Floats;
        float[] hidden = inputs.Need(Hidden).Floats;
        float[] cell = inputs.Need(Cell).Floats;
        float[]? p = inputs.At(Peephole)?.Floats;
        SequenceWalk walk = SequenceWalk.Of(x.Shape, r.Shape[1], TimeMajor, Reverse);
        int units = walk.Units;
        float[] y = new float[walk.Batches * walk.Steps * units];
        float[] gates = new float[4 * units];
        foreach ((int n, int t) in walk.Visits())
        {
            Span<float> h = hidden.AsSpan(n * units, units);
            Span<float> c = cell.AsSpan(n * units, units);
            Array.Clear(gates);
            Recurrent.AddProducts(x.Floats.AsSpan(walk.Row(n, t) * walk.Depth, walk.Depth), w, b, gates);
            Recurrent.AddProducts(h, r.Floats, default, gates);
            for (int u = 0; u < units; u++)
            {
                float i = gates[u] + (p is null ? 0 : p[u] * c[u]);
                float f = gates[units + u] + (p is null ? 0 : p[2 * units + u] * c[u]);
                float kept = Recurrent.Sigmoid(Recurrent.ClipTo(f, GateClip)) * c[u];
                float added = Recurrent.Sigmoid(Recurrent.ClipTo(i, GateClip)) * MathF.Tanh(Recurrent.ClipTo(gates[2 * units + u], GateClip));
                c[u] = Recurrent.ClipTo(kept + added, CellClip);
                float o = gates[3 * units + u] + (p is null ? 0 : p[units + u] * c[u]);
                h[u] = Recurrent.Sigmoid(Recurrent.ClipTo(o, GateClip)) * MathF.Tanh(c[u]);
            }

            h.CopyTo(y.AsSpan(walk.Row(n, t) * units, units));
        }

        Shape state = new(walk.Batches, units);
        return
        [
            Tensor.Of(new Shape(x.Shape[0], x.Shape[1], units), y),
            Recurrent.Copy(inputs.Need(Hidden), state),
            Recurrent.Copy(inputs.Need(Cell), state),
        ];
    }

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        4L * outputs[0].Shape.Count * (inputs[1]!.Shape[1] + inputs[2]!.Shape[1]);

    /// <summary>
    /// int8 and int16 activations, unless there are peepholes or an initial state that is computed. The hidden state shares y's
    /// quantisation; the cell is int16 with a power of two as its scale and room for 8 and for twice what was seen, because
    /// calibration sees it only after the last step of a sequence.
    /// </summary>
    public QuantRule? Rule(Node node, DType activations)
    {
        if (node.Input(Peephole) is not null || !Recurrent.IsKnown(node.Input(Hidden)) || !Recurrent.IsKnown(node.Input(Cell)))
        {
            return null;
        }

        return new()
        {
            Weights = [new WeightRule(1, 0), new WeightRule(2, 0)],
            Bias = 3,
            States =
            [
                new StateRule(Hidden, 1, (y, _) => (y.DType, y.Quantization!)),
                new StateRule(Cell, 2, (_, magnitude) => (DType.Int16, CellQuantization(magnitude))),
            ],
        };
    }

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        int flags = (TimeMajor ? 1 : 0) | (Reverse ? 2 : 0);
        if (x.DType != DType.Float32)
        {
            LowerInteger(node, to, flags);
            return;
        }

        DeviceTensor hidden = Recurrent.Updated(to, node, Hidden, 1);
        DeviceTensor cell = Recurrent.Updated(to, node, Cell, 2);
        DeviceTensor? Optional(int index) => node.Input(index) is Value value ? to.Tensor(value) : null;
        to.Step(DeviceOps.Lstm,
            [to.Tensor(x), Optional(1), Optional(2), Optional(3), null, null, null, null, Optional(Peephole), Optional(Hidden), Optional(Cell)],
            [to.Tensor(node.Output), hidden, cell],
            [
                ("flags", flags), ("h_zero", 0), ("in_mult", 0), ("in_shift", 0), ("out_mult", 0), ("out_shift", 0),
                ("tanh_mult", 0), ("tanh_shift", 0), ("cell_clip", Recurrent.FloatClip(CellClip)), ("gate_clip", Recurrent.FloatClip(GateClip)),
            ]);
    }

    private void LowerInteger(Node node, Lowering to, int flags)
    {
        Value x = node.Inputs[0]!;
        Value h = node.Inputs[Hidden]!;
        Value c = node.Inputs[Cell]!;
        OpHelpers.Check(x.DType is DType.Int8 or DType.Int16 && h.DType == x.DType && c.DType == DType.Int16 && node.Input(Peephole) is null,
            $"x {x.DType.ShortName()}, hidden state {h.DType.ShortName()}, cell state {c.DType.ShortName()}; expected int8 (or int16), the same and int16, without peephole");
        (sbyte[] w, Quantization qw) = Recurrent.Weights(node.Inputs[1]!, "input weights");
        (sbyte[] r, Quantization qr) = Recurrent.Weights(node.Inputs[2]!, "recurrent weights");
        (Quantization qx, Quantization qh, Quantization qc) = (OpHelpers.Quant(x), OpHelpers.Quant(h), OpHelpers.Quant(c));
        OpHelpers.Check(qc.ZeroPoint == 0, "the cell state must be symmetric (zero point 0)");
        int units = node.Inputs[2]!.Shape[1];
        bool perGate = Recurrent.PerGate(qw, units) && Recurrent.PerGate(qr, units);

        // TFLite multiplies the two scales in float.
        double ScaleX(int row) => qx.Scale * Recurrent.RowScale(qw, row);
        double ScaleH(int row) => qh.Scale * Recurrent.RowScale(qr, row);
        DType bias = x.DType == DType.Int8 ? DType.Int32 : DType.Int64;
        long[] biasX = Recurrent.FoldedBias(node.Input(3), w, 4 * units, qx.ZeroPoint, ScaleX);
        long[] biasH = Recurrent.FoldedBias(null, r, 4 * units, qh.ZeroPoint, ScaleH);
        int stride = perGate ? units : 1;
        (DeviceTensor multipliers, DeviceTensor shifts) = Recurrent.PartMultipliers(
            to, 4 * units / stride, x.DType == DType.Int8 ? 30 : 14, i => ScaleX(i * stride), i => ScaleH(i * stride));
        DeviceTensor hidden = Recurrent.Updated(to, node, Hidden, 1);
        DeviceTensor cell = Recurrent.Updated(to, node, Cell, 2);
        (int inMultiplier, int inShift) = Requantization.QuantizeMultiplier((double)Recurrent.GateScale * Recurrent.GateScale / qc.Scale);
        (int outMultiplier, int outShift) = Requantization.QuantizeMultiplier((double)Recurrent.GateScale * Recurrent.GateScale / qh.Scale);
        (int tanhMultiplier, int tanhShift) = TanhOfCell(qc.Scale);
        to.Step(DeviceOps.Lstm,
            [
                to.Tensor(x), to.Tensor(node.Inputs[1]!), to.Tensor(node.Inputs[2]!), Recurrent.BiasConstant(to, biasX, bias), Recurrent.BiasConstant(to, biasH, bias),
                multipliers, shifts, Recurrent.SigmoidTable(to), null, to.Tensor(h), to.Tensor(c),
            ],
            [to.Tensor(node.Output), hidden, cell],
            [
                ("flags", flags | (perGate ? 0 : 4)), ("h_zero", qh.ZeroPoint), ("in_mult", inMultiplier), ("in_shift", inShift),
                ("out_mult", outMultiplier), ("out_shift", outShift), ("tanh_mult", tanhMultiplier), ("tanh_shift", tanhShift),
                ("cell_clip", Recurrent.IntegerClip(CellClip, qc.Scale)), ("gate_clip", Recurrent.IntegerClip(GateClip, Recurrent.ArgumentScale)),
            ]);
    }

    // The cell's number times 3 * 4096 * scale, with the scale taken as the nearest power of two, as TFLite does.
    private static (int Multiplier, int Shift) TanhOfCell(float scale)
    {
        int power = (int)MathF.Round(MathF.Log(scale) * (1 / MathF.Log(2)), MidpointRounding.AwayFromZero);
        int left = 12 + power;
        OpHelpers.Check(left is >= -30 and <= 13, $"scale {scale} of the cell state; expected 2^-42 to 2");
        return left < 0 ? (3, -left) : (3 << left, 0);
    }

    private static Quantization CellQuantization(float magnitude)
    {
        double range = Math.Clamp(2 * (double)magnitude, 8, 1 << 12);
        return new Quantization((float)Math.ScaleB(1, (int)Math.Ceiling(Math.Log2(range)) - 15), 0);
    }
}
