namespace TinyNano.Inference
{
    /// <summary>
    /// Numpy broadcasting of two or three operands: the output as runs of consecutive elements. In a run an operand either advances by one
    /// element or repeats one. Operands of one shape make a single run.
    /// </summary>
    internal sealed class Broadcast
    {
        private const int Operands = 3;

        /// <summary>Elements of a run.</summary>
        internal int Run;

        /// <summary>Where the run begins in the output, in elements.</summary>
        internal int Y;

        /// <summary>Where it begins in each operand.</summary>
        internal readonly int[] At = new int[Operands];

        /// <summary>1 for an operand that advances, 0 for one that repeats.</summary>
        internal readonly int[] Step = new int[Operands];

        // Loops around the runs, innermost first; loop 0 is the run itself. Loop d has the strides of its operands from d * Operands on.
        private readonly int[] _dims = new int[Tensor.MaxRank];
        private readonly int[] _index = new int[Tensor.MaxRank];
        private readonly int[] _strides = new int[Tensor.MaxRank * Operands];
        private readonly int[] _sizes = new int[Operands];
        private int _rank;

        /// <summary>The door check: inputs 0 .. operands-1 are there and broadcast to the shape of output 0.</summary>
        internal static bool Fits(StepContext step, int operands)
        {
            Tensor y = step.Outputs[0];
            for (int k = 0; k < operands; k++)
            {
                if (!step.Has(k))
                {
                    return false;
                }

                step.Blame = k;
                Tensor x = step.Inputs[k];
                int missing = y.Rank - x.Rank;
                if (missing < 0)
                {
                    return false;
                }

                for (int d = 0; d < x.Rank; d++)
                {
                    if (x.Dims[d] != 1 && x.Dims[d] != y.Dims[missing + d])
                    {
                        return false;
                    }
                }
            }

            step.Blame = step.InputCount;
            return true;
        }

        /// <summary>The first run of inputs 0 .. operands-1 and output 0.</summary>
        internal void Begin(StepContext step, int operands)
        {
            for (int k = 0; k < Operands; k++)
            {
                At[k] = 0;
                Step[k] = 0;
                _sizes[k] = 1;
            }

            Y = 0;
            _rank = 0;
            Tensor y = step.Outputs[0];
            for (int d = 1; d <= y.Rank; d++)
            {
                int dim = y.Dims[y.Rank - d];
                if (dim != 1)
                {
                    Wrap(step, operands, d, dim);
                }
            }

            Run = 1;
            if (_rank > 0)
            {
                Run = _dims[0];
                for (int k = 0; k < operands; k++)
                {
                    Step[k] = _strides[k];
                }
            }
        }

        /// <summary>The next run; false after the last one.</summary>
        internal bool Next()
        {
            Y += Run;
            for (int d = 1; d < _rank; d++)
            {
                bool wraps = ++_index[d] == _dims[d];
                int steps = wraps ? 1 - _dims[d] : 1;
                for (int k = 0; k < Operands; k++)
                {
                    At[k] += _strides[d * Operands + k] * steps;
                }

                if (!wraps)
                {
                    return true;
                }

                _index[d] = 0;
            }

            return false;
        }

        // One more loop for dimension d from the end. Where every operand walks through it just where the loop inside has ended, it makes
        // that one longer.
        private void Wrap(StepContext step, int operands, int d, int dim)
        {
            int outer = _rank * Operands;
            int inner = outer - Operands;
            bool joins = _rank > 0;
            for (int k = 0; k < Operands; k++)
            {
                int stride = 0;
                if (k < operands)
                {
                    Tensor x = step.Inputs[k];
                    if (d <= x.Rank && x.Dims[x.Rank - d] != 1)
                    {
                        stride = _sizes[k];
                        _sizes[k] = stride * dim;
                    }
                }

                _strides[outer + k] = stride;
                joins = joins && stride == _strides[inner + k] * _dims[_rank - 1];
            }

            if (joins)
            {
                _dims[_rank - 1] *= dim;
            }
            else
            {
                _index[_rank] = 0;
                _dims[_rank] = dim;
                _rank++;
            }
        }
    }
}
