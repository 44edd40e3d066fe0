using TinyNano.Compiler;
using TinyNano.Compiler.IR;
using TinyNano.Simulator.Profiling;
using Xunit.Abstractions;

namespace TinyNano.Simulator.Tests;

/// <summary>
/// What the runtime costs on a Cortex-M4 with the operators of a keyword spotter, int8 only (-O2): budgets that may only grow on
/// purpose. The figures are printed.
/// </summary>
public sealed class FootprintTests
{
    private const string Model = """
        graph keyword
        input %x: i8[1,12,8,1] q(0.5, 3)
        %w0: i8[8,3,3,1] q(0.02, 0) = const fill(9)
        %b0: i32[8] = const fill(100)
        %c: i8[1,6,4,8] q(0.4, -128) = Conv2D(%x, %w0, %b0) { StrideH = 2, StrideW = 2, DilationH = 1, DilationW = 1, PadTop = 0, PadBottom = 1, PadLeft = 0, PadRight = 1, Groups = 1, Activation = relu }
        %w1: i8[1,3,3,8] q(0.03, 0) = const fill(-5)
        %d: i8[1,6,4,8] q(0.4, -128) = DepthwiseConv2D(%c, %w1, %b0) { StrideH = 1, StrideW = 1, DilationH = 1, DilationW = 1, PadTop = 1, PadBottom = 1, PadLeft = 1, PadRight = 1, Multiplier = 1, Activation = relu }
        %p: i8[1,1,1,8] q(0.4, -128) = AveragePool2D(%d) { FilterH = 6, FilterW = 4, StrideH = 1, StrideW = 1, PadTop = 0, PadBottom = 0, PadLeft = 0, PadRight = 0, CountPad = false, Activation = none }
        %r: i8[1,8] q(0.4, -128) = Reshape(%p) { Dims = [1, 8] }
        %w2: i8[4,8] q(0.05, 0) = const fill(11)
        %b2: i32[4] = const [1, 2, 3, 4]
        %f: i8[1,4] q(0.3, 5) = FullyConnected(%r, %w2, %b2) { Activation = none }
        %y: i8[1,4] q(0.00390625, -128) = Softmax(%f) { Beta = 1, Axis = -1 }
        output %y
        """;

    private readonly ITestOutputHelper _output;

    public FootprintTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void KeywordSpotterImage_StaysInItsBudget()
    {
        (int code, int ram) = ImageSize.Of(NativeLibraryLocator.Find("footprint-cortex-m4/footprint_kws.elf"));
        int stack = EmulatorRun.Run(Emulator.Find("cortex-m4"), BlobCompiler.Compile(GraphParser.Parse(Model)).Blob, new byte[96 * 2]).StackBytes;
        _output.WriteLine($"code {code} B, static RAM {ram} B, stack {stack} B");
        // 0.35 of TensorFlow Lite Micro's with CMSIS-NN, for the same operators: general kernels and those of cortex-m-dsp.
        Assert.InRange(code, 1, 19_216);
        Assert.InRange(ram, 0, 1023);
        Assert.InRange(stack, 1, 1535);
    }
}
