using System;

namespace TinyNano.Inference
{
    /// <summary>
    /// PAD of any type: y[i, ...] = x[i - before, ...] where that is inside x. Elsewhere, by mode, a constant, x mirrored at its border cells,
    /// x mirrored with its border cells repeated, or the border cell.
    /// </summary>
    internal sealed class Pad : Operator
    {
        private const int Mode = 0;
        private const int Value = 1;
        private const int Before = 2;

        private const int Constant = 0;
        private const int Reflect = 1;
        private const int Symmetric = 2;
        private const int Edge = 3;

        private readonly int[] _index = new int[Tensor.MaxRank];

        // Of the step at hand: the axis along which rows are padded, the bytes of one of its cells, of one element, and the padding's element.
        private int _last;
        private int _cell;
        private int _size;
        private int _mode;
        private int _value;

        internal override int ParamBytes
        {
            get { return 32; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 1, 1) || !step.Has(0))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[0];
            int mode = step.Param(Mode);
            if (x.Rank < 1 || !Door.NeedOut(step, 0, x.ElementType, x.Rank) || mode < Constant || mode > Edge)
            {
                return InferenceStatus.Format;
            }

            Tensor y = step.Outputs[0];
            for (int k = 0; k < x.Rank; k++)
            {
                int before = step.Param(Before + k);
                long after = (long)y.Dims[k] - x.Dims[k] - before;
                int most = mode == Reflect ? x.Dims[k] - 1 : mode == Symmetric ? x.Dims[k] : int.MaxValue;
                if (before < 0 || after < 0 || before > most || after > most)
                {
                    return InferenceStatus.Format;
                }
            }

            return InferenceStatus.Ok;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            _mode = step.Param(Mode);
            _value = step.Param(Value);
            _size = x.ElementBytes;

            // Inner axes without padding only make the cells larger.
            _cell = _size;
            _last = x.Rank - 1;
            while (_last > 0 && x.Dims[_last] == y.Dims[_last])
            {
                _cell *= x.Dims[_last];
                _last--;
            }

            for (int k = 0; k < _last; k++)
            {
                _index[k] = 0;
            }

            int length = y.Dims[_last] * _cell;
            int to = y.Offset;
            for (int end = to + y.Count * _size; to < end; to += length)
            {
                int row = SourceRow(step, x);
                if (row < 0)
                {
                    Fill(y.Data, to, length);
                }
                else
                {
                    PadRow(step, x.Offset + row * x.Dims[_last] * _cell, to);
                }

                for (int k = _last - 1; k >= 0 && ++_index[k] == y.Dims[k]; k--)
                {
                    _index[k] = 0;
                }
            }
        }

        // The row of x that the row at hand comes from; -1 for one of padding only.
        private int SourceRow(StepContext step, Tensor x)
        {
            int row = 0;
            for (int k = 0; k < _last; k++)
            {
                int cell = Source(_index[k] - step.Param(Before + k), x.Dims[k]);
                if (cell < 0)
                {
                    return -1;
                }

                row = row * x.Dims[k] + cell;
            }

            return row;
        }

        private void PadRow(StepContext step, int from, int to)
        {
            byte[] x = step.Inputs[0].Data;
            byte[] y = step.Outputs[0].Data;
            int cell = _cell;
            int n = step.Inputs[0].Dims[_last];
            int before = step.Param(Before + _last);
            int after = step.Outputs[0].Dims[_last] - n - before;
            int end = to + (before + n) * cell;
            Array.Copy(x, from, y, to + before * cell, n * cell);
            if (_mode == Constant)
            {
                Fill(y, to, before * cell);
                Fill(y, end, after * cell);
                return;
            }

            for (int i = 0; i < before; i++)
            {
                Array.Copy(x, from + Source(i - before, n) * cell, y, to + i * cell, cell);
            }

            for (int i = 0; i < after; i++)
            {
                Array.Copy(x, from + Source(n + i, n) * cell, y, end + i * cell, cell);
            }
        }

        // The cell of an axis of n cells that stands for cell i; -1 for a cell of a constant.
        private int Source(int i, int n)
        {
            if (i >= 0 && i < n)
            {
                return i;
            }

            switch (_mode)
            {
                case Reflect:
                    return i < 0 ? -i : n - 1 - (i - (n - 1));
                case Symmetric:
                    return i < 0 ? -1 - i : n - 1 - (i - n);
                case Edge:
                    return i < 0 ? 0 : n - 1;
                default:
                    return -1;
            }
        }

        private void Fill(byte[] data, int at, int bytes)
        {
            if (bytes == 0)
            {
                return;
            }

            // Of int64 the upper half is the sign.
            for (int i = 0; i < _size; i++)
            {
                data[at + i] = (byte)(_value >> (i < 4 ? i << 3 : 31));
            }

            Bytes.Repeat(data, at, _size, bytes);
        }
    }
}
