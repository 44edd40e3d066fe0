using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>Functions of one element, or of corresponding elements of broadcast tensors; conversions of type.</summary>
internal static class TFLiteElementwise
{
    public static KeyValuePair<string, Action<TFLiteContext>>[] Table { get; } =
    [
        new("ADD", c => Binary(c, new Add(TFLiteConvolution.Activation(c.Operator.Byte(0))))),
        new("SUB", c => Binary(c, new Sub(TFLiteConvolution.Activation(c.Operator.Byte(0))))),
        new("MUL", c => Binary(c, new Mul(TFLiteConvolution.Activation(c.Operator.Byte(0))))),
        new("DIV", c => Binary(c, new Div(TFLiteConvolution.Activation(c.Operator.Byte(0))))),
        new("MINIMUM", c => Binary(c, new Minimum())),
        new("MAXIMUM", c => Binary(c, new Maximum())),
        new("SQUARED_DIFFERENCE", c => Binary(c, new SquaredDifference())),
        new("ADD_N", AddN),
        new("EQUAL", c => Binary(c, new Compare(CompareKind.Equal))),
        new("NOT_EQUAL", c => Binary(c, new Compare(CompareKind.NotEqual))),
        new("LESS", c => Binary(c, new Compare(CompareKind.Less))),
        new("LESS_EQUAL", c => Binary(c, new Compare(CompareKind.LessEqual))),
        new("GREATER", c => Binary(c, new Compare(CompareKind.Greater))),
        new("GREATER_EQUAL", c => Binary(c, new Compare(CompareKind.GreaterEqual))),
        new("LOGICAL_AND", c => c.Result(new Logical(LogicalKind.And), c.In(0), c.In(1))),
        new("LOGICAL_OR", c => c.Result(new Logical(LogicalKind.Or), c.In(0), c.In(1))),
        new("LOGICAL_NOT", c => c.Result(new Logical(LogicalKind.Not), c.In(0))),
        new("SELECT", Select),
        new("SELECT_V2", c => c.Result(new Select(), c.In(0, "condition"), c.In(1), c.In(2))),
        new("RELU", c => Map(c, UnaryKind.Clip, 0, float.PositiveInfinity)),
        new("RELU6", Relu6),
        new("RELU_N1_TO_1", c => Map(c, UnaryKind.Clip, -1, 1)),
        new("RELU_0_TO_1", c => Map(c, UnaryKind.Clip, 0, 1)),
        new("LEAKY_RELU", c => Map(c, UnaryKind.LeakyRelu, c.Operator.Float(0))),
        new("PRELU", c => Binary(c, new PRelu())),
        new("ELU", c => Map(c, UnaryKind.Elu, 1)),
        new("LOGISTIC", c => Map(c, UnaryKind.Sigmoid)),
        new("TANH", c => Map(c, UnaryKind.Tanh)),
        new("HARD_SWISH", c => Map(c, UnaryKind.HardSwish)),
        new("GELU", c => Map(c, c.Operator.Bool(0) ? UnaryKind.GeluTanh : UnaryKind.Gelu)),
        new("EXP", c => Map(c, UnaryKind.Exp)),
        new("LOG", c => Map(c, UnaryKind.Log)),
        new("SQRT", c => Map(c, UnaryKind.Sqrt)),
        new("RSQRT", c => Map(c, UnaryKind.Rsqrt)),
        new("SQUARE", c => Map(c, UnaryKind.Square)),
        new("ABS", c => Map(c, UnaryKind.Abs)),
        new("NEG", c => Map(c, UnaryKind.Neg)),
        new("FLOOR", c => Map(c, UnaryKind.Floor)),
        new("CEIL", c => Map(c, UnaryKind.Ceil)),
        new("ROUND", c => Map(c, UnaryKind.Round)),
        new("SIN", c => Map(c, UnaryKind.Sin)),
        new("COS", c => Map(c, UnaryKind.Cos)),
        new("SIGN", c => Map(c, UnaryKind.Sign)),
        new("QUANTIZE", Quantize),
        new("DEQUANTIZE", Dequantize),
        new("CAST", c => c.Result(new Cast(c.OutType().DType), c.In(0))),
    ];

    private static void Binary(TFLiteContext c, Op op) => c.Result(op, c.In(0, "a"), c.In(1, "b"));

    private static void Map(TFLiteContext c, UnaryKind kind, float alpha = 0, float beta = 0) =>
        c.Result(new Unary(kind, alpha, beta), c.In(0));

    // The reference kernel clips raw numbers, also where input and output have different scales.
    private static void Relu6(TFLiteContext c)
    {
        bool rescales = c.In(0).Quantization is Quantization q && !q.SameAs(c.OutType().Quantization);
        Map(c, rescales ? UnaryKind.RawClip : UnaryKind.Clip, 0, 6);
    }

    // All inputs have one shape. The sum of int8 is rounded once; a chain of additions would round at each.
    private static void AddN(TFLiteContext c)
    {
        Value sum = c.In(0);
        int count = c.Operator.Inputs.Length;
        if (count > 2 && sum.DType != DType.Float32)
        {
            throw TFLiteRefusal.Attribute($"{count} quantised inputs; only 2 are supported.", "add them two by two");
        }

        if (count < 2)
        {
            throw TFLiteRefusal.Misfit("one input, expected two or more.");
        }

        for (int i = 1; i < count - 1; i++)
        {
            sum = c.Emit(new Add(Clamp.None), $"sum{i}", sum.Type, sum, c.In(i));
        }

        c.Result(new Add(Clamp.None), sum, c.In(count - 1));
    }

    // A condition of rank 1 chooses whole slices of the first axis; SELECT_V2 broadcasts as numpy does.
    private static void Select(TFLiteContext c)
    {
        Value condition = c.In(0, "condition");
        Value a = c.In(1);
        if (condition.Shape.Rank == 1 && a.Shape.Rank > 1)
        {
            condition = c.Reshaped(condition, "condition", [condition.Shape[0], .. Enumerable.Repeat(1, a.Shape.Rank - 1)]);
        }

        c.Result(new Select(), condition, a, c.In(2));
    }

    private static void Quantize(TFLiteContext c)
    {
        TensorType to = c.OutType();
        if (to.Quantization is null)
        {
            throw TFLiteRefusal.Misfit("the output has no scale and zero point.");
        }

        c.Result(new Ops.Quantize(to.DType), c.In(0));
    }

    // Float16 weights are float32 already; constants become what they stand for.
    private static void Dequantize(TFLiteContext c)
    {
        Value x = c.In(0);
        if (x.DType == DType.Float32)
        {
            c.ResultIs(x);
        }
        else if (x is { Constant: Tensor data, Quantization: Quantization q })
        {
            c.Reserve(data.Shape, DType.Float32);
            c.ResultConstant(0, Tensor.Of(data.Shape, data.ToFloats(q)));
        }
        else
        {
            c.Result(new Dequantize(), x);
        }
    }
}
