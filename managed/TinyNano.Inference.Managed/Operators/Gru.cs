using System;

namespace TinyNano.Inference
{
    /// <summary>
    /// GRU of int8 with a state of int16. Gates z, r, n are blocks of U rows of w, r and the biases; X_k and H_k are the products with x and
    /// with h. Each step t of each sequence: z = sigmoid(clip(X_z + H_z)), r alike, n = tanh(clip(X_n + r H_n)) with linear_before_reset or
    /// tanh(clip(X_n + r_bias_n + r_n . (r h))) without, h = (1 - z) n + z h, y_t = h. docs/SPEC.md has the fixed point.
    /// </summary>
    internal sealed class Gru : Operator
    {
        private const int H0 = 8;
        private const int Inputs = 9;
        private const int H = 1;
        private const int Outputs = 2;

        private const int YZero = 1;
        private const int YMult = 2;
        private const int YShift = 3;
        private const int GateClip = 4;

        // Flag: the reset gate multiplies the recurrent product.
        private const int LinearBeforeReset = 4;

        private const int Gates = 3;
        private const int Reset = 1;
        private const int Candidate = 2;

        private const int Together = 4;

        private readonly Sequence _sequence = new Sequence();
        private readonly int[] _sums = new int[Together];
        private int[] _partX = new int[0];
        private int[] _partH = new int[0];

        // Parameters of the step at hand; where its h8 begins in the arena, and r h (int16) without linear_before_reset.
        private int _yZero;
        private int _yMult;
        private int _yShift;
        private int _gateClip;
        private bool _linear;
        private int _h8;
        private int _reset;

        internal override int ParamBytes
        {
            get { return 20; }
        }

        internal override int Prepare(StepContext step)
        {
            Sequence sequence = _sequence;
            int status = sequence.Prepare(step, Inputs, Outputs, Gates);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            int flags = step.Param(Sequence.Flags);
            int rows = Gates * sequence.Units;
            bool fits = sequence.StateFits(step, H0, H, ElementType.Int16)
                && Door.NeedScratch(step, (flags & LinearBeforeReset) != 0 ? sequence.Units : 3L * sequence.Units) && (step.ScratchAt & 3) == 0
                && Door.ZeroFits(ElementType.Int8, step.Param(YZero)) && Door.ShiftFits(step.Param(YShift), 30)
                && step.Param(GateClip) >= 0 && step.Param(GateClip) <= GateTable.Limit;
            if (fits && _partX.Length < rows)
            {
                _partX = new int[rows];
                _partH = new int[rows];
            }

            return fits ? InferenceStatus.Ok : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Sequence.Begin(step, H0, H);
            Sequence s = _sequence;
            s.Set(step, step.Param(Sequence.Flags));
            _yZero = step.Param(YZero);
            _yMult = step.Param(YMult);
            _yShift = step.Param(YShift);
            _gateClip = step.Param(GateClip);
            _linear = (step.Param(Sequence.Flags) & LinearBeforeReset) != 0;
            _reset = step.ScratchAt;
            _h8 = step.ScratchAt + (_linear ? 0 : 2 * s.Units);
            Tensor h = step.Outputs[H];
            byte[] y = step.Outputs[Sequence.Y].Data;
            for (int n = 0; n < s.Batches; n++)
            {
                int x = step.Inputs[Sequence.X].Offset + s.XFirst + n * s.XBatch;
                int to = step.Outputs[Sequence.Y].Offset + s.YFirst + n * s.YBatch;
                for (int u = 0; u < s.Units; u++)
                {
                    step.Arena[_h8 + u] = AsOutput(h.GetInt16(n * s.Units + u));
                }

                for (int t = 0; t < s.Steps; t++)
                {
                    EvalStep(step, x, n * s.Units, to);
                    Array.Copy(y, to, step.Arena, _h8, s.Units);
                    x += s.XStep;
                    to += s.YStep;
                }
            }
        }

