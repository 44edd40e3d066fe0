using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

/// <summary>The table of exponentials that SOFTMAX and LOG_SOFTMAX read: entry 0 is 1, the others fall.</summary>
internal static class ExpTable
{
    public static Tensor Make(Seeded random)
    {
        int entries = random.OneIn(6) ? random.Int(1, 3) : random.Int(4, 256);
        double beta = random.NextFloat(0, 1) * random.NextFloat(0, 1);
        int[] table = [.. Enumerable.Range(0, entries).Select(d => (int)Math.Min(int.MaxValue, Math.Round(Math.Exp(-beta * d) * 2147483648.0)))];
        for (int i = 1; i < entries && random.OneIn(20); i++)
        {
            table[i] = random.Int(0, int.MaxValue);
        }

        return Tensor.Of(new Shape(entries), table);
    }
}

internal sealed class SoftmaxFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Softmax;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random) { InPlace = random.OneIn(2) ? 0 : -1 };
        int depth = random.OneIn(8) ? random.Int(300, 1200) : random.Int(1, 40);
        int[] shape = [.. random.Dims(random.Int(0, 2), 3), depth];
        step.Input(DType.Int8, shape);
        step.Constant(ExpTable.Make(random));
        step.Absent();
        step.Output(DType.Int8, shape);
        return step.Build(0, 0, 0);
    }
}

internal sealed class LogSoftmaxFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.LogSoftmax;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random) { InPlace = random.OneIn(2) ? 0 : -1 };
        int[] shape = [.. random.Dims(random.Int(0, 2), 3), random.Int(1, 40)];
        step.Input(DType.Int8, shape);
        step.Constant(ExpTable.Make(random));
        step.Output(DType.Int8, shape);
        int diffMin = random.OneIn(5) ? random.Int(int.MinValue + 1, 0) : random.Int(-300, 0);
        return step.Build(random.Mult(), random.Int(0, 30), random.Mult(), random.Int(-31, 0), diffMin);
    }
}

internal sealed class LayerNormFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.LayerNorm;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random) { InPlace = random.OneIn(2) ? 0 : -1 };
        int depth = random.OneIn(6) ? random.Int(200, 700) : random.Int(1, 40);
        int[] shape = [.. random.Dims(random.Int(0, 2), 4), depth];
        step.Input(DType.Int8, shape);
        int shift = random.Int(0, 20);
        int most = random.OneIn(8) ? int.MaxValue : Math.Min(int.MaxValue, 64 << shift);
        step.Constant(random.Tensor(DType.Int32, new Shape(depth), -most, most));
        step.Constant(random.Tensor(DType.Int32, new Shape(depth), -200_000, 200_000));
        step.Output(DType.Int8, shape);
        bool large = random.OneIn(5);
        return step.Build(random.Int(1, int.MaxValue), large ? random.Int(0, (1 << 30) - 1) : 0, shift);
    }
}
