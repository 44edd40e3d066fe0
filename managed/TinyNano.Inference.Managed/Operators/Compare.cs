namespace TinyNano.Inference
{
    /// <summary>
    /// COMPARE of int8, int32 and bool to bool. int8: y = a' kind b' (<see cref="ScaledOperands"/>); otherwise y = a kind b, bool only for
    /// equality.
    /// </summary>
    internal sealed class Compare : Operator
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

        internal override int ParamBytes
        {
            get { return 32; }
        }

        internal override int Prepare(StepContext step)
        {
            int kind = step.Param(Kind);
            if (!Door.Arity(step, 2, 1) || !Broadcast.Fits(step, 2) || !Door.NeedOut(step, 0, ElementType.Bool, -1) || kind < 0 || kind >= Kinds)
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

        internal override void Eval(StepContext step)
        {
            int kinds = Orders(step.Param(Kind));
            int type = step.Inputs[0].ElementType;
            if (type == ElementType.Int8)
            {
                ScaledOperands.Fill(step, Zeros, Scales, false);
            }

            Broadcast runs = step.Runs;
            runs.Begin(step, 2);
            do
            {
                switch (type)
                {
                    case ElementType.Int8:
                        RunInt8(step, runs, kinds);
                        break;
                    case ElementType.Int32:
                        RunInt32(step, runs, kinds);
                        break;
                    default:
                        RunBool(step, runs, kinds);
                        break;
                }
            }
            while (runs.Next());
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

        private static void RunInt8(StepContext step, Broadcast runs, int orders)
        {
            int[] work = step.Work;
            byte[] a = step.Inputs[0].Data;
            byte[] b = step.Inputs[1].Data;
            byte[] y = step.Outputs[0].Data;
            int atA = step.Inputs[0].Offset + runs.At[0];
            int atB = step.Inputs[1].Offset + runs.At[1];
            int atY = step.Outputs[0].Offset + runs.Y;
            int stepA = runs.Step[0];
            int stepB = runs.Step[1];
            for (int end = atY + runs.Run; atY < end; atY++)
            {
                int p = work[a[atA]];
                int q = work[ScaledOperands.B + b[atB]];
                int order = p < q ? IsLess : p > q ? IsGreater : IsEqual;
                y[atY] = (byte)((order & orders) != 0 ? 1 : 0);
                atA += stepA;
                atB += stepB;
            }
        }

        private static void RunInt32(StepContext step, Broadcast runs, int orders)
        {
            Tensor a = step.Inputs[0];
            Tensor b = step.Inputs[1];
            byte[] y = step.Outputs[0].Data;
            int atY = step.Outputs[0].Offset + runs.Y;
            for (int i = 0; i < runs.Run; i++)
            {
                int p = a.GetInt32(runs.At[0] + i * runs.Step[0]);
                int q = b.GetInt32(runs.At[1] + i * runs.Step[1]);
                int order = p < q ? IsLess : p > q ? IsGreater : IsEqual;
                y[atY + i] = (byte)((order & orders) != 0 ? 1 : 0);
            }
        }

        private static void RunBool(StepContext step, Broadcast runs, int orders)
        {
            bool equals = orders == IsEqual;
            byte[] a = step.Inputs[0].Data;
            byte[] b = step.Inputs[1].Data;
            byte[] y = step.Outputs[0].Data;
            int atA = step.Inputs[0].Offset + runs.At[0];
            int atB = step.Inputs[1].Offset + runs.At[1];
            int atY = step.Outputs[0].Offset + runs.Y;
            for (int i = 0; i < runs.Run; i++)
            {
                bool same = (a[atA + i * runs.Step[0]] != 0) == (b[atB + i * runs.Step[1]] != 0);
                y[atY + i] = (byte)(same == equals ? 1 : 0);
            }
        }
    }
}
