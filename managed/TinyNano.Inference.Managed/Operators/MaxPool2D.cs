namespace TinyNano.Inference
{
    /// <summary>MAX_POOL_2D: the largest cell inside x, clamped to lo .. hi; lo where the window has none.</summary>
    internal sealed class MaxPool2D : Operator
    {
        internal override int ParamBytes
        {
            get { return 40; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 1, 1) || !step.Has(0))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            if (!Door.NeedOut(step, 0, x.ElementType, 4))
            {
                return InferenceStatus.Format;
            }

            Tensor y = step.Outputs[0];
            if (x.Rank != 4 || x.Dims[0] != y.Dims[0] || x.Dims[3] != y.Dims[3]
                || !Window.Fits(x.Dims[1], y.Dims[1], step.Param(0), step.Param(2), step.Param(4), step.Param(6))
                || !Window.Fits(x.Dims[2], y.Dims[2], step.Param(1), step.Param(3), step.Param(5), step.Param(7)))
            {
                return InferenceStatus.Format;
            }

            int status = Door.OnlyInt8(x.ElementType);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            return Door.ClampFits(x.ElementType, step.Param(8), step.Param(9)) ? InferenceStatus.Ok : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int inW = x.Dims[2];
            int channels = x.Dims[3];
            int dilationH = step.Param(4);
            int dilationW = step.Param(5);
            int to = y.Offset;
            for (int n = 0; n < y.Dims[0]; n++)
            {
                int sample = x.Offset + n * x.Dims[1] * inW * channels;
                for (int h = 0; h < y.Dims[1]; h++)
                {
                    int originH = h * step.Param(2) - step.Param(6);
                    int firstRow = Window.First(originH, dilationH);
                    int rows = Window.Count(originH, dilationH, step.Param(0), x.Dims[1], firstRow);
                    for (int v = 0; v < y.Dims[2]; v++)
                    {
                        int originW = v * step.Param(3) - step.Param(7);
                        int firstColumn = Window.First(originW, dilationW);
                        int columns = Window.Count(originW, dilationW, step.Param(1), inW, firstColumn);
                        int at = sample + ((originH + firstRow * dilationH) * inW + originW + firstColumn * dilationW) * channels;
                        Position(step, at, rows, columns, dilationH * inW * channels, dilationW * channels, to);
                        to += channels;
                    }
                }
            }
        }

        // All channels of one output position.
        private static void Position(StepContext step, int at, int rows, int columns, int nextRow, int nextColumn, int to)
        {
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
