using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

internal sealed class AveragePool2DFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.AveragePool2D;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int channels = random.Int(1, 9);
        int n = random.Int(1, 2);
        (int size, int filter, int stride, int before, int after, int positions) h = Axis(random);
        (int size, int filter, int stride, int before, int after, int positions) w = Axis(random);
        step.Input(DType.Int8, n, h.size, w.size, channels);
        step.Output(DType.Int8, n, h.positions, w.positions, channels);
        (int lo, int hi) = random.Clamp();
        return step.Build(h.filter, w.filter, h.stride, w.stride, h.before, w.before, h.after, w.after, random.Int(0, 1), random.Zero(), lo, hi);
    }

    // Every window meets the input.
    private static (int Size, int Filter, int Stride, int Before, int After, int Positions) Axis(Seeded random)
    {
        int size = random.Int(1, 10);
        int filter = random.Int(1, 6);
        int stride = random.Int(1, 4);
        int before = random.Int(0, filter - 1);
        int positions = random.Int(1, (size + before - 1) / stride + 1);
        return (size, filter, stride, before, random.Int(0, 4), positions);
    }
}

internal sealed class MaxPool2DFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.MaxPool2D;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int channels = random.Int(1, 9);
        int n = random.Int(1, 2);
        step.Input(DType.Int8, n, random.Int(1, 10), random.Int(1, 10), channels);
        step.Output(DType.Int8, n, random.Int(1, 5), random.Int(1, 5), channels);
        (int lo, int hi) = random.Clamp();
        return step.Build(random.Int(1, 5), random.Int(1, 5), random.Int(1, 3), random.Int(1, 3), random.Int(1, 3), random.Int(1, 3),
            random.Int(0, 4), random.Int(0, 4), lo, hi);
    }
}
