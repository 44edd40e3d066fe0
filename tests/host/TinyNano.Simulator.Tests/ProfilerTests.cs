using TinyNano.Compiler;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Simulator.Profiling;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Simulator.Tests;

/// <summary>The profiler's counts against the emulator's own counter.</summary>
public sealed class ProfilerTests
{
    // The step loop between the layers: finding, decoding and calling a step.
    private const int MostInstructionsOfTheLoopPerStep = 400;

    [Theory]
    [InlineData("cortex-m4")]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m55")]
    [InlineData("rv32imc")]
    public void Counts_AreThoseOfTheEmulator(string core)
    {
        ModelProfile profile = Profiler.Run(BlobCompiler.Compile(TwoLayers()).Blob, core);
        long functions = profile.Functions.Sum(f => f.Instructions);
        long layers = profile.Layers.Sum(l => l.Instructions);

        // Reading the counter costs a few instructions that lie outside of the marks.
        Assert.InRange(profile.TotalInstructions - functions, 0, 40);
        Assert.InRange(functions - layers, 0, MostInstructionsOfTheLoopPerStep * profile.Layers.Count);
        Assert.Equal(["CONV_2D", "FULLY_CONNECTED"], profile.Layers.Select(l => l.Operator));
        Assert.Equal([8 * 8 * 4 * 27, 256 * 5], profile.Layers.Select(l => l.Macs!.Value));
        Assert.All(profile.Layers, l => Assert.True(l.Instructions > l.Macs && l.CyclesEstimated >= l.Instructions && l.BytesMoved > 0 && l.ArenaBytesAlive > 0));
        Assert.Contains(profile.Layers[0].Functions, f => f.Name.Contains("conv2d", StringComparison.Ordinal));
        Assert.Contains(profile.Boards, b => b is { RamFits: true, FlashFits: true, LatencyMillisecondsEstimated: > 0, EnergyMillijoulesEstimated: > 0 });
    }

    [Fact]
    public void Program_IsCountedFromResetToExit()
    {
        // Without arguments the runner prints its usage and ends with 1.
        ProgramProfile profile = Profiler.RunProgram(NativeLibraryLocator.Find("cortex-m4/tn_runner.elf"), "cortex-m4");
        Assert.Contains(profile.Functions, f => f.Name == "main" && f.Instructions > 10);
        Assert.True(profile.TotalCyclesEstimated > profile.TotalInstructions);
    }

    [Fact]
    public void Report_NamesEveryLayerAndNeedsNothingFromOutside()
    {
        ModelProfile profile = Profiler.Run(BlobCompiler.Compile(TwoLayers()).Blob, "cortex-m4");
        string page = ProfileHtml.Write(profile, "<svg></svg>");
        Assert.All(profile.Layers, l => Assert.Contains($"{l.Step} {l.Operator}</text>", page, StringComparison.Ordinal));
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static Graph TwoLayers()
    {
        Seeded random = new(3);
        GraphBuilder b = new("two");
        Value x = b.Input("x", DType.Int8, [1, 8, 8, 3], new Quantization(0.05f, -3));
        Value w = GraphBuilder.Const("w", random.Tensor(DType.Int8, new Shape(4, 3, 3, 3), -127, 127), new Quantization(0.01f, 0));
        Value y = b.Op(new Conv2D(1, 1, 1, 1, 1, 1, 1, 1, 1, Clamp.Relu), "y", new Quantization(0.1f, -128), x, w, null);
        Value flat = b.Op(new Reshape([1, 256]), "flat", y.Quantization, y);
        Value w2 = GraphBuilder.Const("w2", random.Tensor(DType.Int8, new Shape(5, 256), -127, 127), new Quantization(0.01f, 0));
        b.Output(b.Op(new FullyConnected(Clamp.None), "z", new Quantization(0.3f, 0), flat, w2, null));
        return b.Graph;
    }
}
