using System;

namespace TinyNano.Inference
{
    /// <summary>GATHER of any type: y[o, i, k] = x[o, index[i], k], with x as [outer, n, inner] around an axis.</summary>
    internal sealed class Gather : Operator
    {
        private const int Axis = 0;

        internal override int ParamBytes
        {
            get { return 4; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 2, 1) || !step.Has(0) || !Door.NeedIn(step, 1, ElementType.Int32, -1))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            Tensor index = step.Inputs[1];
            int axis = step.Param(Axis);
            if (!Door.NeedConstant(step, 1, ElementType.Int32, index.Count) || axis < 0 || axis >= x.Rank)
            {
                return InferenceStatus.Format;
            }

            int length = x.Dims[axis];
            for (int i = 0; i < index.Count; i++)
            {
                int cell = index.GetInt32(i);
                if (cell < 0 || cell >= length)
                {
                    return InferenceStatus.Format;
                }
            }

            return Door.NeedOut(step, 0, x.ElementType, -1) && step.Outputs[0].Count == Door.MulDims(x.Count / length, index.Count)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor index = step.Inputs[1];
            Tensor y = step.Outputs[0];
            int axis = step.Param(Axis);
            int run = x.ElementBytes;
            for (int k = axis + 1; k < x.Rank; k++)
            {
                run *= x.Dims[k];
            }

            int block = run * x.Dims[axis];
            int from = x.Offset;
            int to = y.Offset;
            for (int end = to + y.Count * x.ElementBytes; to < end; from += block)
            {
                for (int i = 0; i < index.Count; i++)
                {
                    int at = from + index.GetInt32(i) * run;
                    if (run == 1)
                    {
                        y.Data[to] = x.Data[at];
                    }
                    else
                    {
                        Array.Copy(x.Data, at, y.Data, to, run);
                    }

                    to += run;
                }
            }
        }
    }
}
