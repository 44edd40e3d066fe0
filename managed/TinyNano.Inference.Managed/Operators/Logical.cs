namespace TinyNano.Inference
{
    /// <summary>LOGICAL of bool: and, or, exclusive or; not, which has no second input. Any byte but 0 is true.</summary>
    internal sealed class Logical : Operator
    {
        private const int Kind = 0;

        private const int Not = 3;
        private const int Kinds = 4;

        internal override int ParamBytes
        {
            get { return 4; }
        }

        internal override int Prepare(StepContext step)
        {
            int kind = step.Param(Kind);
            return Door.Arity(step, 2, 1) && kind >= 0 && kind < Kinds && step.Has(1) == (kind != Not)
                && Broadcast.Fits(step, kind == Not ? 1 : 2)
                && Door.NeedIn(step, 0, ElementType.Bool, -1) && Door.NeedOut(step, 0, ElementType.Bool, -1)
                && (kind == Not || Door.NeedIn(step, 1, ElementType.Bool, -1))
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            // Bit 2 p + q is the answer for a true (p = 1) or not, b true (q = 1) or not.
            int kind = step.Param(Kind);
            int answers = kind == 0 ? 8 : kind == 1 ? 14 : kind == 2 ? 6 : 3;
            Tensor first = step.Inputs[0];
            Tensor second = step.Inputs[kind == Not ? 0 : 1];
            byte[] a = first.Data;
            byte[] b = second.Data;
            byte[] y = step.Outputs[0].Data;
            Broadcast runs = step.Runs;
            runs.Begin(step, kind == Not ? 1 : 2);
            int stepA = runs.Step[0];
            int stepB = runs.Step[1];
            do
            {
                int atA = first.Offset + runs.At[0];
                int atB = second.Offset + runs.At[1];
                int atY = step.Outputs[0].Offset + runs.Y;
                for (int end = atY + runs.Run; atY < end; atY++)
                {
                    int which = (a[atA] != 0 ? 2 : 0) | (b[atB] != 0 ? 1 : 0);
                    y[atY] = (byte)((answers >> which) & 1);
                    atA += stepA;
                    atB += stepB;
                }
            }
            while (runs.Next());
        }
    }
}
