using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

/// <summary>Two operands brought to one scale: ADD, SUB, SQUARED_DIFFERENCE, COMPARE.</summary>
internal static class Scales
{
    /// <summary>left_shift, a_mult, a_shift, b_mult, b_shift: now and then the same for both, so that they can be equal.</summary>
    public static int[] Draw(Seeded random, int leftShift)
    {
        int left = random.OneIn(6) ? random.Int(0, 31) : leftShift;
        int mult = random.Mult();
        int shift = Shift(random);
        return random.OneIn(2) ? [left, mult, shift, mult, shift] : [left, mult, shift, random.Mult(), Shift(random)];
    }

    private static int Shift(Seeded random) => random.OneIn(10) ? random.Int(-31, 30) : random.Int(-3, 1);
}

internal abstract class ScaledFamily : IStepFamily
{
    private readonly int _leftShift;
    private readonly int _resultShift;

    protected ScaledFamily(DeviceOp op, int leftShift, int resultShift)
    {
        Op = op;
        _leftShift = leftShift;
        _resultShift = resultShift;
    }

    public DeviceOp Op { get; }

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        Broadcasts.Add(step, random, [DType.Int8, DType.Int8], DType.Int8);
        (int lo, int hi) = random.Clamp();
        if (random.OneIn(4))
        {
            // Halves and quarters of small numbers: ties, which every rounding meets.
            const int Half = 1 << 30;
            return step.Build(random.Zero(), random.Zero(), random.Zero(), random.Int(0, 2), Half, random.Int(-1, 1), Half, random.Int(-1, 1),
                Half, random.Int(-2, 1), lo, hi);
        }

        int[] scales = Scales.Draw(random, _leftShift);
        int shift = random.OneIn(8) ? random.Int(-31, 30) : random.Int(_resultShift - 3, _resultShift + 3);
        return step.Build([random.Zero(), random.Zero(), random.Zero(), .. scales, random.Mult(), shift, lo, hi]);
    }
}

internal sealed class AddFamily() : ScaledFamily(DeviceOps.Add, 20, -19);

internal sealed class SubFamily() : ScaledFamily(DeviceOps.Sub, 20, -19);

internal sealed class SquaredDifferenceFamily() : ScaledFamily(DeviceOps.SquaredDifference, 7, -21);

internal sealed class MulFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Mul;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        Broadcasts.Add(step, random, [DType.Int8, DType.Int8], DType.Int8);
        (int lo, int hi) = random.Clamp();
        return step.Build(random.Zero(), random.Zero(), random.Zero(), random.Mult(), random.Shift(), lo, hi);
    }
}

internal sealed class DivFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Div;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        Broadcasts.Add(step, random, [DType.Int8, DType.Int8], DType.Int8);
        (int lo, int hi) = random.Clamp();
        int shift = random.OneIn(8) ? random.Int(-31, 30) : random.Int(0, 10);

        // With zero points of 0 small records divide by zero.
        (int a, int b) = random.OneIn(3) ? (0, 0) : (random.Zero(), random.Zero());
        return step.Build(a, b, random.Zero(), random.Mult(), shift, lo, hi);
    }
}

internal sealed class PReluFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.PRelu;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        Broadcasts.Add(step, random, [DType.Int8, DType.Int8], DType.Int8);
        int positive = random.OneIn(8) ? random.Int(-31, 30) : random.Int(-2, 1);
        return step.Build(random.Zero(), random.Zero(), random.Zero(), random.Mult(), positive, random.Mult(), random.Shift());
    }
}

internal abstract class ExtremumFamily : IStepFamily
{
    protected ExtremumFamily(DeviceOp op) => Op = op;

    public DeviceOp Op { get; }

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        DType type = random.Of(DType.Int8, DType.UInt8);
        Broadcasts.Add(step, random, [type, type], type);
        return step.Build();
    }
}

internal sealed class MinimumFamily() : ExtremumFamily(DeviceOps.Minimum);

internal sealed class MaximumFamily() : ExtremumFamily(DeviceOps.Maximum);
