namespace TinyNano.Inference
{
    /// <summary>
    /// AVERAGE_POOL_2D: the sum of the cells inside x divided by their number, rounded half away from zero. With count_pad the cells of the
    /// padding count too, with the value <c>zero</c>.
    /// </summary>
    internal sealed class AveragePool2D : Operator
    {
        internal override int ParamBytes
        {
            get { return 48; }
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
            if (x.Rank != 4 || x.Dims[0] != y.Dims[0] || x.Dims[3] != y.Dims[3] || Door.MulDims(step.Param(0), step.Param(1)) < 1
                || !AxisFits(x.Dims[1], y.Dims[1], step.Param(0), step.Param(2), step.Param(4), step.Param(6))
                || !AxisFits(x.Dims[2], y.Dims[2], step.Param(1), step.Param(3), step.Param(5), step.Param(7)))
            {
                return InferenceStatus.Format;
            }

            int status = Door.OnlyInt8(x.ElementType);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            return Door.ClampFits(x.ElementType, step.Param(10), step.Param(11)) && Door.ZeroFits(x.ElementType, step.Param(9))
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            int filterH = step.Param(0);
            int filterW = step.Param(1);
            int inH = x.Dims[1];
            int inW = x.Dims[2];
            int channels = x.Dims[3];
            bool countPad = step.Param(8) != 0;
            int to = y.Offset;
            for (int n = 0; n < y.Dims[0]; n++)
            {
                int sample = x.Offset + n * inH * inW * channels;
                for (int h = 0; h < y.Dims[1]; h++)
                {
                    int originH = h * step.Param(2) - step.Param(4);
                    int firstRow = Window.First(originH, 1);
                    int rows = Window.Count(originH, 1, filterH, inH, firstRow);
                    for (int v = 0; v < y.Dims[2]; v++)
                    {
                        int originW = v * step.Param(3) - step.Param(5);
                        int firstColumn = Window.First(originW, 1);
                        int columns = Window.Count(originW, 1, filterW, inW, firstColumn);
                        int cells = rows * columns;
                        if (countPad)
                        {
                            cells = Padded(originH, filterH, inH, step.Param(6)) * Padded(originW, filterW, inW, step.Param(7));
                        }

                        int at = sample + ((originH + firstRow) * inW + originW + firstColumn) * channels;
                        Position(step, at, rows, columns, cells, to);
                        to += channels;
                    }
                }
            }
        }

        // All channels of one output position.
        private static void Position(StepContext step, int at, int rows, int columns, int cells, int to)
        {
            byte[] x = step.Inputs[0].Data;
            byte[] y = step.Outputs[0].Data;
            int channels = step.Inputs[0].Dims[3];
            int nextRow = (step.Inputs[0].Dims[2] - columns) * channels;
            int begin = step.Param(9) * (cells - rows * columns);
            int lo = step.Param(10);
            int hi = step.Param(11);
            int half = cells / 2;
            for (int end = to + channels; to < end; to++, at++)
            {
                int sum = begin;
                int cell = at;
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < columns; column++)
                    {
                        sum += (sbyte)x[cell];
                        cell += channels;
                    }

                    cell += nextRow;
                }

                int average = (sum > 0 ? sum + half : sum - half) / cells;
                y[to] = (byte)(average < lo ? lo : average > hi ? hi : average);
            }
        }

        // How many taps lie inside the padded input.
        private static int Padded(int origin, int taps, int size, int padAfter)
        {
            return FixedPoint.Clamp(size + padAfter - origin, 0, taps);
        }

        // The first and the last window meet the input, hence all do.
        private static bool AxisFits(int size, int positions, int taps, int stride, int before, int after)
        {
            return Window.Fits(size, positions, taps, stride, 1, before) && after >= 0 && (long)size + before + after <= int.MaxValue
                && before < taps && (positions - 1) * stride - before < size;
        }
    }
}
