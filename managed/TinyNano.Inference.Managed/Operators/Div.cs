namespace TinyNano.Inference
{
    /// <summary>
    /// DIV of int8: y = clamp(y_zero + requantize((a - a_zero) * recip(b - b_zero), y_mult, y_shift), lo, hi) in TensorFlow Lite's fixed
    /// point, where recip is a Newton reciprocal. A zero divisor gives hi, lo or y_zero, by the sign of a - a_zero.
    /// </summary>
    internal sealed class Div : Product
    {
        // Sizes of b - b_zero are 0 .. 255; the work area holds their reciprocals.
        private const int Sizes = 256;

        private int[] _reciprocals;

        internal override int Prepare(StepContext step)
        {
            if (!FitsOneType(step))
            {
                return InferenceStatus.Format;
            }

            step.ReserveWork(Sizes);
            return step.Outputs[0].ElementType != ElementType.Int8 ? InferenceStatus.Type : CheckParams(step);
        }

        protected override void Load(StepContext step)
        {
            LoadParams(step);
            _reciprocals = step.Work;
            Invert(step.Inputs[1], _reciprocals);
        }

        protected override void Run(byte[] a, int atA, int stepA, byte[] b, int atB, int stepB, byte[] y, int atY, int end)
        {
            int[] reciprocals = _reciprocals;
            int zeroA = ZeroA;
            int zeroB = ZeroB;
            int zero = ZeroY;
            int mult = Mult;
            int shift = Shift;
            int lo = Lo;
            int hi = Hi;
            for (; atY < end; atY++)
            {
                int x = (sbyte)a[atA] - zeroA;
                int divisor = (sbyte)b[atB] - zeroB;
                x = divisor == 0 ? (x > 0 ? hi : x < 0 ? lo : zero) : Quotient(x, divisor, reciprocals, mult, shift) + zero;
                y[atY] = (byte)(x < lo ? lo : x > hi ? hi : x);
                atA += stepA;
                atB += stepB;
            }
        }

        // a and b in -255 .. 255, b not 0.
        private static int Quotient(int a, int b, int[] reciprocals, int mult, int shift)
        {
            if (b < 0)
            {
                a = -a;
                b = -b;
            }

            int headroom = FixedPoint.LeadingZeros((uint)(a < 0 ? ~a : a)) - 1;
            int quotient = FixedPoint.DoublingHighMul(a << headroom, reciprocals[b]);
            int total = shift - (31 - FixedPoint.LeadingZeros((uint)b)) - headroom;
            return total < -31 ? 0 : FixedPoint.Requantize(quotient, mult, total);
        }

        // b = 2^(31 - zeros) * (1 + fraction).
        private void Invert(Tensor b, int[] reciprocals)
        {
            byte[] data = b.Data;
            int zero = ZeroB;
            int count = b.Count < Sizes ? b.Count : Sizes;
            for (int i = 0; i < count; i++)
            {
                int size = count == Sizes ? i : (sbyte)data[b.Offset + i] - zero;
                size = size < 0 ? -size : size;
                if (size != 0)
                {
                    int fraction = (int)(((uint)size << FixedPoint.LeadingZeros((uint)size)) - 0x80000000u);
                    reciprocals[size] = FixedPoint.OneOverOnePlusX(fraction);
                }
            }
        }
    }
}
