namespace TinyNano.Inference
{
    /// <summary>
    /// ADD, SUB and SQUARED_DIFFERENCE of int8: y = clamp(y_zero + requantize(f(a', b'), y_mult, y_shift), lo, hi), where f is the sum, the
    /// difference or its square, and wraps.
    /// </summary>
    internal abstract class Arith : Operator
    {
        private const int Zeros = 0;
        private const int YZero = 2;
        private const int Scales = 3;
        private const int YMult = 8;
        private const int YShift = 9;
        private const int Lo = 10;
        private const int Hi = 11;

        private readonly Requantizer _result = new Requantizer();
        private readonly bool _subtracts;
        private readonly bool _squares;

        protected Arith(bool subtracts, bool squares)
        {
            _subtracts = subtracts;
            _squares = squares;
        }

        internal override int ParamBytes
        {
            get { return 48; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 2, 1) || !Broadcast.Fits(step, 2))
            {
                return InferenceStatus.Format;
            }

            int type = step.Outputs[0].ElementType;
            if (!Door.NeedIn(step, 0, type, -1) || !Door.NeedIn(step, 1, type, -1) || type == ElementType.UInt8 || type == ElementType.Bool)
            {
                return InferenceStatus.Format;
            }

            if (type != ElementType.Int8)
            {
                return InferenceStatus.Type;
            }

            step.ReserveWork(ScaledOperands.WorkCount);
            return ScaledOperands.Fit(step, type, Zeros, Scales) && Door.ZeroFits(type, step.Param(YZero))
                && Door.ShiftFits(step.Param(YShift), 30) && Door.ClampFits(type, step.Param(Lo), step.Param(Hi))
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            ScaledOperands.Fill(step, Zeros, Scales, _subtracts);
            _result.Set(step.Param(YMult), step.Param(YShift));
            int zero = step.Param(YZero);
            int lo = step.Param(Lo);
            int hi = step.Param(Hi);
            Broadcast runs = step.Runs;
            runs.Begin(step, 2);
            do
            {
                Run(step, runs, zero, lo, hi);
            }
            while (runs.Next());
        }

        private void Run(StepContext step, Broadcast runs, int zero, int lo, int hi)
        {
            int[] work = step.Work;
            byte[] a = step.Inputs[0].Data;
            byte[] b = step.Inputs[1].Data;
            byte[] y = step.Outputs[0].Data;
            int atA = step.Inputs[0].Offset + runs.At[0];
            int atB = step.Inputs[1].Offset + runs.At[1];
            int atY = step.Outputs[0].Offset + runs.Y;
            int stepA = runs.Step[0];
            int stepB = runs.Step[1];
            int mult = _result.Mult;
            int left = _result.Left;
            int right = _result.Right;
            int mask = _result.Mask;
            int threshold = _result.Threshold;
            bool squares = _squares;
            for (int end = atY + runs.Run; atY < end; atY++)
            {
                int x = work[a[atA]] + work[ScaledOperands.B + b[atB]];
                if (squares)
                {
                    x *= x;
                }

                int high = (int)(((long)(x << left) * mult + Requantizer.Half) >> 31);
                x = (high >> right) + ((high & mask) > threshold - (high >> 31) ? 1 : 0) + zero;
                y[atY] = (byte)(x < lo ? lo : x > hi ? hi : x);
                atA += stepA;
                atB += stepB;
            }
        }
    }
}
