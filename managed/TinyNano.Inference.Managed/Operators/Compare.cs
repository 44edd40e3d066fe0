namespace TinyNano.Inference
{
    /// <summary>
    /// COMPARE of int8, int32 and bool to bool. int8: y = a' kind b' (<see cref="ScaledOperands"/>); otherwise y = a kind b, bool only for
    /// equality.
    /// </summary>
    internal sealed class Compare : Pairwise
    {
        private const int Kind = 0;
        private const int Zeros = 1;
        private const int Scales = 3;

        private const int NotEqual = 1;
        private const int Kinds = 6;

        // Every kind is "less", "equal" or "greater" or two of them.
        private const int IsLess = 1;
        private const int IsEqual = 2;
        private const int IsGreater = 4;

        // Of the step at hand.
        private int[] _scaled;
        private int _type;
        private int _orders;

        internal override int ParamBytes
        {
            get { return 32; }
        }

        internal override int Prepare(StepContext step)
        {
            int kind = step.Param(Kind);
            if (!Fits(step) || !Door.NeedOut(step, 0, ElementType.Bool, -1) || kind < 0 || kind >= Kinds)
            {
                return InferenceStatus.Format;
            }

            int type = step.Inputs[0].ElementType;
            if (!Door.NeedIn(step, 1, type, -1) || type == ElementType.UInt8 || (type == ElementType.Bool && kind > NotEqual))
            {
                return InferenceStatus.Format;
            }

            switch (type)
            {
                case ElementType.Int8:
                    step.ReserveWork(ScaledOperands.WorkCount);
                    return ScaledOperands.Fit(step, type, Zeros, Scales) ? InferenceStatus.Ok : InferenceStatus.Format;
                case ElementType.Int32:
                case ElementType.Bool:
                    return InferenceStatus.Ok;
                default:
                    return InferenceStatus.Type;
            }
        }

        protected override void Load(StepContext step)
        {
            _orders = Orders(step.Param(Kind));
            _type = step.Inputs[0].ElementType;
            _scaled = step.Work;
            if (_type == ElementType.Int8)
            {
                ScaledOperands.Fill(step, Zeros, Scales, false);
            }
        }

        protected override void Run(byte[] a, int atA, int stepA, byte[] b, int atB, int stepB, byte[] y, int atY, int end)
        {
            if (_type == ElementType.Int8)
            {
                RunInt8(a, atA, stepA, b, atB, stepB, y, atY, end);
                return;
            }

            bool wide = _type == ElementType.Int32;
            for (; atY < end; atY++)
            {
                int p = wide ? Bytes.Int32(a, atA) : a[atA] != 0 ? 1 : 0;
                int q = wide ? Bytes.Int32(b, atB) : b[atB] != 0 ? 1 : 0;
                int order = p < q ? IsLess : p > q ? IsGreater : IsEqual;
                y[atY] = (byte)((order & _orders) != 0 ? 1 : 0);
                atA += stepA;
                atB += stepB;
            }
        }

        private void RunInt8(byte[] a, int atA, int stepA, byte[] b, int atB, int stepB, byte[] y, int atY, int end)
        {
            int[] work = _scaled;
            int orders = _orders;
            for (; atY < end; atY++)
            {
                int p = work[a[atA]];
                int q = work[ScaledOperands.B + b[atB]];
                int order = p < q ? IsLess : p > q ? IsGreater : IsEqual;
                y[atY] = (byte)((order & orders) != 0 ? 1 : 0);
                atA += stepA;
                atB += stepB;
            }
        }

        private static int Orders(int kind)
        {
            switch (kind)
            {
                case 0:
                    return IsEqual;
                case NotEqual:
                    return IsLess | IsGreater;
                case 2:
                    return IsLess;
                case 3:
                    return IsLess | IsEqual;
                case 4:
                    return IsGreater;
                default:
                    return IsGreater | IsEqual;
            }
        }
    }
}
