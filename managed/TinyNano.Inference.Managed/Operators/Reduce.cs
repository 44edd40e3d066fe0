namespace TinyNano.Inference
{
    /// <summary>
    /// REDUCE of int8: y = fold of x over the axes whose bit is set. Mean and sum of N elements each are
    /// clamp(y_zero + requantize(sum - N * x_zero, mult, shift)); maximum and minimum are copied.
    /// </summary>
    internal sealed class Reduce : Operator
    {
        private const int Kind = 0;
        private const int Axes = 1;
        private const int XZero = 2;
        private const int YZero = 3;
        private const int Mult = 4;
        private const int Shift = 5;

        private const int Max = 2;
        private const int Min = 3;
        private const int Product = 4;

        private readonly AxisWalk _kept = new AxisWalk();
        private readonly AxisWalk _folded = new AxisWalk();

        internal override int ParamBytes
        {
            get { return 24; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 1, 1) || !step.Has(0))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            int type = x.ElementType;
            int kind = step.Param(Kind);
            int axes = step.Param(Axes);
            if (x.Rank < 1 || !Door.NeedOut(step, 0, type, -1) || kind < 0 || kind > Product || axes < 0 || axes >= 1 << x.Rank)
            {
                return InferenceStatus.Format;
            }

            int kept = 1;
            for (int k = 0; k < x.Rank; k++)
            {
                kept *= (axes >> k & 1) != 0 ? 1 : x.Dims[k];
            }

            if (step.Outputs[0].Count != kept)
            {
                return InferenceStatus.Format;
            }

            if (type != ElementType.Int8)
            {
                return InferenceStatus.Type;
            }

            return kind != Product && Door.ZeroFits(type, step.Param(XZero)) && Door.ZeroFits(type, step.Param(YZero))
                && Door.ShiftFits(step.Param(Shift), 30)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int kind = step.Param(Kind);
            int axes = step.Param(Axes);
            _folded.Begin(x, axes);
            _kept.Begin(x, ~axes);
            bool sums = kind < Max;
            int zeros = step.Param(XZero) * (x.Count / y.Count);
            int mult = step.Param(Mult);
            int shift = step.Param(Shift);
            int zero = step.Param(YZero);
            int at = x.Offset;
            byte[] to = y.Data;
            int toAt = y.Offset;
            for (int end = toAt + y.Count; toAt < end; toAt++)
            {
                int value = sums ? Sum(x.Data, at) : Extremum(x.Data, at, kind == Max ? 1 : -1);
                if (sums)
                {
                    value = FixedPoint.Clamp(FixedPoint.Requantize(value - zeros, mult, shift) + zero, sbyte.MinValue, sbyte.MaxValue);
                }

                to[toAt] = (byte)value;
                at += _kept.Next();
            }
        }

        private int Sum(byte[] x, int at)
        {
            AxisWalk folded = _folded;
            int run = folded.Run;
            int stride = folded.Stride;
            int acc = 0;
            for (int left = folded.Runs; left > 0; left--)
            {
                int cell = at;
                for (int i = run; i > 0; i--)
                {
                    acc += (sbyte)x[cell];
                    cell += stride;
                }

                at += folded.NextRun();
            }

            return acc;
        }

        // The largest element times a sign: a minimum is the largest of the negated ones.
        private int Extremum(byte[] x, int at, int sign)
        {
            AxisWalk folded = _folded;
            int run = folded.Run;
            int stride = folded.Stride;
            int best = int.MinValue;
            for (int left = folded.Runs; left > 0; left--)
            {
                int cell = at;
                for (int i = run; i > 0; i--)
                {
                    int value = (sbyte)x[cell] * sign;
                    best = value > best ? value : best;
                    cell += stride;
                }

                at += folded.NextRun();
            }

            return best * sign;
        }
    }
}
