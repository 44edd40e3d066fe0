namespace TinyNano.Inference
{
    /// <summary>
    /// TRANSPOSE_CONV_2D: each output gathers from the inputs that reach it. Along one axis these are inputs first .. end-1; the first does
    /// through tap at - first * stride, each next one through the tap a stride before.
    /// </summary>
    internal sealed class TransposeConv2D : Operator
    {
        private readonly OutputStage _stage = new OutputStage();
        private readonly int[] _sums = new int[4];

        internal override int ParamBytes
        {
            get { return 36; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!WeightsDoor.ImagesFit(step) || !WeightsDoor.GroupsFit(step, step.Param(4))
                || !AxisFits(step.Outputs[0].Dims[1], step.Param(0), step.Param(2))
                || !AxisFits(step.Outputs[0].Dims[2], step.Param(1), step.Param(3)))
            {
                return InferenceStatus.Format;
            }

            Tensor w = step.Inputs[1];
            int status = WeightsDoor.Check(step, w.Dims[0], step.Param(5), 0, step.Param(6), step.Param(7), step.Param(8));
            if (status == InferenceStatus.Ok)
            {
                _stage.Reserve(w.Dims[0]);
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
            int padTop = step.Param(2);
            int padLeft = step.Param(3);
            int groups = step.Param(4);
            _stage.Load(step, w.Dims[0], step.Param(6), step.Param(7), step.Param(8));
            int to = y.Offset;
            for (int n = 0; n < y.Dims[0]; n++)
            {
                int sample = x.Offset + n * x.Dims[1] * x.Dims[2] * x.Dims[3];
                for (int h = 0; h < y.Dims[1]; h++)
                {
                    for (int v = 0; v < y.Dims[2]; v++)
                    {
                        for (int group = 0; group < groups; group++)
                        {
                            Position(step, sample, h + padTop, strideH, v + padLeft, strideW, group, to);
                            to += y.Dims[3] / groups;
                        }
                    }
                }
            }
        }

        // The channels of one group at one output position; its coordinates count from the begin of the padding.
        private void Position(StepContext step, int sample, int atH, int strideH, int atW, int strideW, int group, int to)
        {
            Tensor x = step.Inputs[0];
            Tensor w = step.Inputs[1];
            byte[] y = step.Outputs[0].Data;
            int xZero = step.Param(5);
            int taps = w.Dims[2];
            int depth = w.Dims[3];
            int filter = w.Dims[1] * taps * depth;
            int firstH = First(atH, strideH, w.Dims[1]);
            int endH = End(atH, strideH, x.Dims[1]);
            int firstW = First(atW, strideW, taps);
            int endW = End(atW, strideW, x.Dims[2]);
            int outputs = w.Dims[0] / step.Param(4);
            int[] sums = _sums;
            for (int o = 0; o < outputs; o += 4)
            {
                int rows = outputs - o < 4 ? outputs - o : 4;
                int channel = group * outputs + o;
                int weights = w.Offset + channel * filter;
                sums[0] = 0;
                sums[1] = 0;
                sums[2] = 0;
                sums[3] = 0;
                for (int h = firstH; h < endH; h++)
                {
                    for (int v = firstW; v < endW; v++)
                    {
                        int cell = sample + (h * x.Dims[2] + v) * x.Dims[3] + group * depth;
                        int tap = weights + ((atH - h * strideH) * taps + atW - v * strideW) * depth;
                        SingleDot.Add(sums, x.Data, cell, xZero, depth, w.Data, tap, filter, rows);
                    }
                }

                for (int i = 0; i < rows; i++)
                {
                    _stage.Write(sums[i], channel + i, y, to + o + i, -1);
                }
            }
        }

        private static int First(int at, int stride, int taps)
        {
            return at < taps ? 0 : (at - taps) / stride + 1;
        }

        private static int End(int at, int stride, int size)
        {
            int last = at / stride;
            return last < size ? last + 1 : size;
        }

        // No coordinate overflows.
        private static bool AxisFits(int positions, int stride, int pad)
        {
            return stride >= 1 && pad >= 0 && (long)positions + pad <= int.MaxValue;
        }
    }
}
