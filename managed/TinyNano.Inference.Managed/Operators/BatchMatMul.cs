namespace TinyNano.Inference
{
    /// <summary>
    /// BATCH_MATMUL: y[.., i, j] = clamp(y_zero + requantize(sum over k of (a[.., i, k] - a_zero) * (b[.., k, j] - b_zero), mult, shift)).
    /// </summary>
    internal sealed class BatchMatMul : Operator
    {
        private readonly OutputStage _stage = new OutputStage();
        private long[] _pair = new long[0];

        // Of the step at hand: y is so many rows and columns, and how far apart rows and columns of a and b are.
        private int _rows;
        private int _depth;
        private int _columns;
        private int _aRow;
        private int _aColumn;
        private int _bRow;
        private int _bColumn;

        internal override int ParamBytes
        {
            get { return 36; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 2, 1) || !step.Has(0) || !step.Has(1))
            {
                return InferenceStatus.Format;
            }

            Tensor a = step.Inputs[0];
            Tensor b = step.Inputs[1];
            Tensor y = step.Outputs[0];
            int status = CheckTypes(step, a.ElementType);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            if (a.Rank < 2 || b.Rank < 2 || y.Rank != (a.Rank > b.Rank ? a.Rank : b.Rank))
            {
                return InferenceStatus.Format;
            }

            int k = Depth(step);
            int rowsOfB = step.Param(1) != 0 ? b.Dims[b.Rank - 1] : b.Dims[b.Rank - 2];
            if (k != rowsOfB || y.Dims[y.Rank - 2] != Rows(step) || y.Dims[y.Rank - 1] != Columns(step))
            {
                return InferenceStatus.Format;
            }

            for (int axis = 0; axis < y.Rank - 2; axis++)
            {
                int ofA = DimAt(a, y, axis);
                int ofB = DimAt(b, y, axis);
                if ((ofA != 1 && ofA != y.Dims[axis]) || (ofB != 1 && ofB != y.Dims[axis]))
                {
                    return InferenceStatus.Format;
                }
            }

            _stage.Reserve(Columns(step));
            int chunk = k < PairedDot.Longest ? k : PairedDot.Longest;
            if (_pair.Length < chunk)
            {
                _pair = new long[chunk];
            }

            return InferenceStatus.Ok;
        }

        internal override void Eval(StepContext step)
        {
            Tensor a = step.Inputs[0];
            Tensor b = step.Inputs[1];
            Tensor y = step.Outputs[0];
            int m = Rows(step);
            int k = Depth(step);
            int n = Columns(step);
            _rows = m;
            _depth = k;
            _columns = n;
            _aRow = step.Param(0) != 0 ? 1 : k;
            _aColumn = step.Param(0) != 0 ? m : 1;
            _bRow = step.Param(1) != 0 ? 1 : n;
            _bColumn = step.Param(1) != 0 ? k : 1;
            _stage.Load(n, step.Param(5), step.Param(6), step.Param(4), step.Param(7), step.Param(8));
            int count = y.Count / (m * n);
            for (int index = 0; index < count; index++)
            {
                int fromA = a.Offset + MatrixOf(a, y, index) * m * k;
                int fromB = b.Offset + MatrixOf(b, y, index) * k * n;
                int to = y.Offset + index * m * n;
                if (k > PairedDot.Longest)
                {
                    MultiplyLong(step, fromA, fromB, to);
                }
                else
                {
                    Multiply(step, fromA, fromB, to);
                }
            }
        }

        // Two rows of a at a time against all columns of b.
        private void Multiply(StepContext step, int fromA, int fromB, int to)
        {
            byte[] a = step.Inputs[0].Data;
            byte[] b = step.Inputs[1].Data;
            int k = _depth;
            int n = _columns;
            int aZero = step.Param(2);
            int bZero = step.Param(3);
            long[] pair = _pair;
            for (int i = 0; i < _rows; i += 2)
            {
                int first = to + i * n;
                int second = -1;
                PairedDot.Fill(pair, 0, a, fromA + i * _aRow, _aColumn, k, aZero, false);
                if (i + 1 < _rows)
                {
                    second = first + n;
                    PairedDot.Fill(pair, 0, a, fromA + (i + 1) * _aRow, _aColumn, k, aZero, true);
                }

                long sum = 0;
                for (int l = 0; l < k && bZero != 0; l++)
                {
                    sum += pair[l];
                }

                PairedDot.Run(pair, k, b, fromB, _bColumn, _bRow, sum * bZero, n, _stage, 0, step.Outputs[0].Data, first, second);
            }
        }

        // Rows that are too long to copy.
        private void MultiplyLong(StepContext step, int fromA, int fromB, int to)
        {
            byte[] a = step.Inputs[0].Data;
            byte[] b = step.Inputs[1].Data;
            int k = _depth;
            int aColumn = _aColumn;
            int bRow = _bRow;
            int aZero = step.Param(2);
            int bZero = step.Param(3);
            for (int i = 0; i < _rows; i++)
            {
                for (int j = 0; j < _columns; j++)
                {
                    int sum = 0;
                    int ofA = fromA + i * _aRow;
                    int ofB = fromB + j * _bColumn;
                    for (int l = 0; l < k; l++)
                    {
                        sum += ((sbyte)a[ofA] - aZero) * ((sbyte)b[ofB] - bZero);
                        ofA += aColumn;
                        ofB += bRow;
                    }

                    _stage.Write(sum, j, step.Outputs[0].Data, to++, -1);
                }
            }
        }

        private static int CheckTypes(StepContext step, int elementType)
        {
            if (!Door.NeedIn(step, 1, elementType, -1) || !Door.NeedOut(step, 0, elementType, -1))
            {
                return InferenceStatus.Format;
            }

            int status = Door.OnlyInt8(elementType);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            return Door.ZeroFits(elementType, step.Param(2)) && Door.ZeroFits(elementType, step.Param(3)) && Door.ZeroFits(elementType, step.Param(4))
                && Door.ClampFits(elementType, step.Param(7), step.Param(8)) && Door.ShiftFits(step.Param(6), 30)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        private static int Rows(StepContext step)
        {
            Tensor a = step.Inputs[0];
            return a.Dims[step.Param(0) != 0 ? a.Rank - 1 : a.Rank - 2];
        }

        private static int Depth(StepContext step)
        {
            Tensor a = step.Inputs[0];
            return a.Dims[step.Param(0) != 0 ? a.Rank - 2 : a.Rank - 1];
        }

        private static int Columns(StepContext step)
        {
            Tensor b = step.Inputs[1];
            return b.Dims[step.Param(1) != 0 ? b.Rank - 2 : b.Rank - 1];
        }

        // Dimension of an operand at an axis of y; missing ones are 1.
        private static int DimAt(Tensor tensor, Tensor y, int axis)
        {
            int own = axis - (y.Rank - tensor.Rank);
            return own < 0 ? 1 : tensor.Dims[own];
        }

        // Which matrix of an operand belongs to matrix `index` of y.
        private static int MatrixOf(Tensor tensor, Tensor y, int index)
        {
            int result = 0;
            int stride = 1;
            for (int axis = y.Rank - 3; axis >= 0; axis--)
            {
                int dim = DimAt(tensor, y, axis);
                int coordinate = index % y.Dims[axis];
                index /= y.Dims[axis];
                result += dim == 1 ? 0 : coordinate * stride;
                stride *= dim;
            }

            return result;
        }
    }
}
