namespace TinyNano.Inference
{
    /// <summary>UNARY of int32: clip, square, absolute value, negation and sign, all wrapping. TABLE has the functions of int8.</summary>
    internal sealed class Unary : Operator
    {
        private const int Kind = 0;
        private const int Alpha = 1;
        private const int Beta = 2;

        private const int Clip = 0;
        private const int Square = 14;
        private const int Abs = 15;
        private const int Neg = 16;
        private const int Sign = 26;
        private const int Kinds = 28;

        internal override int ParamBytes
        {
            get { return 36; }
        }

        internal override int Prepare(StepContext step)
        {
            int kind = step.Param(Kind);
            if (!Door.Arity(step, 2, 1) || !step.Has(0) || kind < 0 || kind >= Kinds)
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            if (!Door.NeedOut(step, 0, x.ElementType, -1) || step.Outputs[0].Count != x.Count)
            {
                return InferenceStatus.Format;
            }

            if (x.ElementType != ElementType.Int32)
            {
                return InferenceStatus.Type;
            }

            if (kind == Clip && step.Param(Alpha) > step.Param(Beta))
            {
                return InferenceStatus.Format;
            }

            return kind == Clip || kind == Square || kind == Abs || kind == Neg || kind == Sign ? InferenceStatus.Ok : InferenceStatus.Type;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int kind = step.Param(Kind);
            int alpha = step.Param(Alpha);
            int beta = step.Param(Beta);
            for (int i = 0; i < x.Count; i++)
            {
                y.SetInt32(i, Value(kind, x.GetInt32(i), alpha, beta));
            }
        }

        private static int Value(int kind, int x, int alpha, int beta)
        {
            switch (kind)
            {
                case Clip:
                    return FixedPoint.Clamp(x, alpha, beta);
                case Square:
                    return x * x;
                case Abs:
                    return x < 0 ? -x : x;
                case Neg:
                    return -x;
                default:
                    return x > 0 ? 1 : x < 0 ? -1 : 0;
            }
        }
    }
}
