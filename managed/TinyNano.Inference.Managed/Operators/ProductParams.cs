namespace TinyNano.Inference
{
    /// <summary>The parameters that MUL and DIV have in common: their positions, and the door check for int8.</summary>
    internal static class ProductParams
    {
        internal const int ParamBytes = 28;

        internal const int AZero = 0;
        internal const int BZero = 1;
        internal const int YZero = 2;
        internal const int YMult = 3;
        internal const int YShift = 4;
        internal const int Lo = 5;
        internal const int Hi = 6;

        internal static int Check(StepContext step)
        {
            return Door.ZeroFits(ElementType.Int8, step.Param(AZero)) && Door.ZeroFits(ElementType.Int8, step.Param(BZero))
                && Door.ZeroFits(ElementType.Int8, step.Param(YZero)) && Door.ShiftFits(step.Param(YShift), 30)
                && Door.ClampFits(ElementType.Int8, step.Param(Lo), step.Param(Hi))
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }
    }
}
