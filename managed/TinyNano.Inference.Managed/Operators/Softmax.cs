namespace TinyNano.Inference
{
    /// <summary>SOFTMAX of int8: exponentials by table, sum in Q12.19, reciprocal by Newton-Raphson. y may be x.</summary>
    internal sealed class Softmax : Operator
    {
        internal override int ParamBytes
        {
            get { return 12; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 3, 1) || !step.Has(0))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            if (x.Rank < 1 || !Door.SameShape(x, y))
            {
                return InferenceStatus.Format;
            }

            if (x.ElementType != ElementType.Int8 || y.ElementType == ElementType.Int16)
            {
                return InferenceStatus.Type;
            }

            return y.ElementType == ElementType.Int8 && Door.NeedExpTable(step, 1) && !step.Has(2) ? InferenceStatus.Ok : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor exp = step.Inputs[1];
            Tensor y = step.Outputs[0];
            int depth = x.Dims[x.Rank - 1];
            int from = x.Offset;
            int to = y.Offset;
            for (int rows = x.Count / depth; rows > 0; rows--)
            {
                Row(x.Data, from, exp, y.Data, to, depth);
                from += depth;
                to += depth;
            }
        }

        private static void Row(byte[] x, int from, Tensor exp, byte[] y, int to, int depth)
        {
            int max = -128;
            for (int c = from; c < from + depth; c++)
            {
                int value = (sbyte)x[c];
                max = value > max ? value : max;
            }

            uint sum = 0;
            int entries = exp.Count;
            for (int c = from; c < from + depth; c++)
            {
                int d = max - (sbyte)x[c];
                if (d < entries && sum <= int.MaxValue)
                {
                    sum += ((uint)exp.GetInt32(d) + (1u << 11)) >> 12;
                }
            }

            // Entry 0 is 1, so the sum has at most 12 leading zeros.
            int zeros = FixedPoint.LeadingZeros(sum);
            int scale = FixedPoint.OneOverOnePlusX((int)((sum << zeros) & int.MaxValue));
            int exponent = 12 - zeros + 31 - 8;
            for (int c = 0; c < depth; c++)
            {
                // Negative only where a hostile y lies across x and has changed it after the maximum has been taken.
                int d = max - (sbyte)x[from + c];
                uint p = 0;
                if (d >= 0 && d < entries && exponent <= 31)
                {
                    uint product = (uint)FixedPoint.DoublingHighMul(scale, exp.GetInt32(d));
                    p = (product + (1u << (exponent - 1))) >> exponent;
                }

                y[to + c] = (byte)((int)(p < 255 ? p : 255) - 128);
            }
        }
    }
}
