using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>Operators with a memory from run to run. Variable tensors of the file are states of the graph.</summary>
internal static class TFLiteRecurrent
{
    public static KeyValuePair<string, Action<TFLiteContext>>[] Table { get; } =
    [
        new("SVDF", Svdf),
        new("UNIDIRECTIONAL_SEQUENCE_LSTM", Lstm),
    ];

    private const byte Tanh = 4;

    // Inputs: x, feature weights, time weights, bias, state. Options: 0 rank, 1 activation.
    private static void Svdf(TFLiteContext c)
    {
        Value x = c.In(0);
        Value features = c.Weights(1, x, "feature weights");
        Value time = c.Weights(2, x, "time weights");
        Value state = c.State(4, "state");
        if (!(x.DType == DType.Float32 ? time.DType == DType.Float32 && state.DType == DType.Float32
            : x.DType == DType.Int8 && features.DType == DType.Int8 && time.DType is DType.Int8 or DType.Int16 && state.DType == time.DType && state.Quantization is not null))
        {
            throw TFLiteRefusal.Type($"x {x.DType.ShortName()} with feature weights {features.DType.ShortName()}, time weights {time.DType.ShortName()} and state {state.DType.ShortName()}; "
                + "expected float32 throughout, or int8 with time weights and state both int8 or both int16, all with scales.");
        }

        Clamp activation = TFLiteConvolution.Activation(c.Operator.Byte(1));
        if (c.OutType() is { DType: DType.Int8, Quantization: { } q } && OpHelpers.QuantizedRange(activation, DType.Int8, q) != OpHelpers.TypeRange(DType.Int8))
        {
            // The integer reference kernel knows no activation: a relu is the saturation at a zero point of -128.
            activation = Clamp.None;
        }

        c.Result(new Svdf(c.Operator.Int(0), activation), x, features, time, c.Bias(3, state, time), state);
    }

    // Inputs: 0 x; 1-4 input weights, 5-8 recurrent weights (each: input, forget, cell, output); 9-11 peephole (input,
    // forget, output); 12-15 biases; 16, 17 projection; 18 hidden state, 19 cell state; 20-23 layer normalisation.
    // Options: 0 activation, 1 cell_clip, 2 proj_clip, 3 time_major, 5 diagonal_recurrent_tensors.
    private static void Lstm(TFLiteContext c)
    {
        Value x = c.In(0);
        TFLiteOperator op = c.Operator;
        if (!c.Has(1) || c.Has(16) || c.Has(17) || Enumerable.Range(20, 4).Any(c.Has))
        {
            throw TFLiteRefusal.Attribute("coupled input and forget gates, projection and layer normalisation are not supported.");
        }

        if (op.Byte(0) != Tanh || op.Bool(5))
        {
            throw TFLiteRefusal.Attribute("only tanh as activation and full recurrent weights are supported.");
        }

        Value[] Gates(int first, string what) => [.. Enumerable.Range(first, 4).Select(i => c.Weights(i, x, what))];
        Value w = Stacked(c, "weights", Gates(1, "input weights"));
        Value r = Stacked(c, "recurrent", Gates(5, "recurrent weights"));
        Value? b = c.Has(12) ? Stacked(c, "bias", [.. Enumerable.Range(12, 4).Select(i => c.In(i, "bias"))]) : null;
        Value? peephole = !c.Has(9) ? null
            : Stacked(c, "peephole", c.Weights(9, x, "peephole"), c.Weights(11, x, "peephole"), c.Weights(10, x, "peephole"));
        Value hidden = c.State(18, "hidden state");
        Value cell = c.State(19, "cell state");
        CheckTypes(x, w, b, peephole, hidden, cell);
        b = b is null ? null : BiasScaled(c, b, x, w);
        c.ResultAndMore(new Lstm(op.Bool(3), false, op.Float(1)), [("hidden", Rows(x, hidden, op)), ("cell", Rows(x, cell, op))],
            x, w, r, b, hidden, cell, peephole);
    }

