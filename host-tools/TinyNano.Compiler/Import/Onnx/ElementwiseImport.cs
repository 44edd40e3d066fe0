using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Arithmetic, comparison, logic and selection on broadcast tensors.</summary>
internal static class ElementwiseImport
{
    /// <summary>An import function for a binary operator.</summary>
    public static Action<NodeImport> Binary(Op op) => n =>
    {
        Operands(n, 2);
        n.Out(n.Main(op, n.Value(0), n.Value(1)));
    };

    /// <summary>An import function for an operator on any number of inputs that is a chain of binary ones.</summary>
    public static Action<NodeImport> Chain(Op op) => n => n.Out(Chained(n, op));

    public static void Mean(NodeImport n)
    {
        Value sum = Chained(n, new Add(Clamp.None));
        n.Out(n.InputCount == 1 ? sum : n.Emit(new Mul(Clamp.None), sum, n.Const(1f / n.InputCount)));
    }

    public static void Equal(NodeImport n)
    {
        Operands(n, 2);
        if (n.In(0).Type != OnnxType.Bool)
        {
            n.Out(n.Main(new Compare(CompareKind.Equal), n.Value(0), n.Value(1)));
            return;
        }

        Value differ = n.Emit(new Logical(LogicalKind.Xor), n.Value(0), n.Value(1));
        n.Out(n.Main(new Logical(LogicalKind.Not), differ));
    }

    public static void Not(NodeImport n) => n.Out(n.Main(new Logical(LogicalKind.Not), n.Value(0)));

    public static void Where(NodeImport n) => n.Out(n.Main(new Select(), n.Value(0), n.Value(1), n.Value(2)));

    /// <summary>Powers with one constant exponent: by multiplication, square root and reciprocal.</summary>
    public static void Pow(NodeImport n)
    {
        OnnxTensor exponents = n.Constant(1, "exponent");
        float[] values = exponents.ToFloats();
        if (values.Length == 0 || values.Any(v => v != values[0]))
        {
            throw new ImportException("the exponent must be one constant number");
        }

        float exponent = values[0];
        Edge x = n.In(0);
        int[] dims = OnnxTypes.Broadcast(x.ToDims(), exponents.Dims)
            ?? throw new ImportException($"the exponent {OnnxTypes.Text(exponents.Dims)} does not fit x {OnnxTypes.Text(x.ToDims())}");
        Value value = n.ValueOf(x);
        Value y = exponent switch
        {
            1 => value,
            2 => n.Main(new Unary(UnaryKind.Square, 0, 0), value),
            0.5f => n.Main(new Unary(UnaryKind.Sqrt, 0, 0), value),
            -0.5f => n.Main(new Unary(UnaryKind.Rsqrt, 0, 0), value),
            -1 => n.Main(new Unary(UnaryKind.Reciprocal, 0, 0), value),
            3 => n.Main(new Mul(Clamp.None), n.Emit(new Unary(UnaryKind.Square, 0, 0), value), value),
            4 => n.Main(new Unary(UnaryKind.Square, 0, 0), n.Emit(new Unary(UnaryKind.Square, 0, 0), value)),
            _ => throw new ImportException($"exponent {exponent} is not supported (only -1, -0.5, 0.5, 1, 2, 3, 4)"),
        };
        n.Out(n.Expand(Edge.Of(y), dims));
    }

    private static Value Chained(NodeImport n, Op op)
    {
        Operands(n, 1);
        Value result = n.Value(0);
        for (int i = 1; i < n.InputCount; i++)
        {
            result = i == n.InputCount - 1 ? n.Main(op, result, n.Value(i)) : n.Emit(op, result, n.Value(i));
        }

        return result;
    }

    private static void Operands(NodeImport n, int least)
    {
        // Opset 6 and before had an explicit broadcast axis; it lives on in files whose opset number was raised.
        n.Require("broadcast", 1, 1);
        if (n.InputCount < least)
        {
            throw new ImportException($"{n.InputCount} inputs, expected {least}");
        }

        if (n.In(0).Type is OnnxType.UInt8 or OnnxType.Int8 or OnnxType.Int16)
        {
            throw new ImportException($"arithmetic on plain {OnnxTypes.Name(n.In(0).Type)} is not supported (only float, int32, int64)");
        }

        for (int i = 0; i < n.InputCount; i++)
        {
            if (n.In(i).Type != n.In(0).Type)
            {
                throw new ImportException($"inputs 0 and {i} are {OnnxTypes.Name(n.In(0).Type)} and {OnnxTypes.Name(n.In(i).Type)}");
            }
        }
    }
}
