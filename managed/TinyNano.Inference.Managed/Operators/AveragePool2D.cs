namespace TinyNano.Inference
{
    /// <summary>
    /// AVERAGE_POOL_2D: the sum of the cells inside x divided by their number, rounded half away from zero. With count_pad the cells of the
    /// padding count too, with the value <c>zero</c>.
    /// </summary>
    internal sealed class AveragePool2D : Pool2D
    {
        internal override int ParamBytes
        {
            get { return 48; }
        }

        internal override void Eval(StepContext step)
        {
            Walk(step, 1, 1, step.Param(4), step.Param(5));
        }

        protected override bool WindowsFit(StepContext step)
        {
            int[] x = step.Inputs[0].Dims;
            int[] y = step.Outputs[0].Dims;
            return Door.MulDims(step.Param(0), step.Param(1)) >= 1
                && AxisFits(x[1], y[1], step.Param(0), step.Param(2), step.Param(4), step.Param(6))
                && AxisFits(x[2], y[2], step.Param(1), step.Param(3), step.Param(5), step.Param(7));
        }

        protected override bool RangeFits(StepContext step)
        {
            return Door.ClampFits(ElementType.Int8, step.Param(10), step.Param(11)) && Door.ZeroFits(ElementType.Int8, step.Param(9));
        }

        protected override void Position(StepContext step, int at, int originH, int rows, int originW, int columns, int to)
        {
            int[] dims = step.Inputs[0].Dims;
            int cells = rows * columns;
            if (step.Param(8) != 0)
            {
                cells = Padded(originH, step.Param(0), dims[1], step.Param(6)) * Padded(originW, step.Param(1), dims[2], step.Param(7));
            }

            byte[] x = step.Inputs[0].Data;
            byte[] y = step.Outputs[0].Data;
            int channels = dims[3];
            int nextRow = (dims[2] - columns) * channels;
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
