namespace TinyNano.Inference
{
    /// <summary>
    /// RESCALE between int8, uint8 and int32: y = clamp(y_zero + requantize(x - x_zero, mult, shift), lo, hi). The difference of int32
    /// wraps.
    /// </summary>
    internal sealed class Rescale : Operator
    {
        private const int XZero = 0;
        private const int YZero = 1;
        private const int Mult = 2;
        private const int Shift = 3;
        private const int Lo = 4;
        private const int Hi = 5;

        // A byte has so many values; the work area holds the results of those that occur.
        private const int Values = 256;

        internal override int ParamBytes
        {
            get { return 24; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 1, 1) || !step.Has(0))
            {
                return InferenceStatus.Format;
            }

            int type = step.Inputs[0].ElementType;
            int to = step.Outputs[0].ElementType;
            int lo = step.Param(Lo);
            int hi = step.Param(Hi);
            if (!IsInteger(type) || !IsInteger(to) || step.Inputs[0].Count != step.Outputs[0].Count
                || !Door.ShiftFits(step.Param(Shift), 30) || lo > hi || (to != ElementType.Int32 && !Door.ClampFits(to, lo, hi)))
            {
                return InferenceStatus.Format;
            }

            step.ReserveWork(Values);
            return type == ElementType.Int16 || to == ElementType.Int16 ? InferenceStatus.Type : InferenceStatus.Ok;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int count = x.Count;
            if (x.ElementType == ElementType.Int32)
            {
                for (int i = 0; i < count; i++)
                {
                    int value = Value(step, x.GetInt32(i));
                    if (y.ElementType == ElementType.Int32)
                    {
                        y.SetInt32(i, value);
                    }
                    else
                    {
                        y.Data[y.Offset + i] = (byte)value;
                    }
                }

                return;
            }

            FillBytes(step);
            int[] work = step.Work;
            byte[] from = x.Data;
            int at = x.Offset;
            if (y.ElementType == ElementType.Int32)
            {
                for (int i = 0; i < count; i++)
                {
                    y.SetInt32(i, work[from[at + i]]);
                }

                return;
            }

            byte[] to = y.Data;
            int toAt = y.Offset;
            for (int end = at + count; at < end; at++)
            {
                to[toAt++] = (byte)work[from[at]];
            }
        }

        private static void FillBytes(StepContext step)
        {
            Tensor x = step.Inputs[0];
            bool signed = x.ElementType == ElementType.Int8;
            bool all = x.Count >= Values;
            int count = all ? Values : x.Count;
            for (int i = 0; i < count; i++)
            {
                int value = all ? i : x.Data[x.Offset + i];
                step.Work[value] = Value(step, signed ? (sbyte)value : value);
            }
        }

        private static int Value(StepContext step, int x)
        {
            int scaled = FixedPoint.Requantize(x - step.Param(XZero), step.Param(Mult), step.Param(Shift));
            return FixedPoint.Clamp(scaled + step.Param(YZero), step.Param(Lo), step.Param(Hi));
        }

        private static bool IsInteger(int elementType)
        {
            return elementType == ElementType.Int8 || elementType == ElementType.UInt8 || elementType == ElementType.Int16
                || elementType == ElementType.Int32;
        }
    }
}
