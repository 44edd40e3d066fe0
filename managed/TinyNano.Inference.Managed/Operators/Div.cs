namespace TinyNano.Inference
{
    /// <summary>
    /// DIV of int8: y = clamp(y_zero + requantize((a - a_zero) * recip(b - b_zero), y_mult, y_shift), lo, hi) in TensorFlow Lite's fixed
    /// point, where recip is a Newton reciprocal. A zero divisor gives hi, lo or y_zero, by the sign of a - a_zero.
    /// </summary>
    internal sealed class Div : Operator
    {
        // Sizes of b - b_zero are 0 .. 255; the work area holds their reciprocals.
        private const int Sizes = 256;

        internal override int ParamBytes
        {
            get { return ProductParams.ParamBytes; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 2, 1) || !Broadcast.Fits(step, 2))
            {
                return InferenceStatus.Format;
            }

            int type = step.Outputs[0].ElementType;
            if (!Door.NeedIn(step, 0, type, -1) || !Door.NeedIn(step, 1, type, -1))
            {
                return InferenceStatus.Format;
            }

            step.ReserveWork(Sizes);
            return type != ElementType.Int8 ? InferenceStatus.Type : ProductParams.Check(step);
        }

        internal override void Eval(StepContext step)
        {
            Invert(step);
            int[] reciprocals = step.Work;
            byte[] a = step.Inputs[0].Data;
            byte[] b = step.Inputs[1].Data;
            byte[] y = step.Outputs[0].Data;
            int zeroA = step.Param(ProductParams.AZero);
            int zeroB = step.Param(ProductParams.BZero);
            int zero = step.Param(ProductParams.YZero);
            int mult = step.Param(ProductParams.YMult);
            int shift = step.Param(ProductParams.YShift);
            int lo = step.Param(ProductParams.Lo);
            int hi = step.Param(ProductParams.Hi);
            Broadcast runs = step.Runs;
            runs.Begin(step, 2);
            int stepA = runs.Step[0];
            int stepB = runs.Step[1];
            do
            {
                int atA = step.Inputs[0].Offset + runs.At[0];
                int atB = step.Inputs[1].Offset + runs.At[1];
                int atY = step.Outputs[0].Offset + runs.Y;
                for (int end = atY + runs.Run; atY < end; atY++)
                {
                    int x = (sbyte)a[atA] - zeroA;
                    int divisor = (sbyte)b[atB] - zeroB;
                    x = divisor == 0 ? (x > 0 ? hi : x < 0 ? lo : zero) : Quotient(x, divisor, reciprocals, mult, shift) + zero;
                    y[atY] = (byte)(x < lo ? lo : x > hi ? hi : x);
                    atA += stepA;
                    atB += stepB;
                }
            }
            while (runs.Next());
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
        private static void Invert(StepContext step)
        {
            int[] reciprocals = step.Work;
            Tensor b = step.Inputs[1];
            byte[] data = b.Data;
            int zero = step.Param(ProductParams.BZero);
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
