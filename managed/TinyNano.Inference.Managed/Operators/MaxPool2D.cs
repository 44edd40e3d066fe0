namespace TinyNano.Inference
{
    /// <summary>MAX_POOL_2D: the largest cell inside x, clamped to lo .. hi; lo where the window has none.</summary>
    internal sealed class MaxPool2D : Pool2D
    {
        // Ways from tap to tap, of the step at hand.
        private int _nextRow;
        private int _nextColumn;

        internal override int ParamBytes
        {
            get { return 40; }
        }

        internal override void Eval(StepContext step)
        {
            int[] x = step.Inputs[0].Dims;
            int dilationH = step.Param(4);
            int dilationW = step.Param(5);
            _nextRow = dilationH * x[2] * x[3];
            _nextColumn = dilationW * x[3];
            Walk(step, dilationH, dilationW, step.Param(6), step.Param(7));
        }

        protected override bool WindowsFit(StepContext step)
        {
            return Window.Fits(step, step.Param(0), step.Param(1), 2);
        }

        protected override bool RangeFits(StepContext step)
        {
            return Door.ClampFits(ElementType.Int8, step.Param(8), step.Param(9));
        }

        protected override void Position(StepContext step, int at, int originH, int rows, int originW, int columns, int to)
        {
            int nextRow = _nextRow;
            int nextColumn = _nextColumn;
            byte[] x = step.Inputs[0].Data;
            byte[] y = step.Outputs[0].Data;
            int lo = step.Param(8);
            int hi = step.Param(9);
            for (int end = to + step.Inputs[0].Dims[3]; to < end; to++, at++)
            {
                int max = lo;
                int begin = at;
                for (int row = 0; row < rows; row++)
                {
                    int cell = begin;
                    for (int column = 0; column < columns; column++)
                    {
                        int value = (sbyte)x[cell];
                        if (value > max)
                        {
                            max = value;
                        }

                        cell += nextColumn;
                    }

                    begin += nextRow;
                }

                y[to] = (byte)(max < hi ? max : hi);
            }
        }
    }
}
