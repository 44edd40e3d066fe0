namespace TinyNano.Inference
{
    /// <summary>DEQUANTIZE of int8, uint8 and int32 to float32: y = scale * (x - zero). The difference of int32 wraps.</summary>
    internal sealed class Dequantize : Operator
    {
        private const int Scale = 0;
        private const int Zero = 1;

        // A byte has so many values; the work area holds the bits of the results of those that occur.
        private const int Values = 256;

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

            int type = step.Inputs[0].ElementType;
            if ((type != ElementType.Int8 && type != ElementType.UInt8 && type != ElementType.Int16 && type != ElementType.Int32)
                || !Door.NeedOut(step, 0, ElementType.Float32, -1) || step.Outputs[0].Count != step.Inputs[0].Count)
            {
                return InferenceStatus.Format;
            }

            step.ReserveWork(Values);
            return type == ElementType.Int16 ? InferenceStatus.Type : InferenceStatus.Ok;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            float scale = FloatBits.Read(step.Blob, step.ParamsAt + (Scale << 2));
            int zero = step.Param(Zero);
            int count = x.Count;
            if (x.ElementType == ElementType.Int32)
            {
                for (int i = 0; i < count; i++)
                {
                    y.SetInt32(i, FloatBits.Of((float)(scale * (float)(x.GetInt32(i) - zero))));
                }

                return;
            }

            int[] work = step.Work;
            bool signed = x.ElementType == ElementType.Int8;
            bool all = count >= Values;
            int values = all ? Values : count;
            for (int i = 0; i < values; i++)
            {
                int value = all ? i : x.Data[x.Offset + i];
                work[value] = FloatBits.Of((float)(scale * (float)((signed ? (sbyte)value : value) - zero)));
            }

            for (int i = 0; i < count; i++)
            {
                y.SetInt32(i, work[x.Data[x.Offset + i]]);
            }
        }
    }
}
