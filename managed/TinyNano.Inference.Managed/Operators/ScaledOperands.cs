namespace TinyNano.Inference
{
    /// <summary>
    /// What ADD, SUB, SQUARED_DIFFERENCE and COMPARE of int8 share: two operands brought to one scale in fixed point.
    /// <code>a' = requantize((a - a_zero) &lt;&lt; left_shift, a_mult, a_shift)</code> and b' likewise. A byte has but 256 values: a' and
    /// b' of those that occur go into the step's work area, and the loops over elements only look them up.
    /// </summary>
    internal static class ScaledOperands
    {
        /// <summary>Numbers of the work area: b' of byte v is at <see cref="B"/> + v, a' at v.</summary>
        internal const int WorkCount = 512;

        internal const int B = 256;

        private const int Values = 256;

        /// <summary>The door check of a_zero and b_zero, of left_shift, and of the operands' shifts.</summary>
        internal static bool Fit(StepContext step, int elementType, int zeros, int scales)
        {
            int leftShift = step.Param(scales);
            return Door.ZeroFits(elementType, step.Param(zeros)) && Door.ZeroFits(elementType, step.Param(zeros + 1))
                && leftShift >= 0 && leftShift <= 31 && Door.ShiftFits(step.Param(scales + 2), 30) && Door.ShiftFits(step.Param(scales + 4), 30);
        }

        /// <summary>Fills the work area.</summary>
        /// <param name="zeros">Where the parameters a_zero, b_zero are.</param>
        /// <param name="scales">Where left_shift, a_mult, a_shift, b_mult, b_shift are.</param>
        /// <param name="negates">Whether -b' takes the place of b'.</param>
        internal static void Fill(StepContext step, int zeros, int scales, bool negates)
        {
            int leftShift = step.Param(scales);
            Fill(step.Inputs[0], step.Work, 0, step.Param(zeros), leftShift, step.Param(scales + 1), step.Param(scales + 2), false);
            Fill(step.Inputs[1], step.Work, B, step.Param(zeros + 1), leftShift, step.Param(scales + 3), step.Param(scales + 4), negates);
        }

        private static void Fill(Tensor x, int[] work, int from, int zero, int leftShift, int mult, int shift, bool negates)
        {
            byte[] data = x.Data;
            int at = x.Offset;
            bool all = x.Count >= Values;
            int count = all ? Values : x.Count;
            for (int i = 0; i < count; i++)
            {
                int value = all ? i : data[at + i];
                int scaled = FixedPoint.Requantize(((sbyte)value - zero) << leftShift, mult, shift);
                work[from + value] = negates ? -scaled : scaled;
            }
        }
    }
}
