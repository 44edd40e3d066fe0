using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

internal sealed class CopyFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Copy;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random) { InPlace = random.OneIn(3) ? 0 : -1 };
        DType type = Any.Type(random);
        int[] shape = Broadcasts.Shape(random);
        step.Input(type, shape);
        step.Output(type, [.. shape.Reverse()]);
        return step.Build();
    }
}

internal sealed class ConcatenationFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Concatenation;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        DType type = Any.Type(random);
        int rank = random.Int(1, 6);
        int[] shape = random.Dims(rank, rank <= 3 ? 7 : 3);
        int axis = random.Int(0, rank - 1);
        int inputs = random.OneIn(10) ? random.Int(10, 40) : random.Int(1, 5);
        int length = 0;
        for (int i = 0; i < inputs; i++)
        {
            shape[axis] = random.Int(1, 5);
            length += shape[axis];
            if (random.OneIn(5) && i > 0)
            {
                step.Constant(random.Tensor(type, new Shape(shape)));
            }
            else
            {
                step.Input(type, [.. shape]);
            }
        }

        shape[axis] = length;
        step.Output(type, shape);
        return step.Build(axis);
    }
}

internal sealed class StridedCopyFamily : IStepFamily
{
    private const int Axes = 6;

    public DeviceOp Op => DeviceOps.StridedCopy;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        DType type = Any.Type(random);
        int[] x = Broadcasts.Shape(random);
        int count = new Shape(x).Count;
        step.Input(type, x);
        (int[] y, int[] strides, int offset) = random.Int(0, 2) switch
        {
            0 => Inside(random, count),
            1 => Slice(random, x),
            _ => Transposed(random, x),
        };
        step.Output(type, y);

        // Strides of axes that y has not, or that have one cell, may be anything.
        int[] all = [.. Enumerable.Range(0, Axes).Select(k => k < y.Length && y[k] > 1 ? strides[k] : random.Int(int.MinValue, int.MaxValue))];
        return step.Build([offset, .. all]);
    }

    // Whatever stays inside: repeats, reversals, overlaps.
    private static (int[] Shape, int[] Strides, int Offset) Inside(Seeded random, int count)
    {
        int[] y = random.Dims(random.Int(0, Axes), 4);
        int[] strides = new int[y.Length];
        int lowest = 0;
        int highest = 0;
        for (int k = 0; k < y.Length; k++)
        {
            int most = y[k] == 1 ? 0 : (count - 1 - (highest - lowest)) / (y[k] - 1);
            strides[k] = random.OneIn(4) ? 0 : random.OneIn(3) ? Math.Min(1, most) : random.Int(-most, most);
            int span = (y[k] - 1) * strides[k];
            lowest += Math.Min(span, 0);
            highest += Math.Max(span, 0);
        }

        return (y, strides, random.Int(-lowest, count - 1 - highest));
    }

    private static (int[] Shape, int[] Strides, int Offset) Slice(Seeded random, int[] x)
    {
        int[] strides = new Shape(x).Strides();
        int[] y = new int[x.Length];
        int offset = 0;
        for (int k = 0; k < x.Length; k++)
        {
            int step = random.OneIn(3) ? random.Int(1, 3) : 1;
            int first = random.OneIn(2) ? 0 : random.Int(0, x[k] - 1);
            int most = (x[k] - 1 - first) / step + 1;
            y[k] = random.OneIn(2) ? most : random.Int(1, most);
            offset += first * strides[k];
            strides[k] *= step;
            if (random.OneIn(5))
            {
                offset += (y[k] - 1) * strides[k];
                strides[k] = -strides[k];
            }
        }

        return (y, strides, offset);
    }

    private static (int[] Shape, int[] Strides, int Offset) Transposed(Seeded random, int[] x)
    {
        int[] strides = new Shape(x).Strides();
        int[] order = [.. Enumerable.Range(0, x.Length).Select(k => (k, random.NextBits())).OrderBy(k => k.Item2).Select(k => k.k)];
        return ([.. order.Select(k => x[k])], [.. order.Select(k => strides[k])], 0);
    }
}

internal sealed class PadFamily : IStepFamily
{
    private const int Axes = 6;

    public DeviceOp Op => DeviceOps.Pad;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        DType type = Any.Type(random);
        int rank = random.Int(1, Axes);
        int[] x = random.Dims(rank, rank <= 3 ? 6 : 3);
        int mode = random.Int(0, 3);
        int[] before = new int[Axes];
        int[] y = new int[rank];
        bool[] padded = [.. x.Select(_ => random.OneIn(2))];
        for (int k = 0; k < rank; k++)
        {
            int most = !padded[k] ? 0 : mode == 1 ? x[k] - 1 : mode == 2 ? x[k] : 3;
            before[k] = random.Int(0, most);
            y[k] = before[k] + x[k] + random.Int(0, most);
        }

        step.Input(type, x);
        step.Output(type, y);
        int value = random.OneIn(3) ? random.Of(0, -1, -128) : random.Int(int.MinValue, int.MaxValue);
        return step.Build([mode, value, .. before]);
    }
}

internal sealed class GatherFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Gather;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        DType type = Any.Type(random);
        int rank = random.Int(1, 6);
        int[] x = random.Dims(rank, rank <= 3 ? 7 : 3);
        int axis = random.Int(0, rank - 1);
        step.Input(type, x);
        int[] indices = random.Dims(random.Int(0, 2), 4);
        step.Constant(random.Tensor(DType.Int32, new Shape(indices), 0, x[axis] - 1));
        int count = new Shape(x).Count / x[axis] * new Shape(indices).Count;
        step.Output(type, count);
        return step.Build(axis);
    }
}

internal sealed class ResizeFamily : IStepFamily
{
    private const int Unit = 1024;

    public DeviceOp Op => DeviceOps.Resize;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int kind = random.Int(0, 1);
        DType type = kind == 0 ? Any.Type(random) : DType.Int8;
        int[] x = [random.Int(1, 3), random.Int(1, 6), random.Int(1, 6), random.Int(1, 5)];
        int[] y = [x[0], random.Int(1, 10), random.Int(1, 10), x[3]];
        step.Input(type, x);
        (Tensor rows, Tensor rowWeights) = Cells(random, y[1], x[1], kind);
        (Tensor cols, Tensor colWeights) = Cells(random, y[2], x[2], kind);
        step.Constant(rows);
        step.Constant(cols);
        if (kind == 0)
        {
            step.Absent();
            step.Absent();
        }
        else
        {
            step.Constant(rowWeights);
            step.Constant(colWeights);
        }

        step.Output(type, y);
        return step.Build(kind);
    }

    // Often the same cell twice running, with the same weight or another one.
    private static (Tensor Cells, Tensor Weights) Cells(Seeded random, int count, int length, int kind)
    {
        int[] cells = new int[count];
        int[] weights = new int[count];
        for (int i = 0; i < count; i++)
        {
            bool again = i > 0 && random.OneIn(2);
            cells[i] = again ? cells[i - 1] : random.Int(0, length - 1);
            bool two = kind == 1 && cells[i] < length - 1;
            weights[i] = !two ? 0 : again && random.OneIn(2) ? weights[i - 1] : random.OneIn(3) ? random.Of(0, 512, 1023) : random.Int(0, Unit - 1);
        }

        return (Tensor.Of(new Shape(count), cells), Tensor.Of(new Shape(count), weights));
    }
}
