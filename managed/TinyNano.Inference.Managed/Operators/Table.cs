namespace TinyNano.Inference
{
    /// <summary>TABLE of int8 and uint8: y = table[x - lowest of x's type].</summary>
    internal sealed class Table : Operator
    {
        private const int Entries = 256;

        internal override int ParamBytes
        {
            get { return 0; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 2, 1) || !step.Has(0))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            return IsByte(x.ElementType) && IsByte(y.ElementType) && x.Count == y.Count && Door.NeedConstant(step, 1, y.ElementType, Entries)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            byte[] from = x.Data;
            byte[] to = step.Outputs[0].Data;
            byte[] table = step.Inputs[1].Data;
            int tableAt = step.Inputs[1].Offset;
            int flip = x.ElementType == ElementType.Int8 ? 0x80 : 0;
            int at = x.Offset;
            int toAt = step.Outputs[0].Offset;
            for (int end = at + x.Count; at < end; at++)
            {
                to[toAt++] = table[tableAt + (from[at] ^ flip)];
            }
        }

        private static bool IsByte(int elementType)
        {
            return elementType == ElementType.Int8 || elementType == ElementType.UInt8;
        }
    }
}
