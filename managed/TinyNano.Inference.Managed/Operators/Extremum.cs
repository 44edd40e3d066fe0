namespace TinyNano.Inference
{
    /// <summary>MINIMUM and MAXIMUM of int8 and uint8: the smaller or larger of the raw numbers.</summary>
    internal abstract class Extremum : Pairwise
    {
        // Exclusive or with this turns the order of bytes round.
        private const int Reverse = 0xFF;

        private readonly bool _largest;

        // With these bits flipped, the number wanted is the smaller byte.
        private int _flip;

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
            if (!FitsOneType(step) || step.Outputs[0].ElementType == ElementType.Bool)
            {
                return InferenceStatus.Format;
            }

            int type = step.Outputs[0].ElementType;
            return type == ElementType.Int8 || type == ElementType.UInt8 ? InferenceStatus.Ok : InferenceStatus.Type;
        }

        protected override void Load(StepContext step)
        {
            _flip = (step.Outputs[0].ElementType == ElementType.Int8 ? 0x80 : 0) ^ (_largest ? Reverse : 0);
        }

        protected override void Run(byte[] a, int atA, int stepA, byte[] b, int atB, int stepB, byte[] y, int atY, int end)
        {
            int flip = _flip;
            for (; atY < end; atY++)
            {
                byte p = a[atA];
                byte q = b[atB];
                y[atY] = (p ^ flip) < (q ^ flip) ? p : q;
                atA += stepA;
                atB += stepB;
            }
        }
    }
}
