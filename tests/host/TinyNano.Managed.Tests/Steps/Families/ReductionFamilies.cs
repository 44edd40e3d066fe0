using System.Numerics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

internal sealed class ReduceFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.Reduce;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int rank = random.Int(1, 6);
        int[] x = random.Dims(rank, rank <= 2 ? 20 : rank <= 4 ? 6 : 4);
        int axes = random.Int(0, (1 << rank) - 1);
        int[] kept = [.. x.Where((_, k) => (axes >> k & 1) == 0)];
        int folded = new Shape(x).Count / new Shape(kept).Count;
        step.Input(DType.Int8, x);
        step.Output(DType.Int8, random.OneIn(2) ? kept : [.. x.Select((d, k) => (axes >> k & 1) == 0 ? d : 1)]);
        int shift = random.OneIn(8) ? random.Int(-31, 30) : random.Int(-1, 1) - BitOperations.Log2((uint)folded) / random.Int(1, 2);
        return step.Build(random.Int(0, 3), axes, random.Zero(), random.Zero(), random.Mult(), shift);
    }
}

internal sealed class ArgMaxFamily : IStepFamily
{
    public DeviceOp Op => DeviceOps.ArgMax;

    public StepModel Make(Seeded random)
    {
        StepBuilder step = new(Op, random);
        int rank = random.Int(1, 6);
        int[] x = random.Dims(rank, rank <= 2 ? 20 : rank <= 4 ? 6 : 3);
        int axis = random.Int(0, rank - 1);
        step.Input(DType.Int8, x);
        step.Output(random.Of(DType.Int32, DType.Int64), [.. x.Where((_, k) => k != axis)]);
        return step.Build(random.Int(0, 1), axis);
    }
}
