using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

/// <summary>What the operators with weights share: bias, multipliers and shifts.</summary>
internal static class Weights
{
    public static void Add(StepBuilder step, Seeded random, int channels, params int[] shape)
    {
        int products = shape.Aggregate((a, b) => a * b) / channels;
        step.ConstantOrInput(random.Tensor(DType.Int8, new Shape(shape)));
        if (random.OneIn(4))
        {
            step.Absent();
        }
        else
        {
            step.ConstantOrInput(random.BiasOfSum(channels, products));
        }

        int count = random.OneIn(4) ? 1 : channels;
        int[] mult = [.. Enumerable.Range(0, count).Select(_ => random.Mult())];
        sbyte[] shift = [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.ShiftOfSum(products))];
        step.Constant(Tensor.Of(new Shape(count), mult));
        step.Constant(Tensor.Of(new Shape(count), shift));
    }
}

internal sealed class Conv2DFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Conv2D;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int groups = random.OneIn(4) ? random.Int(2, 3) : 1;
        bool isLong = random.OneIn(30);
        int depth = isLong ? 3000 : random.Int(1, 9);
        int outputs = groups * random.Int(1, random.OneIn(3) ? 9 : 3);
        int n = random.Int(1, 2);
        step.Input(DType.Int8, n, random.Int(1, 9), random.Int(1, 9), depth * groups);
        Weights.Add(step, random, outputs, outputs, isLong ? 3 : random.Int(1, 4), random.Int(1, 4), depth);
        step.Output(DType.Int8, n, random.Int(1, 5), random.Int(1, 5), outputs);
        (int lo, int hi) = random.Clamp();
        int dilation = random.OneIn(3) ? random.Int(1, 3) : 1;
        return step.Build(random.Int(1, 3), random.Int(1, 3), random.Int(1, 3), dilation, random.Int(0, 3), random.Int(0, 3), groups,
            random.Zero(), random.Zero(), lo, hi);
    }
}

internal sealed class DepthwiseConv2DFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.DepthwiseConv2D;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int multiplier = random.OneIn(3) ? random.Int(2, 3) : 1;
        int depth = random.Int(1, 11);
        int n = random.Int(1, 2);
        step.Input(DType.Int8, n, random.Int(1, 9), random.Int(1, 9), depth);
        (int height, int width) = random.OneIn(2) ? (3, 3) : (random.Int(1, 5), random.Int(1, 5));
        Weights.Add(step, random, depth * multiplier, 1, height, width, depth * multiplier);
        step.Output(DType.Int8, n, random.Int(1, 5), random.Int(1, 5), depth * multiplier);
        (int lo, int hi) = random.Clamp();
        return step.Build(random.Int(1, 3), random.Int(1, 3), random.Int(1, 3), random.Int(1, 3), random.Int(0, 4), random.Int(0, 4), multiplier,
            random.Zero(), random.Zero(), lo, hi);
    }
}

internal sealed class TransposeConv2DFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.TransposeConv2D;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int groups = random.OneIn(3) ? random.Int(2, 3) : 1;
        int depth = random.Int(1, 6);
        int outputs = groups * random.Int(1, 4);
        int n = random.Int(1, 2);
        step.Input(DType.Int8, n, random.Int(1, 5), random.Int(1, 5), depth * groups);
        Weights.Add(step, random, outputs, outputs, random.Int(1, 4), random.Int(1, 4), depth);
        step.Output(DType.Int8, n, random.Int(1, 9), random.Int(1, 9), outputs);
        (int lo, int hi) = random.Clamp();
        return step.Build(random.Int(1, 3), random.Int(1, 3), random.Int(0, 3), random.Int(0, 3), groups, random.Zero(), random.Zero(), lo, hi);
    }
}

internal sealed class FullyConnectedFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.FullyConnected;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int rows = random.Int(1, 4);
        int depth = random.OneIn(30) ? random.Int(8192, 8196) : random.OneIn(5) ? random.Int(100, 300) : random.Int(1, 33);
        int outputs = random.Int(1, 13);
        step.Input(DType.Int8, rows, depth);
        Weights.Add(step, random, outputs, outputs, depth);
        step.Output(DType.Int8, rows, outputs);
        (int lo, int hi) = random.Clamp();
        return step.Build(random.Zero(), random.OneIn(2) ? 0 : random.Zero(), random.Zero(), lo, hi);
    }
}

internal sealed class BatchMatMulFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.BatchMatMul;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int rank = random.Int(2, 5);
        (int m, int k, int n) = (random.Int(1, 7), random.OneIn(30) ? random.Int(8192, 8196) : random.Int(1, 19), random.Int(1, 7));
        (int transposeA, int transposeB) = (random.Int(0, 1), random.Int(0, 1));
        int[] leading = random.Dims(rank - 2, 3);
        step.Input(DType.Int8, [.. Leading(random, leading), .. transposeA != 0 ? new[] { k, m } : [m, k]]);
        int[] shape = [.. Leading(random, leading), .. transposeB != 0 ? new[] { n, k } : [k, n]];

        // One of the two has all axes, the other may lack leading ones.
        int cut = random.OneIn(3) ? random.Int(0, rank - 2) : 0;
        step.ConstantOrInput(random.Tensor(DType.Int8, new Shape(shape[cut..])));
        step.Output(DType.Int8, [.. leading, m, n]);
        (int lo, int hi) = random.Clamp();
        
        // With zero points at the ends all sums are far from zero.
        return step.Build(transposeA, transposeB, random.OneIn(2) ? 0 : random.Zero(), random.OneIn(2) ? 0 : random.Zero(), random.Zero(), random.Mult(), random.ShiftOfSum(k), lo, hi);
    }

    private static int[] Leading(Seeded random, int[] dims) => [.. dims.Select(d => random.OneIn(3) ? 1 : d)];
}
