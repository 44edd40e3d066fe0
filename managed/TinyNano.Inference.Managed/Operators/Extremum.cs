namespace TinyNano.Inference
{
    /// <summary>MINIMUM and MAXIMUM of int8 and uint8: the smaller or larger of the raw numbers.</summary>
    internal abstract class Extremum : Operator
    {
        // Exclusive or with this turns the order of bytes round.
        private const int Reverse = 0xFF;

        private readonly bool _largest;

        protected Extremum(bool largest)
        {
            _largest = largest;
        }

        internal override int ParamBytes
        {
            get { return 0; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 2, 1) || !Broadcast.Fits(step, 2))
            {
                return InferenceStatus.Format;
            }

            int type = step.Outputs[0].ElementType;
            if (!Door.NeedIn(step, 0, type, -1) || !Door.NeedIn(step, 1, type, -1) || type == ElementType.Bool)
            {
                return InferenceStatus.Format;
            }

            return type == ElementType.Int8 || type == ElementType.UInt8 ? InferenceStatus.Ok : InferenceStatus.Type;
        }

        internal override void Eval(StepContext step)
        {
            // With these bits flipped, the number wanted is the smaller byte.
            int flip = (step.Outputs[0].ElementType == ElementType.Int8 ? 0x80 : 0) ^ (_largest ? Reverse : 0);
            byte[] a = step.Inputs[0].Data;
            byte[] b = step.Inputs[1].Data;
            byte[] y = step.Outputs[0].Data;
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
                    byte p = a[atA];
                    byte q = b[atB];
                    y[atY] = (p ^ flip) < (q ^ flip) ? p : q;
                    atA += stepA;
                    atB += stepB;
                }
            }
            while (runs.Next());
        }
    }
}
