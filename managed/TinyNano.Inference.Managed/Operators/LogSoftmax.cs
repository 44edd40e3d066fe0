namespace TinyNano.Inference
{
    /// <summary>LOG_SOFTMAX of int8: y has scale 1/16 and zero point 127. y may be x.</summary>
    internal sealed class LogSoftmax : Operator
    {
        internal override int ParamBytes
        {
            get { return 20; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 2, 1) || !step.Has(0))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            if (x.Rank < 1 || !Door.SameShape(x, y) || x.ElementType != y.ElementType)
            {
                return InferenceStatus.Format;
            }

            if (x.ElementType != ElementType.Int8)
            {
                return InferenceStatus.Type;
            }

            return Door.NeedExpTable(step, 1) && Door.ShiftFits(step.Param(1), 30) && Door.ShiftFits(step.Param(3), 0)
                && step.Param(4) > int.MinValue
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int depth = x.Dims[x.Rank - 1];
            int from = x.Offset;
            int to = y.Offset;
            for (int rows = x.Count / depth; rows > 0; rows--)
            {
                Row(step, from, to, depth);
                from += depth;
                to += depth;
            }
        }

        private static void Row(StepContext step, int from, int to, int depth)
        {
            byte[] x = step.Inputs[0].Data;
            byte[] y = step.Outputs[0].Data;
            Tensor exp = step.Inputs[1];
            int max = -128;
            for (int c = from; c < from + depth; c++)
            {
                int value = (sbyte)x[c];
                max = value > max ? value : max;
            }

            int sum = 0;
            for (int c = from; c < from + depth; c++)
            {
                int d = max - (sbyte)x[c];
                if (d < exp.Count)
                {
                    sum = FixedPoint.Saturate32((long)sum + FixedPoint.RoundingDivideByPot(exp.GetInt32(d), 12));
                }
            }

            int log = Log(sum);
            int mult = step.Param(0);
            int shift = step.Param(1);
            int floor = FixedPoint.Requantize(log + int.MinValue, step.Param(2), step.Param(3));
            int lowest = floor > step.Param(4) - 1 ? floor : step.Param(4) - 1;
            for (int c = 0; c < depth; c++)
            {
                int d = (sbyte)x[from + c] - max;
                int real = FixedPoint.Requantize(d, mult, shift) - log;
                y[to + c] = (byte)(d > lowest ? FixedPoint.Clamp(FixedPoint.RoundingDivideByPot(real, 22) + 127, -128, 127) : -128);
            }
        }

        // log(x) in Q5.26 for x >= 1 in Q12.19.
        //
        // x = r * 2^k with r about sqrt(sqrt(1/2)), and log(r) by a quotient of polynomials in r - sqrt(sqrt(1/2)). Of two candidates for
        // r, x itself and x * sqrt(1/2), the smaller one is nearer.
        private static int Log(int x)
        {
            const int LogOfTwo = 1488522236;
            const int SqrtHalf = 1518500250;
            const int SqrtSqrtHalf = 1805811301;
            const int Quarter = 1 << 23;  // Q6.25
            int zerosA = FixedPoint.LeadingZeros((uint)x);
            int rA = FixedPoint.SaturatingShiftLeft(FixedPoint.DoublingHighMul(FixedPoint.SaturatingShiftLeft(x, zerosA - 1), SqrtHalf), 1);
            int kA = FixedPoint.Saturate32((long)FixedPoint.SaturatingShiftLeft(12 - zerosA, 25) + Quarter);
            int zerosB = FixedPoint.LeadingZeros((uint)FixedPoint.DoublingHighMul(x, SqrtHalf)) - 1;
            int rB = FixedPoint.SaturatingShiftLeft(x, zerosB);
            int kB = FixedPoint.Saturate32((long)FixedPoint.SaturatingShiftLeft(12 - zerosB, 25) - Quarter);
            int r = rA < rB ? rA : rB;
            int k = kA > kB ? kA : kB;
            long both = (long)r + SqrtSqrtHalf;
            int p = (int)((both + (both >= 0 ? 1 : -1)) / 2);
            int q = (r - SqrtSqrtHalf) * 2;
            int q2 = FixedPoint.DoublingHighMul(q, q);
            int num = FixedPoint.DoublingHighMul(q, r) + FixedPoint.DoublingHighMul(FixedPoint.DoublingHighMul(q, q2), 117049297);
            int inner = 1057819769 + q + FixedPoint.DoublingHighMul(127690142, q2);
            int denominator = FixedPoint.DoublingHighMul(p, inner) + FixedPoint.DoublingHighMul(638450708, q);
            int log = FixedPoint.DoublingHighMul(FixedPoint.RoundingDivideByPot(num, 6), FixedPoint.OneOverOnePlusX(denominator));
            return FixedPoint.SaturatingShiftLeft(FixedPoint.DoublingHighMul(k, LogOfTwo) + log, 1);
        }
    }
}
