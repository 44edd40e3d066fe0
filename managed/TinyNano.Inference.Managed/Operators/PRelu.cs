namespace TinyNano.Inference
{
    /// <summary>
    /// PRELU of int8: with v = x - x_zero, y = clamp(y_zero + r), where r is requantize(v, pos_mult, pos_shift) for v >= 0, else
    /// requantize(v * (alpha - alpha_zero), neg_mult, neg_shift).
    /// </summary>
    internal sealed class PRelu : Pairwise
    {
        private const int XZero = 0;
        private const int AlphaZero = 1;
        private const int YZero = 2;
        private const int PosMult = 3;
        private const int PosShift = 4;
        private const int NegMult = 5;
        private const int NegShift = 6;

        // Values of v >= 0: 0 .. 255. Their results are in the work area.
        private const int Values = 256;

        private readonly Requantizer _negative = new Requantizer();

        // Of the step at hand.
        private int[] _positive;
        private int _xZero;
        private int _alphaZero;
        private int _yZero;

        internal override int ParamBytes
        {
            get { return 28; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Fits(step))
            {
                return InferenceStatus.Format;
            }

            int type = step.Outputs[0].ElementType;
            int alpha = type == ElementType.Float32 ? type : ElementType.Int8;
            if ((type != ElementType.Int8 && type != ElementType.Int16 && type != ElementType.Float32)
                || !Door.NeedIn(step, 0, type, -1) || !Door.NeedIn(step, 1, alpha, -1))
            {
                return InferenceStatus.Format;
            }

            if (type != ElementType.Int8)
            {
                return InferenceStatus.Type;
            }

            step.ReserveWork(Values);
            return Door.ZeroFits(type, step.Param(XZero)) && Door.ZeroFits(type, step.Param(AlphaZero)) && Door.ZeroFits(type, step.Param(YZero))
                && Door.ShiftFits(step.Param(PosShift), 30) && Door.ShiftFits(step.Param(NegShift), 30)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        protected override void Load(StepContext step)
        {
            FillPositive(step);
            _positive = step.Work;
            _negative.Set(step.Param(NegMult), step.Param(NegShift));
            _xZero = step.Param(XZero);
            _alphaZero = step.Param(AlphaZero);
            _yZero = step.Param(YZero);
        }

        protected override void Run(byte[] a, int atA, int stepA, byte[] b, int atB, int stepB, byte[] y, int atY, int end)
        {
            int[] positive = _positive;
            int xZero = _xZero;
            int alphaZero = _alphaZero;
            int yZero = _yZero;
            int mult = _negative.Mult;
            int left = _negative.Left;
            int right = _negative.Right;
            int mask = _negative.Mask;
            int threshold = _negative.Threshold;
            for (; atY < end; atY++)
            {
                int v = (sbyte)a[atA] - xZero;
                if (v >= 0)
                {
                    y[atY] = (byte)positive[v];
                }
                else
                {
                    v *= (sbyte)b[atB] - alphaZero;
                    int high = (int)(((long)(v << left) * mult + Requantizer.Half) >> 31);
                    v = (high >> right) + ((high & mask) > threshold - (high >> 31) ? 1 : 0) + yZero;
                    y[atY] = (byte)(v < sbyte.MinValue ? sbyte.MinValue : v > sbyte.MaxValue ? sbyte.MaxValue : v);
                }

                atA += stepA;
                atB += stepB;
            }
        }

        private static void FillPositive(StepContext step)
        {
            Tensor x = step.Inputs[0];
            int[] work = step.Work;
            byte[] data = x.Data;
            int xZero = step.Param(XZero);
            int yZero = step.Param(YZero);
            int mult = step.Param(PosMult);
            int shift = step.Param(PosShift);
            bool all = x.Count >= Values;
            int count = all ? Values : x.Count;
            for (int i = 0; i < count; i++)
            {
                int v = all ? i : (sbyte)data[x.Offset + i] - xZero;
                if (v >= 0)
                {
                    work[v] = FixedPoint.Clamp(FixedPoint.Requantize(v, mult, shift) + yZero, sbyte.MinValue, sbyte.MaxValue);
                }
            }
        }
    }
}
