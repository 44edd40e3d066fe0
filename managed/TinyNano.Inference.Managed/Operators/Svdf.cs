using System;

namespace TinyNano.Inference
{
    /// <summary>
    /// SVDF of int8 with a state of int8 or int16. A filter f of sequence n remembers the last T products of its feature weights with the
    /// inputs; its time weights mix them, and <c>rank</c> consecutive filters make a unit. Accumulators wrap, as does the zero point that
    /// is added to a saturated product.
    /// </summary>
    internal sealed class Svdf : Operator
    {
        private const int X = 0;
        private const int Wf = 1;
        private const int Wt = 2;
        private const int Bias = 3;
        private const int WfBias = 4;
        private const int S0 = 5;
        private const int Inputs = 6;
        private const int Y = 0;
        private const int S = 1;

        private const int Rank = 0;
        private const int StateZero = 1;
        private const int YZero = 2;
        private const int InMult = 3;
        private const int InShift = 4;
        private const int OutMult = 5;
        private const int OutShift = 6;
        private const int Lo = 7;
        private const int Hi = 8;

        // Filters whose feature weights meet the input together.
        private const int Together = 4;

        private readonly int[] _sums = new int[Together];

        internal override int ParamBytes
        {
            get { return 36; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, Inputs, 2) || !step.Has(X) || !step.Has(Wf) || !step.Has(Wt))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[X];
            Tensor wf = step.Inputs[Wf];
            Tensor wt = step.Inputs[Wt];
            int rank = step.Param(Rank);
            if (x.Rank != 2 || wf.Rank != 2 || wt.Rank != 2 || wf.Dims[1] != x.Dims[1] || wt.Dims[0] != wf.Dims[0]
                || rank < 1 || wt.Dims[0] % rank != 0)
            {
                return InferenceStatus.Format;
            }

            int units = wt.Dims[0] / rank;
            int state = Door.MulDims(x.Dims[0], wt.Count);
            if (!Door.NeedOut(step, Y, x.ElementType, -1) || step.Outputs[Y].Count != Door.MulDims(x.Dims[0], units)
                || !Door.NeedIn(step, S0, wt.ElementType, -1) || step.Inputs[S0].Count != state
                || !Door.NeedOut(step, S, wt.ElementType, -1) || step.Outputs[S].Count != state)
            {
                return InferenceStatus.Format;
            }

            if (x.ElementType == ElementType.Float32)
            {
                return InferenceStatus.Type;
            }

            return x.ElementType == ElementType.Int8 && wf.ElementType == ElementType.Int8
                && (wt.ElementType == ElementType.Int8 || wt.ElementType == ElementType.Int16)
                && Sequence.OptionalFits(step, Bias, ElementType.Int32, units) && Sequence.OptionalFits(step, WfBias, ElementType.Int32, wf.Dims[0])
                && Door.ZeroFits(wt.ElementType, step.Param(StateZero)) && Door.ZeroFits(ElementType.Int8, step.Param(YZero))
                && Door.ClampFits(ElementType.Int8, step.Param(Lo), step.Param(Hi))
                && Door.ShiftFits(step.Param(InShift), 30) && Door.ShiftFits(step.Param(OutShift), 30)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Sequence.Begin(step, S0, S);
            for (int n = 0; n < step.Inputs[X].Dims[0]; n++)
            {
                Remember(step, n);
                Mix(step, n);
            }
        }

        // The memories of the filters of sequence n move on, and the products of its input are their last.
        private void Remember(StepContext step, int n)
        {
            Tensor x = step.Inputs[X];
            Tensor wf = step.Inputs[Wf];
            Tensor s = step.Outputs[S];
            int depth = x.Dims[1];
            int filters = wf.Dims[0];
            int memory = step.Inputs[Wt].Dims[1];
            bool wide = s.ElementType == ElementType.Int16;
            int size = wide ? 2 : 1;
            int most = wide ? short.MaxValue : sbyte.MaxValue;
            int zero = step.Param(StateZero);
            int mult = step.Param(InMult);
            int shift = step.Param(InShift);
            bool biased = step.Has(WfBias);
            int[] sums = _sums;
            for (int f = 0; f < filters; f += Together)
            {
                int rows = filters - f < Together ? filters - f : Together;
                for (int i = 0; i < rows; i++)
                {
                    sums[i] = biased ? step.Inputs[WfBias].GetInt32(f + i) : 0;
                }

                SingleDot.Add(sums, x.Data, x.Offset + n * depth, 0, depth, wf.Data, wf.Offset + f * depth, depth, rows);
                for (int i = 0; i < rows; i++)
                {
                    int first = (n * filters + f + i) * memory;
                    int at = s.Offset + first * size;
                    Array.Copy(s.Data, at + size, s.Data, at, (memory - 1) * size);
                    int value = zero + FixedPoint.Clamp(FixedPoint.Requantize(sums[i], mult, shift), -most - 1, most);
                    if (wide)
                    {
                        s.SetInt16(first + memory - 1, value);
                    }
                    else
                    {
                        s.Data[at + memory - 1] = (byte)value;
                    }
                }
            }
        }

        // The units of sequence n from the memories of their filters. Those of one unit lie one after the other, as do their time weights.
        private static void Mix(StepContext step, int n)
        {
            Tensor wt = step.Inputs[Wt];
            Tensor s = step.Outputs[S];
            Tensor y = step.Outputs[Y];
            int rank = step.Param(Rank);
            int units = wt.Dims[0] / rank;
            int run = rank * wt.Dims[1];
            bool wide = s.ElementType == ElementType.Int16;
            int size = wide ? 2 : 1;
            int zero = step.Param(YZero);
            int mult = step.Param(OutMult);
            int shift = step.Param(OutShift);
            int lo = step.Param(Lo);
            int hi = step.Param(Hi);
            for (int u = 0; u < units; u++)
            {
                int at = s.Offset + (n * units + u) * run * size;
                int wtAt = wt.Offset + u * run * size;
                int acc = step.Has(Bias) ? step.Inputs[Bias].GetInt32(u) : 0;
                acc += wide ? DotInt16(s.Data, at, wt.Data, wtAt, run) : DotInt8(s.Data, at, wt.Data, wtAt, run);
                int out8 = FixedPoint.Clamp(FixedPoint.Requantize(acc, mult, shift) + zero, lo, hi);
                y.Data[y.Offset + n * units + u] = (byte)out8;
            }
        }

        private static int DotInt8(byte[] a, int at, byte[] b, int bAt, int count)
        {
            int acc = 0;
            for (int end = at + count; at < end; at++)
            {
                acc += (sbyte)a[at] * (sbyte)b[bAt++];
            }

            return acc;
        }

        private static int DotInt16(byte[] a, int at, byte[] b, int bAt, int count)
        {
            int acc = 0;
            for (int end = at + count + count; at < end; at += 2)
            {
                acc += (short)(a[at] | (a[at + 1] << 8)) * (short)(b[bAt] | (b[bAt + 1] << 8));
                bAt += 2;
            }

            return acc;
        }
    }
}
