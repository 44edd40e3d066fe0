using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.TestKit.Writing;

public static partial class TFLiteWriter
{
    private static KeyValuePair<Type, Action<TFLiteBuffer, Node>>[] Elementwise() =>
    [
        Row<Add>((to, node, op) => Plain(to, node, "ADD", 11, Activation(0, op.Activation), new(1, false))),
        Row<Sub>((to, node, op) => Plain(to, node, "SUB", 28, Activation(0, op.Activation), new(1, false))),
        Row<Mul>((to, node, op) => Plain(to, node, "MUL", 21, Activation(0, op.Activation))),
        Row<Div>((to, node, op) => Plain(to, node, "DIV", 29, Activation(0, op.Activation))),
        Row<Minimum>((to, node, _) => Plain(to, node, "MINIMUM", 39)),
        Row<Maximum>((to, node, _) => Plain(to, node, "MAXIMUM", 39)),
        Row<SquaredDifference>((to, node, _) => Plain(to, node, "SQUARED_DIFFERENCE", 76)),
        Row<Compare>(WriteCompare),
        Row<Logical>(WriteLogical),
        Row<Select>((to, node, _) => Plain(to, node, "SELECT_V2", 98)),
        Row<Unary>(WriteUnary),
        Row<PRelu>((to, node, _) => Plain(to, node, "PRELU")),
        Row<Quantize>((to, node, _) => Plain(to, node, "QUANTIZE", 89)),
        Row<Dequantize>((to, node, _) => Plain(to, node, "DEQUANTIZE", 38)),
        Row<Cast>((to, node, op) => Plain(to, node, "CAST", 37,
            new(0, TFLiteBuffer.TypeCode(node.Inputs[0]!.DType)), new(1, TFLiteBuffer.TypeCode(op.To)))),
    ];

    private static void WriteCompare(TFLiteBuffer to, Node node, Compare op)
    {
        (string name, int options) = op.Kind switch
        {
            CompareKind.Equal => ("EQUAL", 53),
            CompareKind.NotEqual => ("NOT_EQUAL", 54),
            CompareKind.Less => ("LESS", 41),
            CompareKind.LessEqual => ("LESS_EQUAL", 46),
            CompareKind.Greater => ("GREATER", 44),
            _ => ("GREATER_EQUAL", 45),
        };
        Plain(to, node, name, options);
    }

    private static void WriteLogical(TFLiteBuffer to, Node node, Logical op)
    {
        (string name, int options) = op.Kind switch
        {
            LogicalKind.And => ("LOGICAL_AND", 63),
            LogicalKind.Or => ("LOGICAL_OR", 61),
            LogicalKind.Not => ("LOGICAL_NOT", 64),
            _ => throw new NotSupportedException($"{node}: TFLite has no {op.Kind}"),
        };
        Plain(to, node, name, options);
    }

    private static void WriteUnary(TFLiteBuffer to, Node node, Unary op)
    {
        switch (op.Kind)
        {
            case UnaryKind.Clip:
                Plain(to, node, (op.Alpha, op.Beta) switch
                {
                    (0, float.PositiveInfinity) => "RELU",
                    (0, 6) => "RELU6",
                    (-1, 1) => "RELU_N1_TO_1",
                    (0, 1) => "RELU_0_TO_1",
                    _ => throw new NotSupportedException($"{node}: TFLite has no clip to [{op.Alpha}, {op.Beta}]"),
                });
                break;
            case UnaryKind.RawClip when (op.Alpha, op.Beta) == (0, 6):
                Plain(to, node, "RELU6");
                break;
            case UnaryKind.LeakyRelu:
                Plain(to, node, "LEAKY_RELU", 75, new OptionField(0, op.Alpha));
                break;
            case UnaryKind.Elu when op.Alpha == 1:
                Plain(to, node, "ELU");
                break;
            case UnaryKind.Gelu or UnaryKind.GeluTanh:
                Plain(to, node, "GELU", 116, new OptionField(0, op.Kind == UnaryKind.GeluTanh));
                break;
            default:
                (string name, int options) = op.Kind switch
                {
                    UnaryKind.Sigmoid => ("LOGISTIC", 0),
                    UnaryKind.Tanh => ("TANH", 0),
                    UnaryKind.HardSwish => ("HARD_SWISH", 91),
                    UnaryKind.Exp => ("EXP", 33),
                    UnaryKind.Log => ("LOG", 0),
                    UnaryKind.Sqrt => ("SQRT", 0),
                    UnaryKind.Rsqrt => ("RSQRT", 0),
                    UnaryKind.Square => ("SQUARE", 66),
                    UnaryKind.Abs => ("ABS", 78),
                    UnaryKind.Neg => ("NEG", 42),
                    UnaryKind.Floor => ("FLOOR", 0),
                    UnaryKind.Ceil => ("CEIL", 0),
                    UnaryKind.Round => ("ROUND", 0),
                    UnaryKind.Sin => ("SIN", 0),
                    UnaryKind.Cos => ("COS", 84),
                    UnaryKind.Sign => ("SIGN", 123),
                    _ => throw new NotSupportedException($"{node}: TFLite has no {op.Kind}"),
                };
                Plain(to, node, name, options);
                break;
        }
    }
}
