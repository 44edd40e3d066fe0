using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Tests.Onnx;

/// <summary>Float operators between Dequantize and Quantize become integer operators: graph text in, graph text out.</summary>
public sealed class FoldQdqTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Fact]
    public void FullyConnected_TakesWeightsAndBiasAsTheyAre()
    {
        Fold(
            """
            graph g
            input %x: i8[1,2] q(0.5, 3)
            %w: i8[2,2] q(0.25, 0) = const [1, 2, -3, 4]
            %b: i32[2] q(0.125, 0) = const [10, -20]
            %xr: f32[1,2] = Dequantize(%x)
            %wr: f32[2,2] = Dequantize(%w)
            %br: f32[2] = Dequantize(%b)
            %y: f32[1,2] = FullyConnected(%xr, %wr, %br) { Activation = none }
            %z: f32[1,2] = Unary(%y) { Kind = Clip, Alpha = 0, Beta = inf }
            %q: i8[1,2] q(0.75, -128) = Quantize(%z) { To = i8 }
            output %q
            """,
            """
            graph g
            input %x: i8[1,2] q(0.5, 3)
            %w: i8[2,2] q(0.25, 0) = const [1, 2, -3, 4]
            %b:bias: i32[2] q(0.125, 0) = const [10, -20]
            %q: i8[1,2] q(0.75, -128) = FullyConnected(%x, %w, %b:bias) { Activation = relu } "y"
            output %q
            """);
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Movement_BetweenQuantisedOperators_MovesIntegers()
    {
        Fold(
            """
            graph g
            input %x: i8[1,2,3] q(0.5, 3)
            %xr: f32[1,2,3] = Dequantize(%x)
            %t: f32[1,3,2] = Transpose(%xr) { Perm = [0, 2, 1] }
            %c: f32[1,3,2] = Unary(%t) { Kind = Sigmoid, Alpha = 0, Beta = 0 }
            %s: f32[6] = Reshape(%c) { Dims = [6] }
            %q: i8[6] q(0.00390625, -128) = Quantize(%s) { To = i8 }
            output %q
            """,
            """
            graph g
            input %x: i8[1,2,3] q(0.5, 3)
            %t:q: i8[1,3,2] q(0.5, 3) = Transpose(%x) { Perm = [0, 2, 1] } "t"
            %s/quantize: i8[1,3,2] q(0.00390625, -128) = Unary(%t:q) { Kind = Sigmoid, Alpha = 0, Beta = 0 } "c"
            %q: i8[6] q(0.00390625, -128) = Reshape(%s/quantize) { Dims = [6] } "s"
            output %q
            """);
    }

    [Fact]
    public void Pair_WithOtherScale_BecomesOneChangeOfQuantisation()
    {
        Fold(
            """
            graph g
            input %x: i8[4] q(0.5, 3)
            %r: f32[4] = Dequantize(%x)
            %q: i8[4] q(0.25, 0) = Quantize(%r) { To = i8 }
            output %q
            """,
            """
            graph g
            input %x: i8[4] q(0.5, 3)
            %q: i8[4] q(0.25, 0) = Quantize(%x) { To = i8 }
            output %q
            """);
    }

    [Fact]
    public void Unquantised_StaysFloatAndIsNamed()
    {
        Fold(
            """
            graph g
            input %x: i8[1,2] q(0.5, 3)
            %w: i8[1,2] q(0.25, 0) = const [1, 2]
            %xr: f32[1,2] = Dequantize(%x)
            %wr: f32[1,2] = Dequantize(%w)
            %y: f32[1,1] = FullyConnected(%xr, %wr, _) { Activation = none } "head"
            output %y
            """,
            """
            graph g
            input %x: i8[1,2] q(0.5, 3)
            %wr: f32[1,2] = const [0.25, 0.5]
            %xr: f32[1,2] = Dequantize(%x)
            %y: f32[1,1] = FullyConnected(%xr, %wr, _) { Activation = none } "head"
            output %y
            """);
        Diagnostic warning = Assert.Single(_diagnostics.Items);
        Assert.Equal("TN3101", warning.Id);
        Assert.Contains("FullyConnected 'head' (its output is not quantised)", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AsymmetricWeights_AreShiftedWhereThatIsExact()
    {
        Graph folded = FoldQdq.Run(
            GraphParser.Parse(
                """
                graph g
                input %x: i8[1,2,2,1] q(0.5, 3)
                %w: i8[1,1,1,1] q(0.25, -100) = const [20]
                %xr: f32[1,2,2,1] = Dequantize(%x)
                %wr: f32[1,1,1,1] = Dequantize(%w)
                %y: f32[1,2,2,1] = Conv2D(%xr, %wr) { StrideH = 1, StrideW = 1, DilationH = 1, DilationW = 1, PadTop = 0, PadBottom = 0, PadLeft = 0, PadRight = 0, Groups = 1, Activation = none }
                %q: i8[1,2,2,1] q(0.75, 0) = Quantize(%y) { To = i8 }
                output %q
                """),
            _diagnostics);
        Value weights = Assert.Single(folded.Nodes).Inputs[1]!;
        Assert.Equal(120, weights.Constant!.GetInteger(0));
        Assert.True(new Quantization(0.25f, 0).SameAs(weights.Quantization));
    }

    private void Fold(string before, string after)
    {
        Graph folded = FoldQdq.Run(GraphParser.Parse(before), _diagnostics);
        GraphChecker.Check(folded);
        Assert.Equal(GraphPrinter.Print(GraphParser.Parse(after)), GraphPrinter.Print(folded));
    }
}
