using System;

namespace TinyNano.Inference
{
    /// <summary>
    /// LSTM of int8 with a cell of int16. Gates i, f, g, o are blocks of U rows of w, r and the biases. Each step t of each sequence:
    /// a_k = clip(part of x + part of h), i, f, o = sigmoid(a), g = tanh(a), c = clip(f c + i g), h = o tanh(c), y_t = h. Arguments of gates
    /// are in units of 2^-12, their results in units of 2^-15. Accumulators wrap.
    /// </summary>
    internal sealed class Lstm : Operator
    {
        private const int Peephole = 8;
        private const int H0 = 9;
        private const int C0 = 10;
        private const int Inputs = 11;
        private const int H = 1;
        private const int C = 2;
        private const int Outputs = 3;

        private const int HZero = 1;
        private const int InMult = 2;
        private const int InShift = 3;
        private const int OutMult = 4;
        private const int OutShift = 5;
        private const int TanhMult = 6;
        private const int TanhShift = 7;
        private const int CellClip = 8;
        private const int GateClip = 9;

        // Flag: the two parts of a gate are not saturated before they are added.
        private const int WideParts = 4;

        private const int Gates = 4;

        private readonly Sequence _sequence = new Sequence();
        private readonly int[] _partX = new int[Gates];
        private readonly int[] _partH = new int[Gates];

        // Parameters of the step at hand.
        private int _hZero;
        private int _inMult;
        private int _inShift;
        private int _outMult;
        private int _outShift;
        private int _tanhMult;
        private int _tanhShift;
        private int _tanhHalf;
        private int _cellClip;
        private int _gateClip;
        private bool _wideParts;

        internal override int ParamBytes
        {
            get { return 40; }
        }

        internal override int Prepare(StepContext step)
        {
            Sequence sequence = _sequence;
            int status = sequence.Prepare(step, Inputs, Outputs, Gates);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            return !step.Has(Peephole)
                && sequence.StateFits(step, H0, H, ElementType.Int8) && sequence.StateFits(step, C0, C, ElementType.Int16)
                && ParametersFit(step)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            LoadParameters(step);
            Sequence.Begin(step, H0, H);
            Sequence.Begin(step, C0, C);
            Sequence s = _sequence;
            s.Set(step, step.Param(Sequence.Flags));
            int x = step.Inputs[Sequence.X].Offset + s.XFirst;
            int y = step.Outputs[Sequence.Y].Offset + s.YFirst;
            int h = step.Outputs[H].Offset;
            for (int n = 0; n < s.Batches; n++)
            {
                for (int t = 0; t < s.Steps; t++)
                {
                    int to = y + n * s.YBatch + t * s.YStep;
                    EvalStep(step, x + n * s.XBatch + t * s.XStep, h, n * s.Units, to);
                    Array.Copy(step.Outputs[Sequence.Y].Data, to, step.Outputs[H].Data, h, s.Units);
                }

                h += s.Units;
            }
        }

        private static bool ParametersFit(StepContext step)
        {
            int tanhMult = step.Param(TanhMult);
            int tanhShift = step.Param(TanhShift);
            int cellClip = step.Param(CellClip);
            int gateClip = step.Param(GateClip);

            // 2^15 * 2^15 and half a unit stay below 2^31.
            return Door.ZeroFits(ElementType.Int8, step.Param(HZero)) && Door.ShiftFits(step.Param(InShift), 30)
                && Door.ShiftFits(step.Param(OutShift), 30)
                && tanhMult >= 0 && tanhMult <= short.MaxValue && tanhShift >= 0 && tanhShift <= 30
                && cellClip >= 0 && cellClip <= GateTable.Limit && gateClip >= 0 && gateClip <= GateTable.Limit;
        }

