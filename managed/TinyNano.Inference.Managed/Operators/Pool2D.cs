namespace TinyNano.Inference
{
    /// <summary>
    /// What AVERAGE_POOL_2D and MAX_POOL_2D of int8 share: the shapes, and the walk over the windows. Parameters 0 .. 3 are filter_h, filter_w,
    /// stride_h, stride_w.
    /// </summary>
    internal abstract class Pool2D : Operator
    {
        internal sealed override int Prepare(StepContext step)
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
            if (x.Rank != 4 || x.Dims[0] != y.Dims[0] || x.Dims[3] != y.Dims[3] || !WindowsFit(step))
            {
                return InferenceStatus.Format;
            }

            int status = Door.OnlyInt8(x.ElementType);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            return RangeFits(step) ? InferenceStatus.Ok : InferenceStatus.Format;
        }

        /// <summary>The door check of the windows' parameters.</summary>
        protected abstract bool WindowsFit(StepContext step);

        /// <summary>The door check of the other parameters.</summary>
        protected abstract bool RangeFits(StepContext step);

        /// <summary>
        /// All channels of one output position, from <paramref name="to"/> on. Its taps inside x are so many rows and columns, the first of
        /// them at <paramref name="at"/>; the window begins at the origin, which may lie outside.
        /// </summary>
        protected abstract void Position(StepContext step, int at, int originH, int rows, int originW, int columns, int to);

        protected void Walk(StepContext step, int dilationH, int dilationW, int padTop, int padLeft)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int filterH = step.Param(0);
            int filterW = step.Param(1);
            int strideH = step.Param(2);
            int strideW = step.Param(3);
            int inH = x.Dims[1];
            int inW = x.Dims[2];
            int channels = x.Dims[3];
            int to = y.Offset;
            for (int n = 0; n < y.Dims[0]; n++)
            {
                int sample = x.Offset + n * inH * inW * channels;
                for (int h = 0; h < y.Dims[1]; h++)
                {
                    int originH = h * strideH - padTop;
                    int firstRow = Window.First(originH, dilationH);
                    int rows = Window.Count(originH, dilationH, filterH, inH, firstRow);
                    for (int v = 0; v < y.Dims[2]; v++)
                    {
                        int originW = v * strideW - padLeft;
                        int firstColumn = Window.First(originW, dilationW);
                        int columns = Window.Count(originW, dilationW, filterW, inW, firstColumn);
                        int at = sample + ((originH + firstRow * dilationH) * inW + originW + firstColumn * dilationW) * channels;
                        Position(step, at, originH, rows, originW, columns, to);
                        to += channels;
                    }
                }
            }
        }
    }
}
