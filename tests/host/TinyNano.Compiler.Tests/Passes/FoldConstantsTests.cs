using TinyNano.Compiler.IR;
using TinyNano.Compiler.Passes;

namespace TinyNano.Compiler.Tests.Passes;

public sealed class FoldConstantsTests
{
    /// <summary>Ties away from zero, clamped to the element type: scale 0.5, zero point 3.</summary>
    [Fact]
    public void QuantizedConstant_RoundsTiesAwayFromZero_AndSaturates()
    {
        Graph graph = GraphParser.Parse("""
            graph g
            input %x: i8[6] q(0.5, 3)
            %r: f32[6] = const [0.25, -0.25, 0.74, -0.24, 1000, -1000]
            %c: i8[6] q(0.5, 3) = Quantize(%r) { To = i8 }
            %y: i8[6] q(0.5, 3) = Add(%x, %c)
            output %y
            """);

        Assert.True(new FoldConstants().Run(graph));

        Assert.Equal(new sbyte[] { 4, 2, 4, 3, 127, -128 }, graph.Nodes[0].Inputs[1]!.Constant!.Data);
    }
}
