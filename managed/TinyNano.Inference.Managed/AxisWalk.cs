namespace TinyNano.Inference
{
    /// <summary>
    /// A walk over cells along axes, the last one innermost. Axes that follow each other without a gap are one, and those of one cell are none.
    /// </summary>
    internal sealed class AxisWalk
    {
        /// <summary>Cells of the innermost axis, and their distance in elements.</summary>
        internal int Run;

        internal int Stride;

        /// <summary>How many times the other axes repeat it.</summary>
        internal int Runs;

        // Innermost first.
        private readonly int[] _dims = new int[Tensor.MaxRank];
        private readonly int[] _strides = new int[Tensor.MaxRank];
        private readonly int[] _index = new int[Tensor.MaxRank];
        private int _rank;

        /// <summary>Begins at the first cell of the axes of a tensor whose bit is set.</summary>
        internal void Begin(Tensor x, int axes)
        {
            Clear();
            int stride = 1;
            for (int k = x.Rank - 1; k >= 0; k--)
            {
                int dim = x.Dims[k];
                if ((axes >> k & 1) != 0)
                {
                    Add(dim, stride);
                }

                stride *= dim;
            }
        }

        /// <summary>A walk over no axes, of one cell.</summary>
        internal void Clear()
        {
            _rank = 0;
            Run = 1;
            Stride = 0;
            Runs = 1;
        }

        /// <summary>One axis more around those that there are; the walk begins anew.</summary>
        internal void Add(int dim, int stride)
        {
            if (dim == 1)
            {
                return;
            }

            if (_rank > 0 && stride == _strides[_rank - 1] * _dims[_rank - 1])
            {
                _dims[_rank - 1] *= dim;
            }
            else
            {
                _dims[_rank] = dim;
                _strides[_rank] = stride;
                _index[_rank] = 0;
                _rank++;
            }

            if (_rank == 1)
            {
                Run = _dims[0];
                Stride = _strides[0];
            }
            else
            {
                Runs *= dim;
            }
        }

        /// <summary>The way to the next cell; from the last one back to the first.</summary>
        internal int Next()
        {
            return Advance(0);
        }

        /// <summary>The way from the first cell of a run of the innermost axis to that of the next; from the last one back to the first.</summary>
        internal int NextRun()
        {
            return Advance(1);
        }

        private int Advance(int axis)
        {
            int way = 0;
            for (int k = axis; k < _rank; k++)
            {
                if (++_index[k] < _dims[k])
                {
                    return way + _strides[k];
                }

                _index[k] = 0;
                way -= _strides[k] * (_dims[k] - 1);
            }

            return way;
        }
    }
}
