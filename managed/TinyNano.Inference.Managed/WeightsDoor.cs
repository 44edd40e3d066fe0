namespace TinyNano.Inference
{
    /// <summary>
    /// The door check that CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV_2D and FULLY_CONNECTED share. Inputs 0 .. 4 are x, weights, bias (or
    /// absent), multipliers, shifts; output 0 is y.
    /// </summary>
    internal static class WeightsDoor
    {
        /// <summary>Everything but shapes, for so many output channels. x and weights are present.</summary>
        internal static int Check(StepContext step, int channels, int xZero, int wZero, int yZero, int lo, int hi)
        {
            int status = Door.OnlyInt8(step.Inputs[0].ElementType);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            if (!Door.NeedIn(step, 1, ElementType.Int8, -1) || !Door.NeedOut(step, 0, ElementType.Int8, -1))
            {
                return InferenceStatus.Format;
            }

            if (step.Has(2) && (step.Inputs[2].Count != channels || step.Inputs[2].ElementType != ElementType.Int32))
            {
                return InferenceStatus.Format;
            }

            return Door.NeedMultipliers(step, 3, 4, channels, 30)
                && Door.ZeroFits(ElementType.Int8, xZero) && Door.ZeroFits(ElementType.Int8, wZero) && Door.ZeroFits(ElementType.Int8, yZero)
                && Door.ClampFits(ElementType.Int8, lo, hi)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }
    }
}
