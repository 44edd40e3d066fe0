using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

internal sealed class TableFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Table;

    public StepModel Make(Seeded random)
    {
        DType from = random.Of(DType.Int8, DType.UInt8);
        DType to = random.Of(DType.Int8, DType.UInt8);
        StepBuilder step = new(Op, random) { InPlace = random.OneIn(2) ? 0 : -1 };
        int[] shape = Broadcasts.Shape(random);
        step.Input(from, shape);
        step.Constant(random.Tensor(to, new Shape(256)));
        step.Output(to, shape);
        return step.Build();
    }
}

internal sealed class UnaryFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Unary;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random) { InPlace = random.OneIn(2) ? 0 : -1 };
        int[] shape = Broadcasts.Shape(random);
        step.Input(DType.Int32, shape);
        step.Absent();
        step.Output(DType.Int32, shape);
        int a = random.Int(int.MinValue, int.MaxValue);
        int b = random.Int(int.MinValue, int.MaxValue);
        return step.Build(random.Of(0, 14, 15, 16, 26), Math.Min(a, b), Math.Max(a, b), 0, 0, 0, 0, 0, 0);
    }
}

internal sealed class RescaleFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Rescale;

    public StepModel Make(Seeded random)
    {
        DType from = random.Of(DType.Int8, DType.UInt8, DType.Int32);
        DType to = random.Of(DType.Int8, DType.UInt8, DType.Int32);
        StepBuilder step = new(Op, random) { InPlace = from.Size() == to.Size() && random.OneIn(2) ? 0 : -1 };
        int[] shape = Broadcasts.Shape(random);
        step.Input(from, shape);
        step.Output(to, shape);
        int xZero = from == DType.Int32 && random.OneIn(2) ? random.Int(int.MinValue, int.MaxValue) : random.Int(-200, 200);
        int yZero = to == DType.Int32 && random.OneIn(2) ? random.Int(int.MinValue, int.MaxValue) : random.Int(-200, 200);
        int shift = random.OneIn(6) ? random.Int(-31, 30) : from == DType.Int32 ? random.Int(-26, -20) : random.Int(-3, 2);
        (int lo, int hi) = to switch
        {
            DType.Int8 => random.Clamp(),
            DType.UInt8 => Raised(random.Clamp()),
            _ => random.OneIn(2) ? (int.MinValue, int.MaxValue) : (random.Int(int.MinValue, -1), random.Int(0, int.MaxValue)),
        };
        return step.Build(xZero, yZero, random.Mult(), shift, lo, hi);
    }

    private static (int Lo, int Hi) Raised((int Lo, int Hi) clamp) => (clamp.Lo + 128, clamp.Hi + 128);
}

internal sealed class QuantizeFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Quantize;

    public StepModel Make(Seeded random)
    {
        DType type = random.Of(DType.Int8, DType.UInt8);
        float scale = random.OneIn(4) ? random.Of(0.5f, 1, 0.25f, float.Epsilon, float.MaxValue) : random.NextFloat(0.001f, 0.2f);
        StepBuilder step = new(Op, random) { Float = r => Number(r, scale) };
        int[] shape = Broadcasts.Shape(random);
        step.Input(DType.Float32, shape);
        step.Output(type, shape);
        return step.Build(BitConverter.SingleToInt32Bits(scale), type == DType.Int8 ? random.Zero() : random.Int(0, 255));
    }

    // Ties and their neighbours, ends of ranges, and what is no number.
    private static float Number(Seeded random, float scale)
    {
        float tie = (random.Int(-300, 300) + 0.5f) * scale;
        return random.Int(0, 9) switch
        {
            0 => tie,
            1 => MathF.BitIncrement(tie),
            2 => MathF.BitDecrement(tie),
            3 => random.Of(float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, 0, -0f, float.Epsilon),
            4 => random.NextFloat(-1e6f, 1e6f),
            _ => random.NextFloat(-150, 150) * scale,
        };
    }
}

internal sealed class DequantizeFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Dequantize;

    public StepModel Make(Seeded random)
    {
        DType type = random.Of(DType.Int8, DType.UInt8, DType.Int32);
        StepBuilder step = new(Op, random);
        int[] shape = Broadcasts.Shape(random);
        step.Input(type, shape);
        step.Output(DType.Float32, shape);
        float scale = random.OneIn(3)
            ? random.Of(1, -0.5f, 0, -0f, 1e-40f, 1e36f, float.MaxValue, float.Epsilon)
            : random.NextFloat(1e-4f, 0.3f);
        int zero = random.OneIn(6) ? random.Int(int.MinValue, int.MaxValue) : random.Int(-130, 260);
        return step.Build(BitConverter.SingleToInt32Bits(scale), zero);
    }
}

internal sealed class CastFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Cast;

    public StepModel Make(Seeded random)
    {
        DType from = Integer(random);
        DType to = Integer(random);
        StepBuilder step = new(Op, random) { InPlace = from.Size() == to.Size() && random.OneIn(2) ? 0 : -1 };
        int[] shape = Broadcasts.Shape(random);
        step.Input(from, shape);
        step.Output(to, shape);
        return step.Build();
    }

    private static DType Integer(Seeded random) =>
        random.Of(DType.Int8, DType.UInt8, DType.Int16, DType.Int32, DType.Int64, DType.Bool);
}
