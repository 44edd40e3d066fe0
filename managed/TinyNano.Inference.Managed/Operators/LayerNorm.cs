namespace TinyNano.Inference
{
    /// <summary>LAYER_NORM of int8, with integers only (docs/SPEC.md has the formulas). y may be x.</summary>
    internal sealed class LayerNorm : Operator
    {
        private const int Longest = 32767;
        private const int FractionBits = 16;
        private const int UnitBits = 20;
        private const int BetaBits = 10;
        private const long Most = 1L << 28;

        internal override int ParamBytes
        {
            get { return 12; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 3, 1) || !step.Has(0) || !step.Has(1))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int n = step.Inputs[1].Count;
            if (x.Count % n != 0 || y.ElementType != x.ElementType || y.Count != x.Count)
            {
                return InferenceStatus.Format;
            }

            if (x.ElementType != ElementType.Int8)
            {
                return InferenceStatus.Type;
            }

            if (n > Longest || !Door.NeedConstant(step, 1, ElementType.Int32, n) || !Door.NeedConstant(step, 2, ElementType.Int32, n))
            {
                return InferenceStatus.Format;
            }

            int shift = step.Param(2);
            long epsilon = Epsilon(step);
            return shift >= 0 && shift <= 20 && epsilon >= 1 && epsilon < 1L << 62 ? InferenceStatus.Ok : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            int n = step.Inputs[1].Count;
            for (int first = 0; first < x.Count; first += n)
            {
                Row(step, x.Offset + first, step.Outputs[0].Offset + first, n);
            }
        }

        private static void Row(StepContext step, int from, int to, int n)
        {
            byte[] x = step.Inputs[0].Data;
            byte[] y = step.Outputs[0].Data;
            Tensor gamma = step.Inputs[1];
            Tensor beta = step.Inputs[2];
            int shift = step.Param(2);
            int sum = 0;
            int squares = 0;
            for (int i = from; i < from + n; i++)
            {
                // At most 32767 times 2^14.
                int v = (sbyte)x[i];
                sum += v;
                squares += v * v;
            }

            // N^2 times the variance, plus epsilon, brought to 2^62 .. 2^64: the top two bits are not both zero.
            long w = (((long)n * squares - (long)sum * sum) << FractionBits) + Epsilon(step);
            int k = 0;
            while (((w >> 62) & 3) == 0)
            {
                w <<= 2;
                k++;
            }

            long reciprocal = (1L << 62) / Root((ulong)w);
            int bits = 42 - FractionBits / 2 - k;
            long half = 1L << (bits - 1);
            int unit = UnitBits + shift;
            long unitHalf = 1L << (unit - 1);
            int betaShift = BetaBits + shift;
            for (int i = 0; i < n; i++)
            {
                long h = ((n * (sbyte)x[from + i] - sum) * reciprocal + half) >> bits;

                // Never cut, unless a hostile y lies across x and has changed it after the sums.
                h = h < -Most ? -Most : h > Most ? Most : h;
                long value = (h * gamma.GetInt32(i) + ((long)beta.GetInt32(i) << betaShift) + unitHalf) >> unit;
                y[to + i] = (byte)(value < -128 ? -128 : value > 127 ? 127 : (int)value);
            }
        }

        // floor(sqrt(x))
        private static long Root(ulong x)
        {
            ulong rest = x;
            ulong result = 0;
            for (int bit = 62; bit >= 0; bit -= 2)
            {
                ulong trial = result + (1UL << bit);
                result >>= 1;
                if (rest >= trial)
                {
                    rest -= trial;
                    result += 1UL << bit;
                }
            }

            return (long)result;
        }

        private static long Epsilon(StepContext step)
        {
            return ((long)step.Param(1) << 32) | (uint)step.Param(0);
        }
    }
}
