using System;

namespace TinyNano.Inference
{
    /// <summary>CONCATENATION of any type: y = x0, x1, ... one after another along an axis.</summary>
    internal sealed class Concatenation : Operator
    {
        private const int Axis = 0;

        internal override int ParamBytes
        {
            get { return 4; }
        }

        internal override int Prepare(StepContext step)
        {
            if (step.InputCount < 1 || step.OutputCount != 1)
            {
                return InferenceStatus.Format;
            }

            Tensor y = step.Outputs[0];
            int axis = step.Param(Axis);
            if (axis < 0 || axis >= y.Rank)
            {
                return InferenceStatus.Format;
            }

            long length = 0;
            for (int i = 0; i < step.InputCount; i++)
            {
                if (!Door.NeedIn(step, i, y.ElementType, y.Rank))
                {
                    return InferenceStatus.Format;
                }

                Tensor x = step.Inputs[i];
                for (int k = 0; k < y.Rank; k++)
                {
                    if (k != axis && x.Dims[k] != y.Dims[k])
                    {
                        return InferenceStatus.Format;
                    }
                }

                length += x.Dims[axis];
            }

            return length == y.Dims[axis] ? InferenceStatus.Ok : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor y = step.Outputs[0];
            int axis = step.Param(Axis);
            int rows = 1;
            for (int k = 0; k < axis; k++)
            {
                rows *= y.Dims[k];
            }

            int size = y.ElementBytes;
            int pitch = y.Count / rows * size;
            int to = y.Offset;
            for (int i = 0; i < step.InputCount; i++)
            {
                Tensor x = step.Inputs[i];
                int run = x.Count / rows * size;
                int from = x.Offset;
                int at = to;
                for (int n = 0; n < rows; n++)
                {
                    Array.Copy(x.Data, from, y.Data, at, run);
                    from += run;
                    at += pitch;
                }

                to += run;
            }
        }
    }
}
