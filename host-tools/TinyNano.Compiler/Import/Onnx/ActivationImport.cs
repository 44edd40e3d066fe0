using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Functions of one element, and what can be put together from them.</summary>
internal static class ActivationImport
{
    /// <summary>An import function for a unary operator without attributes.</summary>
    public static Action<NodeImport> Unary(UnaryKind kind) => n => n.Out(n.Main(new Unary(kind, 0, 0), n.Value(0)));

    /// <summary>An import function for a unary operator with an attribute alpha.</summary>
    public static Action<NodeImport> Unary(UnaryKind kind, float alpha) =>
        n => n.Out(n.Main(new Unary(kind, n.Float("alpha", alpha), 0), n.Value(0)));

    public static void Relu(NodeImport n) =>
        n.Out(n.Main(new Unary(UnaryKind.Clip, 0, float.PositiveInfinity), n.Value(0)));

    public static void Clip(NodeImport n)
    {
        float low = float.NegativeInfinity;
        float high = float.PositiveInfinity;
        if (n.Opset < 11)
        {
            low = n.Float("min", low);
            high = n.Float("max", high);
        }
        else
        {
            low = n.Has(1) ? n.Scalar(1, "min") : low;
            high = n.Has(2) ? n.Scalar(2, "max") : high;
        }

        // Exporters write "no bound" as the largest float.
        low = low <= float.MinValue ? float.NegativeInfinity : low;
        high = high >= float.MaxValue ? float.PositiveInfinity : high;
        if (float.IsNaN(low) || float.IsNaN(high))
        {
            throw new ImportException("a bound is not a number");
        }

        // ONNX takes the upper bound last: with min > max everything is max.
        Unary clip = new(UnaryKind.Clip, Math.Min(low, high), high);
        Value x = n.Value(0);
        if (x.Quantization is null && x.DType is DType.Int8 or DType.UInt8 or DType.Int16)
        {
            Value clipped = n.Main(clip, n.Emit(new Cast(DType.Int32), x));
            n.Out(n.Emit(new Cast(x.DType), clipped), 0, n.In(0).Type);
            return;
        }

        n.Out(n.Main(clip, x));
    }

    public static void Selu(NodeImport n) =>
        n.Out(n.Main(new Unary(UnaryKind.Selu, n.Float("alpha", 1.67326319217681884765625f), n.Float("gamma", 1.05070102214813232421875f)), n.Value(0)));

    public static void HardSigmoid(NodeImport n) =>
        n.Out(n.Main(new Unary(UnaryKind.HardSigmoid, n.Float("alpha", 0.2f), n.Float("beta", 0.5f)), n.Value(0)));

    public static void Gelu(NodeImport n)
    {
        string approximate = n.Text("approximate", "none");
        UnaryKind kind = approximate switch
        {
            "none" => UnaryKind.Gelu,
            "tanh" => UnaryKind.GeluTanh,
            _ => throw new ImportException($"approximate = {approximate} is not supported (only none, tanh)"),
        };
        n.Out(n.Main(new Unary(kind, 0, 0), n.Value(0)));
    }

    /// <summary>max(0, x) + min(0, alpha * (exp(x / alpha) - 1)), which is alpha * elu(x / alpha).</summary>
    public static void Celu(NodeImport n)
    {
        float alpha = n.Float("alpha", 1);
        if (!(alpha > 0))
        {
            throw new ImportException($"alpha = {alpha} is not supported (only above 0)");
        }

        Edge scaled = n.Scale(n.In(0), 1 / alpha);
        Value elu = n.Main(new Unary(UnaryKind.Elu, 1, 0), n.ValueOf(scaled));
        n.Out(n.Scale(Edge.Of(elu), alpha));
    }

    /// <summary>x * tanh(softplus(x)).</summary>
    public static void Mish(NodeImport n)
    {
        Value x = n.Value(0);
        Value softplus = n.Emit(new Unary(UnaryKind.Softplus, 0, 0), x);
        n.Out(n.Main(new Mul(Clamp.None), x, n.Emit(new Unary(UnaryKind.Tanh, 0, 0), softplus)));
    }

    public static void ThresholdedRelu(NodeImport n)
    {
        Value x = n.Value(0);
        Value above = n.Emit(new Compare(CompareKind.Greater), x, n.Const(n.Float("alpha", 1)));
        n.Out(n.Main(new Select(), above, x, n.Const(0)));
    }

    /// <summary>x where x >= 0, slope * x elsewhere; the slope broadcasts to x.</summary>
    public static void PRelu(NodeImport n)
    {
        Edge slope = n.In(1);
        int[]? dims = OnnxTypes.Broadcast(n.In(0).ToDims(), slope.ToDims());
        if (dims is null || !dims.SequenceEqual(n.In(0).ToDims()))
        {
            throw new ImportException($"slope {OnnxTypes.Text(slope.ToDims())} does not fit x {OnnxTypes.Text(n.In(0).ToDims())}");
        }

        n.Out(n.Main(new PRelu(), n.Value(0), n.ValueOf(slope)));
    }

    public static void Softmax(NodeImport n) => n.Out(Normalised(n, n.In(0), axis => new Softmax(1, axis)));

    public static void LogSoftmax(NodeImport n) => n.Out(Normalised(n, n.In(0), axis => new LogSoftmax(axis)));

    /// <summary>
    /// Softmax along one axis (opset 13), or before over everything from the axis on, seen as a matrix.
    /// </summary>
    public static Edge Normalised(NodeImport n, Edge x, Func<int, Op> op, bool flattens = false)
    {
        flattens |= n.Node.Domain.Length == 0 && n.Opset < 13;
        int given = n.Int("axis", flattens ? 1 : -1);
        if (flattens && given == x.Rank)
        {
            throw new ImportException($"axis {given} of a tensor of rank {x.Rank}");
        }

        int axis = NodeImport.Axis(given, x.Rank);
        int last = x.Rank - 1;
        while (flattens && last > axis && x[last] == 1)
        {
            last--;
        }

        if (!flattens || axis == last)
        {
            return Edge.Of(n.Main(op(axis), n.ValueOf(x)));
        }

        int rows = OnnxTypes.Count(x.Dims[..axis]);
        Edge matrix = n.Reshape(x, rows, x.Count / rows);
        return n.Reshape(Edge.Of(n.Main(op(1), n.ValueOf(matrix))), x.ToDims());
    }
}
