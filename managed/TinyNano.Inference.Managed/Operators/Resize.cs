using System;

namespace TinyNano.Inference
{
    /// <summary>
    /// RESIZE, nearest of any type and bilinear of int8. The compiler has worked out which cells and weights a way of resizing means; a
    /// weight is in 1/1024, and the sum of four weighted cells is divided by 2^20 and rounded half away from zero.
    /// </summary>
    internal sealed class Resize : Operator
    {
        private const int Kind = 0;

        private const int Bilinear = 1;
        private const int Unit = 1024;

        private const int Rows = 1;
        private const int Cols = 2;
        private const int RowWeights = 3;
        private const int ColWeights = 4;

        internal override int ParamBytes
        {
            get { return 4; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 5, 1) || !step.Has(0))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            int kind = step.Param(Kind);
            if (x.Rank != 4 || !Door.NeedOut(step, 0, x.ElementType, 4))
            {
                return InferenceStatus.Format;
            }

            Tensor y = step.Outputs[0];
            if (x.Dims[0] != y.Dims[0] || x.Dims[3] != y.Dims[3] || kind < 0 || kind > Bilinear)
            {
                return InferenceStatus.Format;
            }

            bool weighs = kind == Bilinear;
            if (weighs && x.ElementType != ElementType.Int8)
            {
                return InferenceStatus.Type;
            }

            return TableHolds(step, Rows, RowWeights, weighs, y.Dims[1], x.Dims[1]) && TableHolds(step, Cols, ColWeights, weighs, y.Dims[2], x.Dims[2])
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            bool weighs = step.Param(Kind) == Bilinear;
            int size = x.ElementBytes;
            int height = y.Dims[1];
            int pitch = x.Dims[2] * x.Dims[3] * size;
            int length = y.Dims[2] * y.Dims[3] * size;
            int to = y.Offset;
            int from = x.Offset;
            for (int n = 0; n < y.Dims[0]; n++)
            {
                for (int h = 0; h < height; h++)
                {
                    int row = step.Inputs[Rows].GetInt32(h);
                    int weight = weighs ? step.Inputs[RowWeights].GetInt32(h) : 0;
                    if (h > 0 && row == step.Inputs[Rows].GetInt32(h - 1) && (!weighs || weight == step.Inputs[RowWeights].GetInt32(h - 1)))
                    {
                        Array.Copy(y.Data, to - length, y.Data, to, length);
                    }
                    else if (weighs)
                    {
                        BlendRow(step, from + row * pitch, weight == 0 ? 0 : pitch, weight, to);
                    }
                    else
                    {
                        PickRow(step, from + row * pitch, to, y.Dims[3] * size);
                    }

                    to += length;
                }

                from += x.Dims[1] * pitch;
            }
        }

        private static void PickRow(StepContext step, int from, int to, int cell)
        {
            byte[] x = step.Inputs[0].Data;
            byte[] y = step.Outputs[0].Data;
            Tensor cols = step.Inputs[Cols];
            int width = step.Outputs[0].Dims[2];
            for (int w = 0; w < width; w++)
            {
                int at = from + cols.GetInt32(w) * cell;
                if (cell == 1)
                {
                    y[to] = x[at];
                }
                else
                {
                    Array.Copy(x, at, y, to, cell);
                }

                to += cell;
            }
        }

        // A row of y. `down` leads from a cell to the one below it, where that has a weight.
        private static void BlendRow(StepContext step, int from, int down, int weight, int to)
        {
            byte[] x = step.Inputs[0].Data;
            byte[] y = step.Outputs[0].Data;
            Tensor cols = step.Inputs[Cols];
            Tensor weights = step.Inputs[ColWeights];
            int channels = step.Outputs[0].Dims[3];
            int width = step.Outputs[0].Dims[2];
            for (int w = 0; w < width; w++)
            {
                int b = weights.GetInt32(w);
                int right = b == 0 ? 0 : channels;
                int here = (Unit - weight) * (Unit - b);
                int beside = (Unit - weight) * b;
                int below = weight * (Unit - b);
                int across = weight * b;
                int at = from + cols.GetInt32(w) * channels;
                for (int end = to + channels; to < end; to++)
                {
                    // At most 2^7 * 2^20.
                    int sum = (sbyte)x[at] * here + (sbyte)x[at + right] * beside + (sbyte)x[at + down] * below
                        + (sbyte)x[at + down + right] * across;
                    y[to] = (byte)((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
                    at++;
                }
            }
        }

        // Constant cells and, for a bilinear resize, constant weights along an axis of so many cells. A cell with a weight has a next one.
        private static bool TableHolds(StepContext step, int cells, int weights, bool weighs, int count, int length)
        {
            if (!Door.NeedConstant(step, cells, ElementType.Int32, count)
                || (weighs ? !Door.NeedConstant(step, weights, ElementType.Int32, count) : step.Has(weights)))
            {
                return false;
            }

            for (int i = 0; i < count; i++)
            {
                int weight = weighs ? step.Inputs[weights].GetInt32(i) : 0;
                int cell = step.Inputs[cells].GetInt32(i);
                if (weight < 0 || weight >= Unit || cell < 0 || cell >= length - (weight > 0 ? 1 : 0))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
