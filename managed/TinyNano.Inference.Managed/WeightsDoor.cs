namespace TinyNano.Inference
{
    /// <summary>
    /// The door checks that CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV_2D and FULLY_CONNECTED share. Inputs 0 .. 4 are x, weights, bias (or
    /// absent), multipliers, shifts; output 0 is y.
    /// </summary>
    internal static class WeightsDoor
    {
        /// <summary>So many inputs and outputs, with x and weights there.</summary>
        internal static bool Arity(StepContext step)
        {
            return Door.Arity(step, 5, 1) && step.Has(0) && step.Has(1);
        }

        /// <summary>That, and x, weights and y of four dimensions, with as many samples in y as in x.</summary>
        internal static bool ImagesFit(StepContext step)
        {
            return Arity(step) && step.Inputs[0].Rank == 4 && step.Inputs[1].Rank == 4 && step.Outputs[0].Rank == 4
                && step.Inputs[0].Dims[0] == step.Outputs[0].Dims[0];
        }

        /// <summary>Weights [channels of y, h, w, channels of x / groups].</summary>
        internal static bool GroupsFit(StepContext step, int groups)
        {
            int[] w = step.Inputs[1].Dims;
            return w[0] == step.Outputs[0].Dims[3] && groups >= 1 && w[0] % groups == 0 && Door.MulDims(w[3], groups) == step.Inputs[0].Dims[3];
        }

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
