namespace TinyNano.Inference
{
    /// <summary>
    /// ADD, SUB and SQUARED_DIFFERENCE of int8: y = clamp(y_zero + requantize(f(a', b'), y_mult, y_shift), lo, hi), where f is the sum, the
    /// difference or its square, and wraps.
    /// </summary>
    internal abstract class Arith : Pairwise
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

        // Of the step at hand.
        private int[] _scaled;
        private int _zero;
        private int _lo;
        private int _hi;

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
            int status = OnlyInt8(step);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            step.ReserveWork(ScaledOperands.WorkCount);
            return ScaledOperands.Fit(step, ElementType.Int8, Zeros, Scales) && Door.ZeroFits(ElementType.Int8, step.Param(YZero))
                && Door.ShiftFits(step.Param(YShift), 30) && Door.ClampFits(ElementType.Int8, step.Param(Lo), step.Param(Hi))
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        protected override void Load(StepContext step)
        {
            ScaledOperands.Fill(step, Zeros, Scales, _subtracts);
            _scaled = step.Work;
            _result.Set(step.Param(YMult), step.Param(YShift));
            _zero = step.Param(YZero);
            _lo = step.Param(Lo);
            _hi = step.Param(Hi);
        }

        protected override void Run(byte[] a, int atA, int stepA, byte[] b, int atB, int stepB, byte[] y, int atY, int end)
        {
            int[] work = _scaled;
            int zero = _zero;
            int lo = _lo;
            int hi = _hi;
            int mult = _result.Mult;
            int left = _result.Left;
            int right = _result.Right;
            int mask = _result.Mask;
            int threshold = _result.Threshold;
            bool squares = _squares;
            for (; atY < end; atY++)
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
