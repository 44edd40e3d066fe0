namespace TinyNano.Inference
{
    /// <summary>
    /// What door checks have in common. Each check returns whether it holds, and the Need ones leave the tensor to blame in the step. They
    /// are those of the C runtime in the same order, so that both engines refuse a blob for the same reason.
    /// </summary>
    internal static class Door
    {
        /// <summary>Exactly so many input slots (absent ones count) and outputs.</summary>
        internal static bool Arity(StepContext step, int inputs, int outputs)
        {
            return step.InputCount == inputs && step.OutputCount == outputs;
        }

        /// <summary>Input present, of this type and rank (-1: any).</summary>
        internal static bool NeedIn(StepContext step, int input, int elementType, int rank)
        {
            return step.Has(input) && Is(step, step.Inputs[input], input, elementType, rank);
        }

        /// <summary>Output present, of this type and rank (-1: any).</summary>
        internal static bool NeedOut(StepContext step, int output, int elementType, int rank)
        {
            return output < step.OutputCount && Is(step, step.Outputs[output], step.InputCount + output, elementType, rank);
        }

        /// <summary>Input present, constant, of this type with exactly so many elements.</summary>
        internal static bool NeedConstant(StepContext step, int input, int elementType, int count)
        {
            return NeedIn(step, input, elementType, -1) && step.Inputs[input].Place == Tensor.Constant && step.Inputs[input].Count == count;
        }

        /// <summary>Scratch of at least so many bytes; 0 needs none.</summary>
        internal static bool NeedScratch(StepContext step, long bytes)
        {
            return step.ScratchBytes >= bytes;
        }

        /// <summary>
        /// The multiplier (int32) and shift (int8) constants of an output with so many channels: both of 1 or <paramref name="channels"/>
        /// elements, shifts in -31 .. <paramref name="maxShift"/>.
        /// </summary>
        internal static bool NeedMultipliers(StepContext step, int mult, int shift, int channels, int maxShift)
        {
            if (!NeedIn(step, mult, ElementType.Int32, -1))
            {
                return false;
            }

            int count = step.Inputs[mult].Count;
            if ((count != 1 && count != channels) || !NeedConstant(step, mult, ElementType.Int32, count)
                || !NeedConstant(step, shift, ElementType.Int8, count))
            {
                return false;
            }

            Tensor shifts = step.Inputs[shift];
            for (int i = 0; i < count; i++)
            {
                if (!ShiftFits((sbyte)shifts.Data[shifts.Offset + i], maxShift))
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>
        /// A constant int32 table of exponentials, as SOFTMAX and LOG_SOFTMAX have: entry 0 is 1 in Q0.31 and none is negative. Then the
        /// sum over a row is at least 1, as its largest element adds entry 0.
        /// </summary>
        internal static bool NeedExpTable(StepContext step, int input)
        {
            if (!NeedIn(step, input, ElementType.Int32, -1))
            {
                return false;
            }

            Tensor table = step.Inputs[input];
            if (!NeedConstant(step, input, ElementType.Int32, table.Count) || table.GetInt32(0) != int.MaxValue)
            {
                return false;
            }

            for (int i = 1; i < table.Count; i++)
            {
                if (table.GetInt32(i) < 0)
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>A zero point in the range of a quantised type (int8, uint8 or int16).</summary>
        internal static bool ZeroFits(int elementType, int zero)
        {
            switch (elementType)
            {
                case ElementType.Int8:
                    return zero >= -128 && zero <= 127;
                case ElementType.UInt8:
                    return zero >= 0 && zero <= 255;
                case ElementType.Int16:
                    return zero >= -32768 && zero <= 32767;
                default:
                    return false;
            }
        }

        internal static bool ClampFits(int elementType, int lo, int hi)
        {
            return lo <= hi && ZeroFits(elementType, lo) && ZeroFits(elementType, hi);
        }

        internal static bool ShiftFits(int shift, int maxShift)
        {
            return shift >= -31 && shift <= maxShift;
        }

        /// <summary>a * b, or -1 where it does not fit into int32 (a, b at least 0, or -1 passed on).</summary>
        internal static int MulDims(int a, int b)
        {
            if (a < 0 || b < 0)
            {
                return -1;
            }

            long product = (long)a * b;
            return product > int.MaxValue ? -1 : (int)product;
        }

        internal static bool SameShape(Tensor a, Tensor b)
        {
            if (a.Rank != b.Rank)
            {
                return false;
            }

            for (int i = 0; i < a.Rank; i++)
            {
                if (a.Dims[i] != b.Dims[i])
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Ok for int8, Type for the element types that the C runtime has and this engine has not, else Format.</summary>
        internal static int OnlyInt8(int elementType)
        {
            switch (elementType)
            {
                case ElementType.Int8:
                    return InferenceStatus.Ok;
                case ElementType.Float32:
                case ElementType.Int16:
                    return InferenceStatus.Type;
                default:
                    return InferenceStatus.Format;
            }
        }

        private static bool Is(StepContext step, Tensor tensor, int position, int elementType, int rank)
        {
            step.Blame = position;
            return tensor.ElementType == elementType && (rank < 0 || tensor.Rank == rank);
        }
    }
}
