using System;

namespace TinyNano.Inference
{
    /// <summary>CAST from any integer type or bool to any of them: the low bits are kept; to bool is x != 0.</summary>
    internal sealed class Cast : Operator
    {
        internal override int ParamBytes
        {
            get { return 0; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 1, 1) || !step.Has(0) || step.Inputs[0].Count != step.Outputs[0].Count)
            {
                return InferenceStatus.Format;
            }

            return step.Inputs[0].ElementType == ElementType.Float32 || step.Outputs[0].ElementType == ElementType.Float32
                ? InferenceStatus.Type
                : InferenceStatus.Ok;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int size = x.ElementBytes;
            int toSize = y.ElementBytes;
            bool bools = x.ElementType == ElementType.Bool || y.ElementType == ElementType.Bool;
            if (size == toSize && !bools)
            {
                Array.Copy(x.Data, x.Offset, y.Data, y.Offset, x.Count * size);
                return;
            }

            bool signed = x.ElementType != ElementType.UInt8 && x.ElementType != ElementType.Bool;
            for (int i = 0; i < x.Count; i++)
            {
                int at = x.Offset + i * size;
                int to = y.Offset + i * toSize;
                if (bools)
                {
                    y.Data[to] = (byte)(IsZero(x.Data, at, size) ? 0 : 1);
                    Fill(y.Data, to + 1, toSize - 1, byte.MinValue);
                }
                else
                {
                    int least = size < toSize ? size : toSize;
                    Array.Copy(x.Data, at, y.Data, to, least);
                    Fill(y.Data, to + least, toSize - least, signed && x.Data[at + size - 1] >= 0x80 ? byte.MaxValue : byte.MinValue);
                }
            }
        }

        private static bool IsZero(byte[] data, int at, int size)
        {
            for (int i = 0; i < size; i++)
            {
                if (data[at + i] != 0)
                {
                    return false;
                }
            }

            return true;
        }

        private static void Fill(byte[] data, int at, int count, byte value)
        {
            for (int i = 0; i < count; i++)
            {
                data[at + i] = value;
            }
        }
    }
}
