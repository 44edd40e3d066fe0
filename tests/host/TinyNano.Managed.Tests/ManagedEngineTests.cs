using TinyNano.Inference;

namespace TinyNano.Managed.Tests;

/// <summary>What an application asks of the managed engine, on the smallest blob: x [1,2], 0.5 * (q - 3), to y [1,2], 0.5 * (q + 1).</summary>
public sealed class ManagedEngineTests
{
    private static readonly byte[] Blob = Models.Smallest();

    [Fact]
    public void Model_DescribesItself()
    {
        using ManagedEngine engine = Open();

        Assert.Equal("smallest", engine.Name);
        Assert.Equal((1, 1, 1, 2, 2, 32, 0), (engine.StepCount, engine.InputCount, engine.OutputCount, engine.LabelCount, engine.GoldenCount, engine.ArenaBytes, engine.ModelVersion));
        Assert.Equal(("up", "down"), (engine.Label(0), engine.Label(1)));
        Assert.Null(engine.Label(2));
        Assert.Null(engine.Label(-1));
        TensorInfo x = engine.Input(0);
        Assert.Equal(("x", ElementType.Int8, 2, 2, true, 0.5f, 3), (x.Name, x.ElementType, x.Bytes, x.Length, x.IsQuantized, x.Scale, x.ZeroPoint));
        Assert.Equal([1, 2], x.Shape);
        Assert.Equal("y", engine.Output(0).Name);
    }

    [Fact]
    public void Parts_LoadInOrder()
    {
        using ManagedEngine engine = new();
        engine.BeginLoad(Blob.Length);
        for (int at = 0; at < Blob.Length; at += 100)
        {
            engine.Load(Blob, at, Math.Min(100, Blob.Length - at));
        }

        engine.EndLoad();

        Assert.Equal("smallest", engine.Name);
    }

    [Fact]
    public void Load_OfOtherLengths_IsRefused()
    {
        using ManagedEngine engine = new();
        engine.BeginLoad(Blob.Length);
        engine.Load(Blob, 0, 100);
        Refuses(InferenceStatus.Arg, () => engine.EndLoad());
        Refuses(InferenceStatus.Arg, () => engine.Load(Blob, 0, Blob.Length - 99));
        Refuses(InferenceStatus.Arg, () => engine.Load(Blob, Blob.Length, 1));
        Refuses(InferenceStatus.Arg, () => engine.BeginLoad(0));
        Refuses(InferenceStatus.Arg, () => engine.Load(Blob, 0, 1));
        Refuses(InferenceStatus.Arg, () => engine.EndLoad());
    }

    [Fact]
    public void GoldenVectors_ComeOut_AndOthersDoNot()
    {
        using (Model model = Model.Open(new ManagedEngine(), Blob))
        {
            Assert.True(model.Prove());
        }

        byte[] other = [.. Blob];
        other[^1] = 0xFE;
        using Model wrong = Model.Open(new ManagedEngine(), Loading.Mutation.Repair(other));
        Assert.False(wrong.Prove());
    }

    [Fact]
    public void Numbers_GoInAndOut()
    {
        using ManagedEngine engine = Open();

        // (q - 3) = 5, 1: 4*5 + 8 = 28 and -2*5 + 6*1 - 4 = -8, times 0.25, less 1.
        engine.WriteInput(0, new sbyte[] { 99, 8, 4 }, 1, 2);
        engine.Run();
        sbyte[] y = new sbyte[4];
        engine.ReadOutput(0, y, 1, 2);
        Assert.Equal(new sbyte[] { 0, 6, -3, 0 }, y);

        engine.WriteInput(0, [2.5f, 0.5f], 0, 2);
        engine.Run();
        float[] real = new float[2];
        engine.ReadOutput(0, real, 0, 2);
        Assert.Equal([3.5f, -1f], real);

        engine.WriteInput(0, new byte[] { 8, 4 }, 0, 2);
        Assert.True(engine.Step(int.MaxValue));
        byte[] bytes = new byte[2];
        engine.ReadOutput(0, bytes, 0, 2);
        Assert.Equal(new byte[] { 6, 0xFD }, bytes);
    }

    [Fact]
    public void WrongCounts_AreRefused()
    {
        using ManagedEngine engine = Open();
        sbyte[] three = new sbyte[3];
        Refuses(InferenceStatus.Arg, () => engine.WriteInput(0, three, 0, 3));
        Refuses(InferenceStatus.Arg, () => engine.WriteInput(0, three, 0, 1));
        Refuses(InferenceStatus.Arg, () => engine.WriteInput(0, three, 2, 2));
        Refuses(InferenceStatus.Arg, () => engine.WriteInput(0, three, -1, 2));
        Refuses(InferenceStatus.Arg, () => engine.WriteInput(1, three, 0, 2));
        Refuses(InferenceStatus.Arg, () => engine.ReadOutput(0, new float[3], 0, 3));
        Refuses(InferenceStatus.Arg, () => engine.ReadOutput(-1, new byte[2], 0, 2));
        Refuses(InferenceStatus.Arg, () => engine.Step(-1));
        Refuses(InferenceStatus.Arg, () => engine.FillGolden(2));
        Refuses(InferenceStatus.Arg, () => engine.CheckGolden(-1));
    }

    [Fact]
    public void EngineWithoutModel_Refuses()
    {
        ManagedEngine engine = Open();
        engine.Dispose();
        Refuses(InferenceStatus.Arg, engine.Run);
        Refuses(InferenceStatus.Arg, engine.Reset);
        Refuses(InferenceStatus.Arg, () => engine.WriteInput(0, new sbyte[2], 0, 2));
        Refuses(InferenceStatus.Arg, () => _ = engine.Name);
        Refuses(InferenceStatus.Arg, () => engine.Input(0));
        Refuses(InferenceStatus.Format, () => engine.Open([]));
        engine.Open(Blob);
        Assert.Equal("smallest", engine.Name);
    }

    [Fact]
    public void FloatBits_OfMinusZero_KeepTheSign()
    {
        Assert.Equal(int.MinValue, FloatBits.Of(-0f));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    [InlineData(-1.5f)]
    [InlineData(16777215f)]
    [InlineData(1e-45f)]
    [InlineData(-1.1754942e-38f)]
    [InlineData(1.17549435e-38f)]
    [InlineData(float.MaxValue)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(3.14159274f)]
    public void FloatBits_AreThoseOfTheNumber(float value)
    {
        Assert.Equal(BitConverter.SingleToInt32Bits(value), FloatBits.Of(value));
    }

    [Fact]
    public void FloatBits_OfRandomNumbers()
    {
        TestKit.Seeded random = new(3);
        for (int i = 0; i < 10_000; i++)
        {
            int bits = (int)random.NextBits();
            float value = BitConverter.Int32BitsToSingle(bits);
            Assert.True(float.IsNaN(value) || FloatBits.Of(value) == bits, $"{bits:X8}");
        }

        Assert.True(float.IsNaN(BitConverter.Int32BitsToSingle(FloatBits.Of(float.NaN))));
    }

    internal static void Refuses(int status, Action action)
    {
        InferenceException e = Assert.Throws<InferenceException>(action);
        Assert.Equal(status, e.Status);
    }

    private static ManagedEngine Open()
    {
        ManagedEngine engine = new();
        engine.Open(Blob);
        return engine;
    }
}
