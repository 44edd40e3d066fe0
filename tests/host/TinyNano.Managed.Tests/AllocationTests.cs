using TinyNano.Inference;
using TinyNano.Managed.Tests.Steps;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests;

/// <summary>Writing, running and reading allocate nothing.</summary>
public sealed class AllocationTests
{
    private const int Runs = 1000;

    public static TheoryData<string> Operators() => [.. StepFamilies.All.Select(f => f.Op.Name)];

    [Fact]
    public void SmallestModel_AllocatesNothing()
    {
        using ManagedEngine engine = new();
        engine.Open(Models.Smallest());
        sbyte[] x = [1, -2];
        float[] real = [0.25f, -3];
        sbyte[] y = new sbyte[2];
        float[] realY = new float[2];
        int[] features = new int[8];

        void Run()
        {
            engine.WriteInput(0, x, 0, x.Length);
            engine.InputFeatures(0, features);
            engine.Run();
            engine.ReadOutput(0, y, 0, y.Length);
            engine.WriteInput(0, real, 0, real.Length);
            while (!engine.Step(0))
            {
            }

            engine.ReadOutput(0, realY, 0, realY.Length);
            engine.Reset();
            engine.FillGolden(0);
            engine.CheckGolden(0);
        }

        Assert.Equal(0, Allocated(Run));
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Operator_AllocatesNothing(string op)
    {
        StepModel step = StepFamilies.All.First(f => f.Op.Name == op).Make(new Seeded(11));
        using ManagedEngine engine = new();
        engine.Open(step.Blob);

        Assert.Equal(0, Allocated(engine.Run));
    }

    private static long Allocated(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Runs; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
