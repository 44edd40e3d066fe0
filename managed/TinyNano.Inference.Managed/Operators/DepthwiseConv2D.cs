namespace TinyNano.Inference
{
    /// <summary>DEPTHWISE_CONV_2D: output channel o is a window of input channel o / multiplier. Rows of three taps go without a loop.</summary>
    internal sealed class DepthwiseConv2D : Operator
    {
        private readonly OutputStage _stage = new OutputStage();

        internal override int ParamBytes
        {
            get { return 44; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 5, 1) || !step.Has(0) || !step.Has(1))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            Tensor w = step.Inputs[1];
            Tensor y = step.Outputs[0];
            int multiplier = step.Param(6);
            if (x.Rank != 4 || w.Rank != 4 || y.Rank != 4 || x.Dims[0] != y.Dims[0] || w.Dims[0] != 1 || w.Dims[3] != y.Dims[3]
                || multiplier < 1 || Door.MulDims(x.Dims[3], multiplier) != w.Dims[3]
                || !Window.Fits(x.Dims[1], y.Dims[1], w.Dims[1], step.Param(0), step.Param(2), step.Param(4))
                || !Window.Fits(x.Dims[2], y.Dims[2], w.Dims[2], step.Param(1), step.Param(3), step.Param(5)))
            {
                return InferenceStatus.Format;
            }

            int status = WeightsDoor.Check(step, w.Dims[3], step.Param(7), 0, step.Param(8), step.Param(9), step.Param(10));
            if (status == InferenceStatus.Ok)
            {
                _stage.Reserve(w.Dims[3]);
            }

            return status;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor w = step.Inputs[1];
            Tensor y = step.Outputs[0];
            int strideH = step.Param(0);
            int strideW = step.Param(1);
            int dilationH = step.Param(2);
            int dilationW = step.Param(3);
            int padTop = step.Param(4);
            int padLeft = step.Param(5);
            _stage.Load(step, w.Dims[3], step.Param(8), step.Param(9), step.Param(10));
            int inH = x.Dims[1];
            int inW = x.Dims[2];
            int channels = x.Dims[3];
            int outputs = w.Dims[3];
            int to = y.Offset;
            for (int n = 0; n < y.Dims[0]; n++)
            {
                int sample = x.Offset + n * inH * inW * channels;
                for (int h = 0; h < y.Dims[1]; h++)
                {
                    int originH = h * strideH - padTop;
                    int firstRow = Window.First(originH, dilationH);
                    int rows = Window.Count(originH, dilationH, w.Dims[1], inH, firstRow);
                    for (int v = 0; v < y.Dims[2]; v++)
                    {
                        int originW = v * strideW - padLeft;
                        int firstColumn = Window.First(originW, dilationW);
                        int columns = Window.Count(originW, dilationW, w.Dims[2], inW, firstColumn);
                        int at = sample + ((originH + firstRow * dilationH) * inW + originW + firstColumn * dilationW) * channels;
                        int tap = w.Offset + (firstRow * w.Dims[2] + firstColumn) * outputs;
                        Position(step, at, dilationH * inW * channels, dilationW * channels, tap, rows, columns, to);
                        to += outputs;
                    }
                }
            }
        }

        // All channels of one output position, whose taps inside the input are `rows` times `columns`.
        private void Position(StepContext step, int at, int xRow, int xColumn, int tap, int rows, int columns, int to)
        {
            byte[] x = step.Inputs[0].Data;
            byte[] w = step.Inputs[1].Data;
            byte[] y = step.Outputs[0].Data;
            int outputs = step.Inputs[1].Dims[3];
            int wRow = step.Inputs[1].Dims[2] * outputs;
            int multiplier = step.Param(6);
            int xZero = step.Param(7);
            int[] bias = _stage.Bias;
            int[] mults = _stage.Mult;
            int[] rights = _stage.Right;
            int yZero = _stage.YZero;
            int lo = _stage.Lo;
            int hi = _stage.Hi;
            int xTwo = xColumn + xColumn;
            int wTwo = outputs + outputs;
            int repeated = 0;
            for (int o = 0; o < outputs; o++)
            {
                int acc = bias[o];
                int i = at;
                int k = tap + o;
                for (int row = 0; row < rows; row++)
                {
                    if (columns == 3)
                    {
                        acc += ((sbyte)x[i] - xZero) * (sbyte)w[k] + ((sbyte)x[i + xColumn] - xZero) * (sbyte)w[k + outputs]
                            + ((sbyte)x[i + xTwo] - xZero) * (sbyte)w[k + wTwo];
                    }
                    else
                    {
                        int cell = i;
                        int weight = k;
                        for (int column = 0; column < columns; column++)
                        {
                            acc += ((sbyte)x[cell] - xZero) * (sbyte)w[weight];
                            cell += xColumn;
                            weight += outputs;
                        }
                    }

                    i += xRow;
                    k += wRow;
                }

                // OutputStage.Write in place: a call would cost as much as the taps.
                int right = rights[o];
                if (right < 0)
                {
                    acc <<= -right;
                }

                acc = (int)(((long)acc * mults[o] + (1L << 30)) >> 31);
                if (right > 0)
                {
                    acc = (int)(((long)acc + (1 << (right - 1)) + (acc >> 31)) >> right);
                }

                acc += yZero;
                y[to + o] = (byte)(acc < lo ? lo : acc > hi ? hi : acc);
                if (++repeated == multiplier)
                {
                    repeated = 0;
                    at++;
                }
            }
        }
    }
}
