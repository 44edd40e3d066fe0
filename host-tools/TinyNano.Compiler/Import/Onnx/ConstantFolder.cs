namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// Arithmetic on constants, done at import: exporters compute shapes with it. Data movement on constants is done by the
/// operators' own import functions (see <see cref="EdgeMovement"/>); this is the rest.
/// </summary>
internal static class ConstantFolder
{
    private static readonly Dictionary<string, Func<double, double, double>> Binary = new()
    {
        ["Add"] = (a, b) => a + b,
        ["Sub"] = (a, b) => a - b,
        ["Mul"] = (a, b) => a * b,
        ["Div"] = (a, b) => a / b,
        ["Pow"] = Math.Pow,
        ["Min"] = Math.Min,
        ["Max"] = Math.Max,
        ["Sum"] = (a, b) => a + b,
        ["Mod"] = (a, b) => a - b * Math.Floor(a / b),
        ["And"] = (a, b) => a != 0 && b != 0 ? 1 : 0,
        ["Or"] = (a, b) => a != 0 || b != 0 ? 1 : 0,
        ["Xor"] = (a, b) => a != 0 ^ b != 0 ? 1 : 0,
        ["Equal"] = (a, b) => a == b ? 1 : 0,
        ["Less"] = (a, b) => a < b ? 1 : 0,
        ["LessOrEqual"] = (a, b) => a <= b ? 1 : 0,
        ["Greater"] = (a, b) => a > b ? 1 : 0,
        ["GreaterOrEqual"] = (a, b) => a >= b ? 1 : 0,
    };

    private static readonly Dictionary<string, Func<long, long, long>> IntegerBinary = new()
    {
        ["Add"] = (a, b) => unchecked(a + b),
        ["Sub"] = (a, b) => unchecked(a - b),
        ["Mul"] = (a, b) => unchecked(a * b),
        ["Div"] = (a, b) => b switch { 0 => throw new ImportException("division by zero"), -1 => unchecked(-a), _ => a / b },
        ["Min"] = Math.Min,
        ["Max"] = Math.Max,
        ["Sum"] = (a, b) => unchecked(a + b),
        ["Mod"] = (a, b) => b switch { 0 => throw new ImportException("division by zero"), -1 => 0, _ => (a % b + b) % b },
    };

    private static readonly Dictionary<string, Func<double, double>> Unary = new()
    {
        ["Neg"] = x => -x,
        ["Abs"] = Math.Abs,
        ["Floor"] = Math.Floor,
        ["Ceil"] = Math.Ceiling,
        ["Round"] = x => Math.Round(x, MidpointRounding.ToEven),
        ["Sqrt"] = Math.Sqrt,
        ["Exp"] = Math.Exp,
        ["Log"] = Math.Log,
        ["Sin"] = Math.Sin,
        ["Cos"] = Math.Cos,
        ["Reciprocal"] = x => 1 / x,
        ["Sign"] = x => Math.Sign(x),
        ["Not"] = x => x == 0 ? 1 : 0,
    };

    private static readonly Dictionary<string, Func<double, double, double>> Reductions = new()
    {
        ["ReduceSum"] = (a, b) => a + b,
        ["ReduceProd"] = (a, b) => a * b,
        ["ReduceMax"] = Math.Max,
        ["ReduceMin"] = Math.Min,
    };

    private static readonly HashSet<string> Conditions = ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"];

    /// <summary>Sets the node's result where all its inputs are constants and it is simple arithmetic.</summary>
    public static bool TryFold(NodeImport n)
    {
        string op = n.Node.OpType;
        if (n.Node.Domain.Length > 0 || n.InputCount == 0)
        {
            return false;
        }

        List<OnnxTensor> inputs = [];
        for (int i = 0; i < n.InputCount; i++)
        {
            if (n.TryIn(i)?.Constant is not OnnxTensor constant)
            {
                return false;
            }

            inputs.Add(constant);
        }

        OnnxTensor? result = op switch
        {
            _ when Unary.TryGetValue(op, out Func<double, double>? unary) => Map(n, inputs[0], unary),
            "Where" when inputs.Count == 3 => Choose(n, inputs),
            "Mod" when n.Flag("fmod") => null,
            _ when Binary.ContainsKey(op) && inputs.Count >= 2 => Fold(n, op, inputs),
            _ when Reductions.TryGetValue(op, out Func<double, double, double>? reduction) => Reduce(n, inputs, reduction),
            _ => null,
        };
        if (result is null)
        {
            return false;
        }

        n.Out(result);
        return true;
    }

