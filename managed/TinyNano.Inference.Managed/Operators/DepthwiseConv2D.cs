namespace TinyNano.Inference
{
    /// <summary>
    /// DEPTHWISE_CONV_2D: output channel o is a window of input channel o / multiplier. Windows of 3 by 3 taps that lie inside the input go
    /// without loops; for them the zero point of x is part of the bias.
    /// </summary>
    internal sealed class DepthwiseConv2D : Operator
    {
        private readonly OutputStage _stage = new OutputStage();

        // bias[o] - x_zero * the sum of filter o.
        private int[] _wholeBias = new int[0];

        internal override int ParamBytes
        {
            get { return 44; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!WeightsDoor.ImagesFit(step))
            {
                return InferenceStatus.Format;
            }

            Tensor w = step.Inputs[1];
            int multiplier = step.Param(6);
            if (w.Dims[0] != 1 || w.Dims[3] != step.Outputs[0].Dims[3]
                || multiplier < 1 || Door.MulDims(step.Inputs[0].Dims[3], multiplier) != w.Dims[3] || !Window.Fits(step, w.Dims[1], w.Dims[2], 0))
            {
                return InferenceStatus.Format;
            }

            int status = WeightsDoor.Check(step, w.Dims[3], step.Param(7), 0, step.Param(8), step.Param(9), step.Param(10));
            if (status == InferenceStatus.Ok)
            {
                _stage.Reserve(w.Dims[3]);
                if (_wholeBias.Length < w.Dims[3])
                {
                    _wholeBias = new int[w.Dims[3]];
                }
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
            bool isNine = w.Dims[1] == 3 && w.Dims[2] == 3;
            if (isNine)
            {
                FoldZero(w, step.Param(7));
            }

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
                        if (isNine && rows == 3 && columns == 3)
                        {
                            Nine(step, at, dilationH * inW * channels, dilationW * channels, tap, to);
                        }
                        else
                        {
                            Position(step, at, dilationH * inW * channels, dilationW * channels, tap, rows, columns, to);
                        }

                        to += outputs;
                    }
                }
            }
        }

        private void FoldZero(Tensor w, int xZero)
        {
            int outputs = w.Dims[3];
            for (int o = 0; o < outputs; o++)
            {
                int sum = 0;
                for (int k = w.Offset + o; k < w.Offset + w.Count; k += outputs)
                {
                    sum += (sbyte)w.Data[k];
                }

                _wholeBias[o] = _stage.Bias[o] - xZero * sum;
            }
        }

        // All channels of one output position whose window of 3 by 3 lies inside the input.
        private void Nine(StepContext step, int i, int xRow, int x1, int k, int to)
        {
            byte[] x = step.Inputs[0].Data;
            byte[] w = step.Inputs[1].Data;
            byte[] y = step.Outputs[0].Data;
            int w1 = step.Inputs[1].Dims[3];
            int multiplier = step.Param(6);
            int[] bias = _wholeBias;
            int[] mults = _stage.Mult;
            int[] rights = _stage.Right;
            int yZero = _stage.YZero;
            int lo = _stage.Lo;
            int hi = _stage.Hi;
            int x2 = x1 + x1;
            int x3 = xRow;
            int x4 = x3 + x1;
            int x5 = x3 + x2;
            int x6 = xRow + xRow;
            int x7 = x6 + x1;
            int x8 = x6 + x2;
            int w2 = w1 + w1;
            int w3 = w2 + w1;
            int w4 = w3 + w1;
            int w5 = w4 + w1;
            int w6 = w5 + w1;
            int w7 = w6 + w1;
            int w8 = w7 + w1;
            int repeated = 0;
            for (int o = 0; o < w1; o++, k++)
            {
                int acc = bias[o] + (sbyte)x[i] * (sbyte)w[k] + (sbyte)x[i + x1] * (sbyte)w[k + w1] + (sbyte)x[i + x2] * (sbyte)w[k + w2]
                    + (sbyte)x[i + x3] * (sbyte)w[k + w3] + (sbyte)x[i + x4] * (sbyte)w[k + w4] + (sbyte)x[i + x5] * (sbyte)w[k + w5]
                    + (sbyte)x[i + x6] * (sbyte)w[k + w6] + (sbyte)x[i + x7] * (sbyte)w[k + w7] + (sbyte)x[i + x8] * (sbyte)w[k + w8];

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
                    i++;
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
            int repeated = 0;
            for (int o = 0; o < outputs; o++)
            {
                int acc = bias[o];
                int i = at;
                int k = tap + o;
                for (int left = rows; left > 0; left--)
                {
                    int cell = i;
                    int weight = k;
                    for (int last = weight + columns * outputs; weight != last; weight += outputs)
                    {
                        acc += ((sbyte)x[cell] - xZero) * (sbyte)w[weight];
                        cell += xColumn;
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
