using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>Operators that treat every element alike, so that data may move before or after them.</summary>
internal static class PerElement
{
    /// <summary>One input, one output of the same shape, element by element.</summary>
    public static bool IsUnary(Op op) => op is Unary or Ops.Quantize or Dequantize or Cast or Logical { Kind: LogicalKind.Not };

    /// <summary>Two or three broadcast inputs, element by element.</summary>
    public static bool IsBinary(Op op) =>
        op is Add or Sub or Mul or Div or Minimum or Maximum or SquaredDifference or Compare or Select or PRelu or Logical { Kind: not LogicalKind.Not };
}
