using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

/// <summary>What the recurrent operators share: states, products and the table of sigmoids.</summary>
internal static class Recurrent
{
    private const int Records = 3;

    /// <summary>States: kept from run to run, or begun anew from an input or a constant. Gives what the step writes.</summary>
    public static DeviceTensor State(StepBuilder step, Seeded random, DType type, params int[] shape)
    {
        switch (random.Int(0, 5))
        {
            case 0:
                step.Input(type, shape);
                return step.Loose(type, shape);
            case 1:
                step.Constant(random.Tensor(type, new Shape(shape)));
                return step.Loose(type, shape);
            default:
                step.Runs = Records;
                return step.State(type, (byte)random.Of(0, 0x80, random.Int(0, 255)), shape);
        }
    }

    /// <summary>Multipliers and shifts for each gate or each row, of x and of h.</summary>
    public static void Multipliers(StepBuilder step, Seeded random, int gates, int units)
    {
        int count = 2 * gates * (random.OneIn(2) ? 1 : units);
        step.Constant(Tensor.Of(new Shape(count), [.. Enumerable.Range(0, count).Select(_ => random.Mult())]));
        int shift = random.Int(-8, -2);
        step.Constant(Tensor.Of(new Shape(count),
            [.. Enumerable.Range(0, count).Select(_ => (sbyte)(random.OneIn(30) ? random.Int(-31, 30) : shift + random.Int(-1, 1)))]));
    }

    public static void Bias(StepBuilder step, Seeded random, int count)
    {
        if (random.OneIn(4))
        {
            step.Absent();
        }
        else
        {
            step.ConstantOrInput(random.Bias(count));
        }
    }

    /// <summary>Sigmoids as the compiler makes them; now and then any numbers, which are defined as well.</summary>
    public static Tensor Table(Seeded random)
    {
        short[] table = new short[256];
        for (int i = 0; i < 256; i++)
        {
            double s = 1 / (1 + Math.Exp(-i / 24.0));
            table[i] = (short)(ushort)Math.Min(65535, Math.Floor(65536 * s + 0.5));
        }

        return random.OneIn(10) ? random.Tensor(DType.Int16, new Shape(256)) : Tensor.Of(new Shape(256), table);
    }

    /// <summary>A clip in units of a gate's argument, mostly none.</summary>
    public static int Clip(Seeded random) => random.OneIn(3) ? random.Int(0, 32768) : 32768;
}

internal sealed class SvdfFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Svdf;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int n = random.Int(1, 2);
        int depth = random.Int(1, 20);
        int rank = random.Int(1, 3);
        int units = random.Int(1, 5);
        int filters = rank * units;
        int memory = random.Int(1, 8);
        DType wide = random.Of(DType.Int8, DType.Int16);
        step.Input(DType.Int8, n, depth);
        step.ConstantOrInput(random.Tensor(DType.Int8, new Shape(filters, depth)));
        bool narrow = wide == DType.Int8 || random.OneIn(2);
        step.ConstantOrInput(random.Tensor(wide, new Shape(filters, memory), narrow ? -128 : -32768, narrow ? 127 : 32767));
        Recurrent.Bias(step, random, units);
        Recurrent.Bias(step, random, filters);
        DeviceTensor state = Recurrent.State(step, random, wide, n, filters * memory);
        step.Output(DType.Int8, n, units);
        step.Result(state);
        (int lo, int hi) = random.Clamp();
        int inShift = random.OneIn(8) ? random.Int(-31, 30) : wide == DType.Int8 ? random.Int(-10, -6) : random.Int(-4, 1);
        int outShift = random.OneIn(8) ? random.Int(-31, 30) : wide == DType.Int8 ? random.Int(-12, -7) : narrow ? random.Int(-18, -12) : random.Int(-26, -20);
        return step.Build(rank, wide == DType.Int8 ? random.Zero() : random.Int(-32768, 32767), random.Zero(),
            random.Mult(), inShift, random.Mult(), outShift, lo, hi);
    }
}

internal sealed class LstmFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Lstm;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        (int a, int b) = (random.Int(1, 3), random.Int(1, 4));
        int flags = random.Int(0, 7);
        int n = (flags & 1) != 0 ? b : a;
        int depth = random.Int(1, 9);
        int units = random.Int(1, 7);
        step.Input(DType.Int8, a, b, depth);
        step.ConstantOrInput(random.Tensor(DType.Int8, new Shape(4 * units, depth)));
        step.ConstantOrInput(random.Tensor(DType.Int8, new Shape(4 * units, units)));
        Recurrent.Bias(step, random, 4 * units);
        Recurrent.Bias(step, random, 4 * units);
        Recurrent.Multipliers(step, random, 4, units);
        step.Constant(Recurrent.Table(random));
        step.Absent();
        DeviceTensor h = Recurrent.State(step, random, DType.Int8, n, units);
        DeviceTensor c = Recurrent.State(step, random, DType.Int16, n, units);
        step.Output(DType.Int8, a, b, units);
        step.Result(h);
        step.Result(c);
        int inShift = random.OneIn(8) ? random.Int(-31, 30) : random.Int(-16, -13);
        int outShift = random.OneIn(8) ? random.Int(-31, 30) : random.Int(-23, -20);
        int tanhShift = random.OneIn(3) ? random.Int(0, 30) : random.Int(0, 14);
        int tanhMult = random.OneIn(3) ? random.Int(0, 32767) : (int)Math.Min(32767, (3L << tanhShift) / random.Int(1, 8));
        return step.Build(flags, random.Zero(), random.Mult(), inShift, random.Mult(), outShift, tanhMult, tanhShift,
            Recurrent.Clip(random), Recurrent.Clip(random));
    }
}

internal sealed class GruFamily : IStepFamily
{
    private const int LinearBeforeReset = 4;

    public DeviceOp Op => DeviceOps.Gru;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        (int a, int b) = (random.Int(1, 3), random.Int(1, 4));
        int flags = random.Int(0, 7);
        int n = (flags & 1) != 0 ? b : a;
        int depth = random.Int(1, 9);
        int units = random.Int(1, 7);
        step.ScratchBytes = ((flags & LinearBeforeReset) != 0 ? units : 3 * units) + random.Int(0, 3);
        step.Input(DType.Int8, a, b, depth);
        step.ConstantOrInput(random.Tensor(DType.Int8, new Shape(3 * units, depth)));
        step.ConstantOrInput(random.Tensor(DType.Int8, new Shape(3 * units, units)));
        Recurrent.Bias(step, random, 3 * units);
        Recurrent.Bias(step, random, 3 * units);
        Recurrent.Multipliers(step, random, 3, units);
        step.Constant(Recurrent.Table(random));
        DeviceTensor h = Recurrent.State(step, random, DType.Int16, n, units);
        step.Output(DType.Int8, a, b, units);
        step.Result(h);
        int shift = random.OneIn(8) ? random.Int(-31, 30) : random.Int(-9, -6);
        return step.Build(flags, random.Zero(), random.Mult(), shift, Recurrent.Clip(random));
    }
}
