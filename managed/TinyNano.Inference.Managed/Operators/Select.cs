using System;

namespace TinyNano.Inference
{
    /// <summary>SELECT of any type: y = condition ? a : b, element by element as bytes.</summary>
    internal sealed class Select : Operator
    {
        internal override int ParamBytes
        {
            get { return 0; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 3, 1) || !Broadcast.Fits(step, 3) || !Door.NeedIn(step, 0, ElementType.Bool, -1))
            {
                return InferenceStatus.Format;
            }

            int type = step.Outputs[0].ElementType;
            return Door.NeedIn(step, 1, type, -1) && Door.NeedIn(step, 2, type, -1) ? InferenceStatus.Ok : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            int size = step.Outputs[0].ElementBytes;
            Tensor condition = step.Inputs[0];
            Broadcast runs = step.Runs;
            runs.Begin(step, 3);
            do
            {
                if (runs.Step[0] == 0)
                {
                    int which = condition.Data[condition.Offset + runs.At[0]] != 0 ? 1 : 2;
                    Repeat(step, runs, which, size);
                }
                else
                {
                    Choose(step, runs, size);
                }
            }
            while (runs.Next());
        }

        // One condition for a run: all of it comes from one operand.
        private static void Repeat(StepContext step, Broadcast runs, int which, int size)
        {
            Tensor from = step.Inputs[which];
            Tensor y = step.Outputs[0];
            int at = from.Offset + runs.At[which] * size;
            int to = y.Offset + runs.Y * size;
            int bytes = runs.Run * size;
            bool repeats = runs.Step[which] == 0;
            Array.Copy(from.Data, at, y.Data, to, repeats ? size : bytes);
            if (repeats)
            {
                Bytes.Repeat(y.Data, to, size, bytes);
            }
        }

        private static void Choose(StepContext step, Broadcast runs, int size)
        {
            byte[] condition = step.Inputs[0].Data;
            byte[] a = step.Inputs[1].Data;
            byte[] b = step.Inputs[2].Data;
            byte[] y = step.Outputs[0].Data;
            int at = step.Inputs[0].Offset + runs.At[0];
            int atA = step.Inputs[1].Offset + runs.At[1] * size;
            int atB = step.Inputs[2].Offset + runs.At[2] * size;
            int to = step.Outputs[0].Offset + runs.Y * size;
            int stepA = runs.Step[1] * size;
            int stepB = runs.Step[2] * size;
            for (int end = at + runs.Run; at < end; at++)
            {
                bool first = condition[at] != 0;
                if (size == 1)
                {
                    y[to] = first ? a[atA] : b[atB];
                }
                else
                {
                    Array.Copy(first ? a : b, first ? atA : atB, y, to, size);
                }

                atA += stepA;
                atB += stepB;
                to += size;
            }
        }
    }
}
