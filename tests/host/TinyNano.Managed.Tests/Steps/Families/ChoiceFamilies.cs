using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

internal sealed class CompareFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Compare;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        DType type = random.Of(DType.Int8, DType.Int8, DType.Int32, DType.Bool);
        Broadcasts.Add(step, random, [type, type], DType.Bool);
        int kind = random.Int(0, type == DType.Bool ? 1 : 5);
        int zero = random.Zero();
        int[] scales = type == DType.Int8 ? Scales.Draw(random, random.OneIn(2) ? 0 : 20) : [0, 0, 0, 0, 0];
        return step.Build([kind, zero, random.OneIn(2) ? zero : random.Zero(), .. scales]);
    }
}

internal sealed class SelectFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Select;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        DType type = Any.Type(random);
        Broadcasts.Add(step, random, [DType.Bool, type, type], type);
        return step.Build();
    }
}

internal sealed class LogicalFamily : IStepFamily
{
    private const int Not = 3;

    public DeviceOp Op => DeviceOps.Logical;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int kind = random.Int(0, Not);
        if (kind == Not)
        {
            int[] shape = Broadcasts.Shape(random);
            step.Input(DType.Bool, shape);
            step.Absent();
            step.Output(DType.Bool, shape);
        }
        else
        {
            Broadcasts.Add(step, random, [DType.Bool, DType.Bool], DType.Bool);
        }

        return step.Build(kind);
    }
}

/// <summary>Element types of operators that copy elements.</summary>
internal static class Any
{
    public static DType Type(Seeded random) => random.OneIn(2) ? DType.Int8
        : random.Of(DType.Float32, DType.UInt8, DType.Int16, DType.Int32, DType.Int64, DType.Bool);
}
