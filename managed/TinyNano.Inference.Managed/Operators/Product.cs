namespace TinyNano.Inference
{
    /// <summary>What MUL and DIV of int8 have in common: their parameters, and the door check of these.</summary>
    internal abstract class Product : Pairwise
    {
        // Of the step at hand.
        protected int ZeroA;
        protected int ZeroB;
        protected int ZeroY;
        protected int Mult;
        protected int Shift;
        protected int Lo;
        protected int Hi;

        internal sealed override int ParamBytes
        {
            get { return 28; }
        }

        protected int CheckParams(StepContext step)
        {
            LoadParams(step);
            return Door.ZeroFits(ElementType.Int8, ZeroA) && Door.ZeroFits(ElementType.Int8, ZeroB) && Door.ZeroFits(ElementType.Int8, ZeroY)
                && Door.ShiftFits(Shift, 30) && Door.ClampFits(ElementType.Int8, Lo, Hi)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        protected void LoadParams(StepContext step)
        {
            ZeroA = step.Param(0);
            ZeroB = step.Param(1);
            ZeroY = step.Param(2);
            Mult = step.Param(3);
            Shift = step.Param(4);
            Lo = step.Param(5);
            Hi = step.Param(6);
        }
    }
}