        // One step of a sequence whose x and y are at these offsets, and whose state begins at this element.
        private void EvalStep(StepContext step, int x, int state, int y)
        {
            int units = _sequence.Units;
            byte[] table = step.Inputs[Sequence.Table].Data;
            int at = step.Inputs[Sequence.Table].Offset;
            int clip = _gateClip;
            Tensor h = step.Outputs[H];
            int[] partX = _partX;
            int[] partH = _partH;
            Products(step, Sequence.W, Sequence.XBias, step.Inputs[Sequence.X].Data, x, _sequence.Depth, Gates * units, partX, 0);
            Products(step, Sequence.R, Sequence.RBias, step.Arena, _h8, units, (_linear ? Gates : Candidate) * units, partH, Gates);
            if (!_linear)
            {
                for (int u = 0; u < units; u++)
                {
                    int reset = GateTable.Sigmoid(table, at, 3 * GateTable.Clip(partX[units + u] + partH[units + u], clip));
                    int value = (reset * h.GetInt16(state + u) + (1 << 17)) >> 18;
                    step.Arena[_reset + (u << 1)] = (byte)value;
                    step.Arena[_reset + (u << 1) + 1] = (byte)(value >> 8);
                }

                ResetProducts(step);
            }

            byte[] ys = step.Outputs[Sequence.Y].Data;
            for (int u = 0; u < units; u++)
            {
                int candidate = partH[Candidate * units + u];
                if (_linear)
                {
                    candidate = GateTable.Sigmoid(table, at, 3 * GateTable.Clip(partX[units + u] + partH[units + u], clip))
                        * FixedPoint.Clamp(candidate, -65536, 65535);
                    candidate = (candidate + (1 << 14)) >> 15;
                }

                int z = GateTable.Sigmoid(table, at, 3 * GateTable.Clip(partX[u] + partH[u], clip));
                int n = GateTable.Tanh(table, at, 3 * GateTable.Clip(partX[Candidate * units + u] + candidate, clip));
                int mixed = (32768 - z) * n + z * h.GetInt16(state + u);
                int next = FixedPoint.Clamp((mixed + (1 << 14)) >> 15, short.MinValue, short.MaxValue);
                h.SetInt16(state + u, next);
                ys[y + u] = AsOutput(next);
            }
        }

        // parts[row] = requantize(bias[row] + weights[row] . v) for the first rows. The multipliers of v's gates begin with this gate.
        private void Products(StepContext step, int weights, int bias, byte[] v, int at, int count, int rows, int[] parts, int gate)
        {
            Tensor w = step.Inputs[weights];
            int[] sums = _sums;
            for (int row = 0; row < rows; row += Together)
            {
                int some = rows - row < Together ? rows - row : Together;
                for (int i = 0; i < some; i++)
                {
                    sums[i] = step.Has(bias) ? step.Inputs[bias].GetInt32(row + i) : 0;
                }

                SingleDot.Add(sums, v, at, 0, count, w.Data, w.Offset + row * count, count, some);
                for (int i = 0; i < some; i++)
                {
                    parts[row + i] = Scaled(step, sums[i], gate, row + i);
                }
            }
        }

        // The products of gate n with r h.
        private void ResetProducts(StepContext step)
        {
            Tensor r = step.Inputs[Sequence.R];
            byte[] arena = step.Arena;
            int units = _sequence.Units;
            int weight = r.Offset + Candidate * units * units;
            for (int row = Candidate * units; row < Gates * units; row++)
            {
                int acc = step.Has(Sequence.RBias) ? step.Inputs[Sequence.RBias].GetInt32(row) : 0;
                int at = _reset;
                for (int end = at + units + units; at < end; at += 2)
                {
                    acc += (short)(arena[at] | (arena[at + 1] << 8)) * (sbyte)r.Data[weight++];
                }

                _partH[row] = Scaled(step, acc, Gates, row);
            }
        }

        private int Scaled(StepContext step, int acc, int gate, int row)
        {
            Tensor mult = step.Inputs[Sequence.Mult];
            Tensor shift = step.Inputs[Sequence.Shift];
            int units = _sequence.Units;
            int q = mult.Count == 2 * Gates ? gate + row / units : gate * units + row;
            return FixedPoint.Requantize(acc, mult.GetInt32(q), (sbyte)shift.Data[shift.Offset + q]);
        }

        private byte AsOutput(int h)
        {
            return (byte)FixedPoint.Clamp(_yZero + FixedPoint.Requantize(h, _yMult, _yShift), sbyte.MinValue, sbyte.MaxValue);
        }
    }
}
