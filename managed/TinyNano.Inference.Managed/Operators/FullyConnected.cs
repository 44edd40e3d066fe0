namespace TinyNano.Inference
{
    /// <summary>
    /// FULLY_CONNECTED: y[n,o] = clamp(y_zero + requantize(bias[o] + sum over k of (x[n,k] - x_zero) * (w[o,k] - w_zero), mult[o], shift[o])).
    /// </summary>
    internal sealed class FullyConnected : Operator
    {
        private readonly OutputStage _stage = new OutputStage();
        private readonly int[] _sums = new int[4];
        private long[] _pair = new long[0];

        internal override int ParamBytes
        {
            get { return 20; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!WeightsDoor.Arity(step))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            Tensor w = step.Inputs[1];
            if (w.Rank != 2 || x.Count % w.Dims[1] != 0)
            {
                return InferenceStatus.Format;
            }

            int outputs = w.Dims[0];
            if (!Door.NeedOut(step, 0, x.ElementType, -1) || step.Outputs[0].Count != Door.MulDims(x.Count / w.Dims[1], outputs))
            {
                return InferenceStatus.Format;
            }

            int status = WeightsDoor.Check(step, outputs, step.Param(0), step.Param(1), step.Param(2), step.Param(3), step.Param(4));
            if (status == InferenceStatus.Ok)
            {
                _stage.Reserve(outputs);
                if (IsPaired(x, w) && _pair.Length < w.Dims[1])
                {
                    _pair = new long[w.Dims[1]];
                }
            }

            return status;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor w = step.Inputs[1];
            Tensor y = step.Outputs[0];
            int depth = w.Dims[1];
            int outputs = w.Dims[0];
            int rows = x.Count / depth;
            _stage.Load(step, outputs, step.Param(2), step.Param(3), step.Param(4));
            bool paired = IsPaired(x, w);
            for (int n = 0; n < rows; n += 2)
            {
                int from = x.Offset + n * depth;
                int to = y.Offset + n * outputs;
                if (paired && n + 1 < rows)
                {
                    EvalPair(step, from, to, depth, outputs);
                    continue;
                }

                EvalRow(step, from, to, depth, outputs);
                if (n + 1 < rows)
                {
                    EvalRow(step, from + depth, to + outputs, depth, outputs);
                }
            }
        }

        private static bool IsPaired(Tensor x, Tensor w)
        {
            return x.Count > w.Dims[1] && w.Dims[1] <= PairedDot.Longest;
        }

        private void EvalPair(StepContext step, int from, int to, int depth, int outputs)
        {
            Tensor x = step.Inputs[0];
            Tensor w = step.Inputs[1];
            int xZero = step.Param(0);
            int wZero = step.Param(1);
            long[] pair = _pair;
            PairedDot.Fill(pair, 0, x.Data, from, 1, depth, xZero, false);
            PairedDot.Fill(pair, 0, x.Data, from + depth, 1, depth, xZero, true);
            long sum = 0;
            for (int k = 0; k < depth && wZero != 0; k++)
            {
                sum += pair[k];
            }

            PairedDot.Run(pair, depth, w.Data, w.Offset, depth, 1, sum * wZero, outputs, _stage, 0, step.Outputs[0].Data, to, to + outputs);
        }

        private void EvalRow(StepContext step, int from, int to, int depth, int outputs)
        {
            byte[] x = step.Inputs[0].Data;
            Tensor w = step.Inputs[1];
            byte[] y = step.Outputs[0].Data;
            int xZero = step.Param(0);
            int wZero = step.Param(1);
            int less = 0;
            for (int k = 0; k < depth && wZero != 0; k++)
            {
                less += (sbyte)x[from + k] - xZero;
            }

            less *= wZero;
            int[] sums = _sums;
            for (int o = 0; o < outputs; o += 4)
            {
                int rows = outputs - o < 4 ? outputs - o : 4;
                sums[0] = -less;
                sums[1] = -less;
                sums[2] = -less;
                sums[3] = -less;
                SingleDot.Add(sums, x, from, xZero, depth, w.Data, w.Offset + o * depth, depth, rows);
                for (int i = 0; i < rows; i++)
                {
                    _stage.Write(sums[i], o + i, y, to + o + i, -1);
                }
            }
        }
    }
}
