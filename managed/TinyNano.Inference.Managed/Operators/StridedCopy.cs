using System;

namespace TinyNano.Inference
{
    /// <summary>
    /// STRIDED_COPY of any type: y[i0, i1, ...] = x[offset + sum of i_k * stride_k], with x as a flat list of elements. Slices, splits,
    /// transposes, broadcasts, reversals and space/depth moves are all this.
    /// </summary>
    internal sealed class StridedCopy : Operator
    {
        private const int Start = 0;
        private const int Strides = 1;

        private readonly AxisWalk _walk = new AxisWalk();

        internal override int ParamBytes
        {
            get { return 28; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 1, 1) || !step.Has(0) || !Door.NeedOut(step, 0, step.Inputs[0].ElementType, -1))
            {
                return InferenceStatus.Format;
            }

            Tensor y = step.Outputs[0];
            long lowest = step.Param(Start);
            long highest = lowest;
            for (int k = 0; k < y.Rank; k++)
            {
                long span = (long)(y.Dims[k] - 1) * step.Param(Strides + k);
                if (span < 0)
                {
                    lowest += span;
                }
                else
                {
                    highest += span;
                }

                // Checked each time: six spans of 2^62 would not fit.
                if (lowest < int.MinValue || highest > int.MaxValue)
                {
                    return InferenceStatus.Format;
                }
            }

            return lowest >= 0 && highest < step.Inputs[0].Count ? InferenceStatus.Ok : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            AxisWalk walk = _walk;
            walk.Clear();
            for (int k = y.Rank - 1; k >= 0; k--)
            {
                walk.Add(y.Dims[k], step.Param(Strides + k));
            }

            byte[] from = x.Data;
            byte[] to = y.Data;
            int size = x.ElementBytes;
            int run = walk.Run;
            int stride = walk.Stride;
            int at = x.Offset + step.Param(Start) * size;
            int toAt = y.Offset;
            int end = toAt + y.Count * size;
            for (;;)
            {
                if (stride == 1)
                {
                    Array.Copy(from, at, to, toAt, run * size);
                }
                else if (stride == 0)
                {
                    Array.Copy(from, at, to, toAt, size);
                    Bytes.Repeat(to, toAt, size, run * size);
                }
                else if (size == 1)
                {
                    int cell = at;
                    for (int i = 0; i < run; i++)
                    {
                        to[toAt + i] = from[cell];
                        cell += stride;
                    }
                }
                else
                {
                    for (int i = 0; i < run; i++)
                    {
                        Array.Copy(from, at + i * stride * size, to, toAt + i * size, size);
                    }
                }

                toAt += run * size;
                if (toAt >= end)
                {
                    return;
                }

                at += walk.NextRun() * size;
            }
        }
    }
}