    private static OnnxTensor Map(NodeImport n, OnnxTensor x, Func<double, double> function)
    {
        n.State.ChargeFolding(x.Count);
        return OnnxTensor.FromDoubles(x.Type, x.Dims, Array.ConvertAll(x.ToDoubles(), v => function(v)));
    }

    private static OnnxTensor Fold(NodeImport n, string op, List<OnnxTensor> inputs)
    {
        OnnxTensor result = inputs[0];
        foreach (OnnxTensor next in inputs.Skip(1))
        {
            int[] dims = Fit(result.Dims, next.Dims);
            n.State.ChargeFolding(OnnxTypes.Count(dims));
            OnnxTensor a = Spread(result, dims);
            OnnxTensor b = Spread(next, dims);
            OnnxType type = Conditions.Contains(op) ? OnnxType.Bool : result.Type;
            if (!a.IsFloat && !b.IsFloat && IntegerBinary.TryGetValue(op, out Func<long, long, long>? whole))
            {
                result = OnnxTensor.FromLongs(type, dims, [.. a.ToLongs().Zip(b.ToLongs(), whole)]);
            }
            else
            {
                result = OnnxTensor.FromDoubles(type, dims, [.. a.ToDoubles().Zip(b.ToDoubles(), Binary[op])]);
            }
        }

        return result;
    }

    private static OnnxTensor Choose(NodeImport n, List<OnnxTensor> inputs)
    {
        int[] dims = Fit(Fit(inputs[0].Dims, inputs[1].Dims), inputs[2].Dims);
        n.State.ChargeFolding(OnnxTypes.Count(dims));
        long[] condition = Spread(inputs[0], dims).ToLongs();
        OnnxTensor a = Spread(inputs[1], dims);
        OnnxTensor b = Spread(inputs[2], dims);
        if (a.IsFloat)
        {
            double[] x = a.ToDoubles();
            double[] y = b.ToDoubles();
            return OnnxTensor.FromDoubles(a.Type, dims, [.. condition.Select((c, i) => c != 0 ? x[i] : y[i])]);
        }

        long[] p = a.ToLongs();
        long[] q = b.ToLongs();
        return OnnxTensor.FromLongs(a.Type, dims, [.. condition.Select((c, i) => c != 0 ? p[i] : q[i])]);
    }

    private static OnnxTensor? Reduce(NodeImport n, List<OnnxTensor> inputs, Func<double, double, double> function)
    {
        OnnxTensor x = inputs[0];
        int[]? given = inputs.Count > 1 ? n.Ints(1, "axes") : n.IntList("axes");
        if (x.Count == 0 || given is { Length: 0 } || n.Flag("noop_with_empty_axes"))
        {
            return null;
        }

        int rank = x.Dims.Length;
        HashSet<int> axes = given is null ? [.. Enumerable.Range(0, rank)] : [.. given.Select(a => NodeImport.Axis(a, rank))];
        int[] kept = [.. x.Dims.Select((d, i) => axes.Contains(i) ? 1 : d)];
        int[] strides = OnnxTypes.Strides(x.Dims);
        int[] steps = OnnxTypes.Strides(kept);
        double?[] totals = new double?[OnnxTypes.Count(kept)];
        double[] values = x.ToDoubles();
        n.State.ChargeFolding(values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            int target = 0;
            for (int axis = 0; axis < rank; axis++)
            {
                target += axes.Contains(axis) ? 0 : i / strides[axis] % x.Dims[axis] * steps[axis];
            }

            totals[target] = totals[target] is double total ? function(total, values[i]) : values[i];
        }

        int[] dims = n.Flag("keepdims", true) ? kept : [.. kept.Where((_, i) => !axes.Contains(i))];
        return OnnxTensor.FromDoubles(x.Type, dims, Array.ConvertAll(totals, t => t ?? 0));
    }

    private static int[] Fit(int[] a, int[] b) => OnnxTypes.Broadcast(a, b)
        ?? throw new ImportException($"{OnnxTypes.Text(a)} and {OnnxTypes.Text(b)} do not broadcast");

    private static OnnxTensor Spread(OnnxTensor x, int[] dims)
    {
        if (x.Dims.AsSpan().SequenceEqual(dims))
        {
            return x;
        }

        int[] counting = OnnxTypes.Strides(dims);
        int[] strides = OnnxTypes.Strides(x.Dims);
        int shift = dims.Length - x.Dims.Length;
        return x.Pick(dims, i =>
        {
            int source = 0;
            for (int axis = shift; axis < dims.Length; axis++)
            {
                source += x.Dims[axis - shift] == 1 ? 0 : i / counting[axis] % dims[axis] * strides[axis - shift];
            }

            return source;
        });
    }
}
