using System;

namespace TinyNano.Inference
{
    /// <summary>
    /// CONV_2D: the window of an output position is copied into one run of numbers, padding as zeros, two positions at a time; then each
    /// output channel is a dot product of it with one row of weights.
    /// </summary>
    internal sealed class Conv2D : Operator
    {
        private readonly OutputStage _stage = new OutputStage();
        private long[] _window = new long[0];

        // What Eval has in common for all windows.
        private Tensor _x;
        private Tensor _w;
        private int _strideH;
        private int _strideW;
        private int _dilationH;
        private int _dilationW;
        private int _padTop;
        private int _padLeft;
        private int _xZero;
        private int _outW;

        internal override int ParamBytes
        {
            get { return 44; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!WeightsDoor.ImagesFit(step) || !WeightsDoor.GroupsFit(step, step.Param(6))
                || !Window.Fits(step, step.Inputs[1].Dims[1], step.Inputs[1].Dims[2], 0))
            {
                return InferenceStatus.Format;
            }

            Tensor w = step.Inputs[1];
            int status = WeightsDoor.Check(step, w.Dims[0], step.Param(7), 0, step.Param(8), step.Param(9), step.Param(10));
            if (status == InferenceStatus.Ok)
            {
                _stage.Reserve(w.Dims[0]);
                int length = w.Count / w.Dims[0];
                if (length <= PairedDot.Longest && _window.Length < length)
                {
                    _window = new long[length];
                }
            }

            return status;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor w = step.Inputs[1];
            Tensor y = step.Outputs[0];
            _x = x;
            _w = w;
            _strideH = step.Param(0);
            _strideW = step.Param(1);
            _dilationH = step.Param(2);
            _dilationW = step.Param(3);
            _padTop = step.Param(4);
            _padLeft = step.Param(5);
            _xZero = step.Param(7);
            _outW = y.Dims[2];
            _stage.Load(step, w.Dims[0], step.Param(8), step.Param(9), step.Param(10));

            int groups = step.Param(6);
            int length = w.Count / w.Dims[0];
            int positions = y.Dims[1] * y.Dims[2];
            int sample = x.Dims[1] * x.Dims[2] * x.Dims[3];
            for (int n = 0; n < y.Dims[0]; n++)
            {
                for (int group = 0; group < groups; group++)
                {
                    int from = x.Offset + n * sample + group * w.Dims[3];
                    int to = y.Offset + n * positions * y.Dims[3];
                    if (length > PairedDot.Longest)
                    {
                        LongFilters(from, to, positions, group, groups, y);
                    }
                    else
                    {
                        Pairs(from, to, positions, length, group, groups, y);
                    }
                }
            }
        }

        // All output positions of one sample and group.
        private void Pairs(int from, int to, int positions, int length, int group, int groups, Tensor y)
        {
            int channels = y.Dims[3];
            int outputs = channels / groups;
            int channel = group * outputs;
            int weights = _w.Offset + channel * length;
            long[] window = _window;
            for (int position = 0; position < positions; position += 2)
            {
                int first = to + position * channels + channel;
                int second = -1;
                Copy(from, position, false);
                if (position + 1 < positions)
                {
                    second = first + channels;
                    Copy(from, position + 1, true);
                }

                PairedDot.Run(window, length, _w.Data, weights, length, 1, 0, outputs, _stage, channel, y.Data, first, second);
            }
        }

        // Copies the window of a position. Without dilation the taps of a row inside the input are one run, where there is one group.
        private void Copy(int from, int position, bool upper)
        {
            int[] xDims = _x.Dims;
            int[] wDims = _w.Dims;
            byte[] x = _x.Data;
            long[] window = _window;
            int depth = wDims[3];
            int channels = xDims[3];
            int originH = position / _outW * _strideH - _padTop;
            int originW = position % _outW * _strideW - _padLeft;
            int firstRow = Window.First(originH, _dilationH);
            int rows = Window.Count(originH, _dilationH, wDims[1], xDims[1], firstRow);
            int firstColumn = Window.First(originW, _dilationW);
            int columns = Window.Count(originW, _dilationW, wDims[2], xDims[2], firstColumn);
            if (!upper && (rows < wDims[1] || columns < wDims[2]))
            {
                Array.Clear(window, 0, wDims[1] * wDims[2] * depth);
            }

            if (columns == 0)
            {
                return;
            }

            bool whole = _dilationW == 1 && depth == channels;
            int runs = whole ? 1 : columns;
            int run = whole ? columns * depth : depth;
            for (int row = firstRow; row < firstRow + rows; row++)
            {
                int at = from + ((originH + row * _dilationH) * xDims[2] + originW + firstColumn * _dilationW) * channels;
                int cell = (row * wDims[2] + firstColumn) * depth;
                for (int i = 0; i < runs; i++)
                {
                    PairedDot.Fill(window, cell + i * depth, x, at + i * _dilationW * channels, 1, run, _xZero, upper);
                }
            }
        }

        // Filters that are too long to copy windows for: tap by tap, one output after the other.
        private void LongFilters(int from, int to, int positions, int group, int groups, Tensor y)
        {
            int[] xDims = _x.Dims;
            int[] wDims = _w.Dims;
            byte[] x = _x.Data;
            byte[] w = _w.Data;
            int depth = wDims[3];
            int channels = y.Dims[3];
            int outputs = channels / groups;
            for (int position = 0; position < positions; position++)
            {
                int originH = position / _outW * _strideH - _padTop;
                int originW = position % _outW * _strideW - _padLeft;
                int firstRow = Window.First(originH, _dilationH);
                int rows = Window.Count(originH, _dilationH, wDims[1], xDims[1], firstRow);
                int firstColumn = Window.First(originW, _dilationW);
                int columns = Window.Count(originW, _dilationW, wDims[2], xDims[2], firstColumn);
                for (int o = group * outputs; o < (group + 1) * outputs; o++)
                {
                    int sum = 0;
                    for (int row = firstRow; row < firstRow + rows; row++)
                    {
                        for (int column = firstColumn; column < firstColumn + columns; column++)
                        {
                            int at = from + ((originH + row * _dilationH) * xDims[2] + originW + column * _dilationW) * xDims[3];
                            int tap = _w.Offset + ((o * wDims[1] + row) * wDims[2] + column) * depth;
                            for (int c = 0; c < depth; c++)
                            {
                                sum += ((sbyte)x[at + c] - _xZero) * (sbyte)w[tap + c];
                            }
                        }
                    }

                    _stage.Write(sum, o, y.Data, to + position * channels + o, -1);
                }
            }
        }
    }
}