    // What the file calls a state may have one dimension less.
    private static TensorType Rows(Value x, Value state, TFLiteOperator op)
    {
        int batches = x.Shape.Rank == 3 ? x.Shape[op.Bool(3) ? 1 : 0] : 1;
        return state.Type with { Shape = new Shape(batches, Math.Max(1, state.Shape.Count / batches)) };
    }

    private static void CheckTypes(Value x, Value w, Value? b, Value? peephole, Value hidden, Value cell)
    {
        (DType weights, DType bias, DType cells) = x.DType switch
        {
            DType.Float32 => (DType.Float32, DType.Float32, DType.Float32),
            DType.Int8 => (DType.Int8, DType.Int32, DType.Int16),
            DType.Int16 => (DType.Int8, DType.Int64, DType.Int16),
            _ => throw TFLiteKinds.Unsupported(x),
        };
        if (w.DType != weights || (b is not null && b.DType != bias) || hidden.DType != x.DType || cell.DType != cells)
        {
            throw TFLiteRefusal.Type($"x {x.DType.ShortName()} with weights {w.DType.ShortName()}, bias {b?.DType.ShortName()}, hidden state {hidden.DType.ShortName()} and cell "
                + $"state {cell.DType.ShortName()}; expected {weights.ShortName()}, {bias.ShortName()}, {x.DType.ShortName()} and {cells.ShortName()}.");
        }

        if (x.DType != DType.Float32 && (hidden.Quantization is null || cell.Quantization is null))
        {
            throw TFLiteKinds.Unsupported(hidden.Quantization is null ? hidden : cell);
        }

        if (peephole is not null && x.DType != DType.Float32)
        {
            throw TFLiteRefusal.Attribute("peepholes are supported with float32 only.");
        }
    }

    // An integer bias counts in steps of scale(x) * scale(w), whatever the file says of it.
    private static Value BiasScaled(TFLiteContext c, Value bias, Value x, Value w)
    {
        if (x.Quantization is not { PerChannel: false } qx || w.Quantization is not Quantization qw)
        {
            return bias;
        }

        float[] scales = Array.ConvertAll(qw.Scales, s => Math.Max(s * qx.Scale, float.Epsilon));
        return Value.Const(c.Unique($"{bias.Name}/scaled"), bias.Constant!, new Quantization(scales, new int[scales.Length], 0));
    }

    // Constants of equal shape and type, one under the other along the first axis; quantised ones get a scale for each row.
    private static Value Stacked(TFLiteContext c, string what, params Value[] parts)
    {
        Tensor[] data = [.. parts.Select(p => p.Constant is { Shape.Rank: > 0 } t ? t
            : throw TFLiteRefusal.Attribute($"the {what} '{p.Name}' must be constant."))];
        if (data.Any(t => !t.Shape.Equals(data[0].Shape) || t.DType != data[0].DType))
        {
            throw TFLiteRefusal.Misfit($"the {what} of the gates differ in shape or type.");
        }

        int rows = data[0].Shape[0];
        Shape shape = new([rows * data.Length, .. data[0].Shape.Dims.Skip(1)]);
        c.Reserve(shape, data[0].DType);
        Tensor all = Tensor.Zeros(data[0].DType, shape);
        for (int i = 0; i < data.Length; i++)
        {
            Array.Copy(data[i].Data, 0, all.Data, i * data[i].Count, data[i].Count);
        }

        return Value.Const(c.Unique($"{parts[0].Name}/{what}"), all, StackedQuantization(parts, rows));
    }

    private static Quantization? StackedQuantization(Value[] parts, int rows)
    {
        if (!Array.TrueForAll(parts, p => p.Quantization is not null))
        {
            return null;
        }

        float[] scales = [.. parts.SelectMany(p => PerRow(p.Quantization!.Scales, rows))];
        int[] zeros = [.. parts.SelectMany(p => PerRow(p.Quantization!.ZeroPoints, rows))];
        return new Quantization(scales, zeros, 0);
    }

    private static IEnumerable<T> PerRow<T>(T[] numbers, int rows) =>
        numbers.Length == 1 ? Enumerable.Repeat(numbers[0], rows)
        : numbers.Length == rows ? numbers
        : throw TFLiteRefusal.Misfit($"{numbers.Length} scales for {rows} rows of weights.");
}
