namespace TinyNano.Inference
{
    /// <summary>An operator of two operands that broadcast to an output of bytes.</summary>
    internal abstract class Pairwise : Operator
    {
        internal sealed override void Eval(StepContext step)
        {
            Load(step);
            Tensor a = step.Inputs[0];
            Tensor b = step.Inputs[1];
            Tensor y = step.Outputs[0];
            int size = a.ElementBytes;
            Broadcast runs = step.Runs;
            runs.Begin(step, 2);
            int stepA = runs.Step[0] * size;
            int stepB = runs.Step[1] * size;
            do
            {
                int to = y.Offset + runs.Y;
                Run(a.Data, a.Offset + runs.At[0] * size, stepA, b.Data, b.Offset + runs.At[1] * size, stepB, y.Data, to, to + runs.Run);
            }
            while (runs.Next());
        }

        /// <summary>The door check of the shapes.</summary>
        protected static bool Fits(StepContext step)
        {
            return Door.Arity(step, 2, 1) && Broadcast.Fits(step, 2);
        }

        /// <summary>The door check of the shapes, and of one type for operands and output.</summary>
        protected static bool FitsOneType(StepContext step)
        {
            return Fits(step) && Door.NeedIn(step, 0, step.Outputs[0].ElementType, -1) && Door.NeedIn(step, 1, step.Outputs[0].ElementType, -1);
        }

        /// <summary>That check where the type is to be int8: a status, Type for others that the C runtime has.</summary>
        protected static int OnlyInt8(StepContext step)
        {
            if (!FitsOneType(step))
            {
                return InferenceStatus.Format;
            }

            switch (step.Outputs[0].ElementType)
            {
                case ElementType.Int8:
                    return InferenceStatus.Ok;
                case ElementType.UInt8:
                case ElementType.Bool:
                    return InferenceStatus.Format;
                default:
                    return InferenceStatus.Type;
            }
        }

        /// <summary>Takes from the step what all runs need.</summary>
        protected abstract void Load(StepContext step);

        /// <summary>
        /// Consecutive bytes of y from <paramref name="atY"/> up to <paramref name="end"/>. Operands begin at byte <paramref name="atA"/> and
        /// <paramref name="atB"/> and advance by so many bytes, or by 0.
        /// </summary>
        protected abstract void Run(byte[] a, int atA, int stepA, byte[] b, int atB, int stepB, byte[] y, int atY, int end);
    }
}
