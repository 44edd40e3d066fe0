namespace TinyNano.Inference
{
    /// <summary>
    /// ARG_MAX of int8 to int32 or int64: y[o, k] is the lowest i for which x[o, i, k] is largest (kind 0) or smallest (kind 1), with x as
    /// [outer, n, inner] around an axis.
    /// </summary>
    internal sealed class ArgMax : Operator
    {
        private const int Kind = 0;
        private const int Axis = 1;

        internal override int ParamBytes
        {
            get { return 8; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 1, 1) || !step.Has(0))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int kind = step.Param(Kind);
            int axis = step.Param(Axis);
            if (kind < 0 || kind > 1 || axis < 0 || axis >= x.Rank
                || (y.ElementType != ElementType.Int32 && y.ElementType != ElementType.Int64) || y.Count != x.Count / x.Dims[axis])
            {
                return InferenceStatus.Format;
            }

            return x.ElementType == ElementType.Int8 ? InferenceStatus.Ok : InferenceStatus.Type;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int axis = step.Param(Axis);
            int length = x.Dims[axis];
            int inner = 1;
            for (int k = axis + 1; k < x.Rank; k++)
            {
                inner *= x.Dims[k];
            }

            // With these bits flipped, the largest byte is wanted.
            int flip = step.Param(Kind) == 0 ? 0x80 : 0x7F;
            bool wide = y.ElementType == ElementType.Int64;
            int first = x.Offset;
            int column = 0;
            for (int o = 0; o < y.Count; o++)
            {
                int best = Best(x.Data, first, length, inner, flip);
                y.SetInt32(wide ? o << 1 : o, best);
                if (wide)
                {
                    y.SetInt32((o << 1) + 1, 0);
                }

                first++;
                if (++column == inner)
                {
                    column = 0;
                    first += (length - 1) * inner;
                }
            }
        }

        private static int Best(byte[] x, int at, int length, int stride, int flip)
        {
            int best = 0;
            int most = -1;
            for (int i = 0; i < length; i++)
            {
                int value = x[at] ^ flip;
                if (value > most)
                {
                    most = value;
                    best = i;
                }

                at += stride;
            }

            return best;
        }
    }
}