        private void LoadParameters(StepContext step)
        {
            _hZero = step.Param(HZero);
            _inMult = step.Param(InMult);
            _inShift = step.Param(InShift);
            _outMult = step.Param(OutMult);
            _outShift = step.Param(OutShift);
            _tanhMult = step.Param(TanhMult);
            _tanhShift = step.Param(TanhShift);
            _tanhHalf = _tanhShift > 0 ? 1 << (_tanhShift - 1) : 0;
            _cellClip = step.Param(CellClip);
            _gateClip = step.Param(GateClip);
            _wideParts = (step.Param(Sequence.Flags) & WideParts) != 0;
        }

        // One step of a sequence: its x and h begin at these offsets, its cells at this element.
        private void EvalStep(StepContext step, int x, int h, int cell, int y)
        {
            Tensor w = step.Inputs[Sequence.W];
            Tensor r = step.Inputs[Sequence.R];
            Tensor mult = step.Inputs[Sequence.Mult];
            Tensor shift = step.Inputs[Sequence.Shift];
            int units = _sequence.Units;
            int depth = _sequence.Depth;
            bool perRow = mult.Count != 2 * Gates;
            int rows = mult.Count / 2;
            byte[] xs = step.Inputs[Sequence.X].Data;
            byte[] hs = step.Outputs[H].Data;
            byte[] ys = step.Outputs[Sequence.Y].Data;
            int[] partX = _partX;
            int[] partH = _partH;
            for (int u = 0; u < units; u++)
            {
                for (int k = 0; k < Gates; k++)
                {
                    int row = k * units + u;
                    partX[k] = step.Has(Sequence.XBias) ? step.Inputs[Sequence.XBias].GetInt32(row) : 0;
                    partH[k] = step.Has(Sequence.RBias) ? step.Inputs[Sequence.RBias].GetInt32(row) : 0;
                }

                SingleDot.Add(partX, xs, x, 0, depth, w.Data, w.Offset + u * depth, units * depth, Gates);
                SingleDot.Add(partH, hs, h, 0, units, r.Data, r.Offset + u * units, units * units, Gates);
                for (int k = 0; k < Gates; k++)
                {
                    int q = perRow ? k * units + u : k;
                    int a = FixedPoint.Requantize(partX[k], mult.GetInt32(q), (sbyte)shift.Data[shift.Offset + q]);
                    q += rows;
                    int b = FixedPoint.Requantize(partH[k], mult.GetInt32(q), (sbyte)shift.Data[shift.Offset + q]);
                    if (!_wideParts)
                    {
                        a = FixedPoint.Clamp(a, short.MinValue, short.MaxValue);
                        b = FixedPoint.Clamp(b, short.MinValue, short.MaxValue);
                    }

                    partX[k] = GateTable.Clip(a + b, _gateClip);
                }

                ys[y + u] = (byte)FixedPoint.Clamp(Update(step, cell + u), sbyte.MinValue, sbyte.MaxValue);
            }
        }

        // One unit: its cell from the arguments of its gates; returns h before saturation.
        private int Update(StepContext step, int cell)
        {
            byte[] table = step.Inputs[Sequence.Table].Data;
            int at = step.Inputs[Sequence.Table].Offset;
            Tensor cells = step.Outputs[C];
            int i = GateTable.Sigmoid(table, at, 3 * _partX[0]);
            int f = GateTable.Sigmoid(table, at, 3 * _partX[1]);
            int g = GateTable.Tanh(table, at, 3 * _partX[2]);
            int o = GateTable.Sigmoid(table, at, 3 * _partX[3]);
            int kept = FixedPoint.Clamp(FixedPoint.Requantize(f * cells.GetInt16(cell), 1 << 30, -14), short.MinValue, short.MaxValue);
            int added = FixedPoint.Clamp(FixedPoint.Requantize(i * g, _inMult, _inShift), short.MinValue, short.MaxValue);
            int c = GateTable.Clip(kept + added, _cellClip);
            cells.SetInt16(cell, c);
            int t = GateTable.Tanh(table, at, (c * _tanhMult + _tanhHalf) >> _tanhShift);
            return _hZero + FixedPoint.Requantize(t * o, _outMult, _outShift);
        }
    }
}
