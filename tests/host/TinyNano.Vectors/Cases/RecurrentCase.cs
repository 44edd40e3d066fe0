using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>Seeded graphs of one LSTM or GRU over one x, whose states are kept from run to run.</summary>
public sealed record RecurrentCase(string Name, DType Type, int Batch, int Steps, int Depth, int Units)
{
    /// <summary>How many runs.</summary>
    public int Runs { get; init; } = 2;

    public bool TimeMajor { get; init; }

    public bool Reverse { get; init; }

    public float CellClip { get; init; }

    public float GateClip { get; init; }

    public bool Peepholes { get; init; }

    public bool LinearBeforeReset { get; init; }

    /// <summary>A bias for x (and for GRU one for h).</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Initial states that are constants, begun anew at each run; final states are outputs of the graph then.</summary>
    public bool ConstantStates { get; init; }

    /// <summary>A scale for each row of the weights, which TFLite has not.</summary>
    public bool PerRow { get; init; }

    /// <summary>Factor on the scales of the weights: large ones saturate gates.</summary>
    public float Gain { get; init; } = 1;

    /// <summary>A further factor on the scales of the recurrent weights.</summary>
    public float RecurrentGain { get; init; } = 1;

    public float CellScale { get; init; } = 1f / 4096;

    public int HiddenZero { get; init; } = -9;

    private bool IsFloat => Type == DType.Float32;

    public static Seeded Random(string name) => new((ulong)name.Aggregate(11L, (hash, c) => hash * 31 + c));

    /// <summary>The graph with x, of an LSTM.</summary>
    public (Graph Graph, Tensor[] Inputs) Lstm()
    {
        Seeded random = Random(Name);
        GraphBuilder b = new(Name);
        Value x = Input(b);
        Value w = Weights(random, "w", 4, Depth, Gain);
        Value r = Weights(random, "r", 4, Units, Gain * RecurrentGain);
        Value? bias = Bias ? BiasOf(random, "b", 4, XQuantization(), w) : null;
        Value hidden = State(random, "h", Type, HiddenQuantization());
        Value cell = State(random, "c", IsFloat ? Type : DType.Int16, IsFloat ? null : new Quantization(CellScale, 0));
        Value? peephole = Peepholes ? GraphBuilder.Const("p", random.Tensor(DType.Float32, new Shape(3 * Units), -1, 1)) : null;
        Node node = b.Graph.Add(new Lstm(TimeMajor, Reverse, CellClip, GateClip), "y", [x, w, r, bias, hidden, cell, peephole]);
        return Finish(b, node, random, HiddenQuantization(), hidden, cell);
    }

    /// <summary>The graph with x, of a GRU.</summary>
    public (Graph Graph, Tensor[] Inputs) Gru()
    {
        Seeded random = Random(Name);
        GraphBuilder b = new(Name);
        Value x = Input(b);
        Value w = Weights(random, "w", 3, Depth, Gain);
        Value r = Weights(random, "r", 3, Units, Gain * RecurrentGain);
        Value? inputBias = Bias ? GraphBuilder.Const("b", random.Tensor(DType.Float32, new Shape(3 * Units), -0.5, 0.5)) : null;
        Value? recurrentBias = Bias ? GraphBuilder.Const("c", random.Tensor(DType.Float32, new Shape(3 * Units), -0.5, 0.5)) : null;
        Value hidden = State(random, "h", IsFloat ? Type : DType.Int16, IsFloat ? null : new Quantization(1f / 32768, 0));
        Node node = b.Graph.Add(new Gru(TimeMajor, Reverse, LinearBeforeReset, GateClip), "y", [x, w, r, inputBias, recurrentBias, hidden]);
        return Finish(b, node, random, HiddenQuantization(), hidden);
    }

    private (Graph Graph, Tensor[] Inputs) Finish(GraphBuilder b, Node node, Seeded random, Quantization? y, params Value[] states)
    {
        node.Output.Type = node.Output.Type with { Quantization = y };
        b.Output(node.Output);
        for (int i = 0; i < states.Length; i++)
        {
            node.Outputs[1 + i].Type = node.Outputs[1 + i].Type with { Quantization = states[i].Quantization };
            if (ConstantStates)
            {
                b.Output(node.Outputs[1 + i]);
            }
        }

        Shape shape = new([Runs, .. b.Graph.Inputs[0].Shape.Dims]);
        return (b.Graph, [IsFloat ? random.Tensor(Type, shape, -2, 2) : random.Tensor(Type, shape)]);
    }

    private Value Input(GraphBuilder b) => b.Input("x", Type, TimeMajor ? [Steps, Batch, Depth] : [Batch, Steps, Depth], XQuantization());

    private Quantization? XQuantization() => Type switch
    {
        DType.Int8 => new Quantization(0.02f, -13),
        DType.Int16 => new Quantization(0.00008f, 0),
        _ => null,
    };

    private Quantization? HiddenQuantization() => Type switch
    {
        DType.Int8 => new Quantization(0.0075f, HiddenZero),
        DType.Int16 => new Quantization(1f / 32768, 0),
        _ => null,
    };

    private Value Weights(Seeded random, string name, int gates, int columns, float gain)
    {
        Shape shape = new(gates * Units, columns);
        if (IsFloat)
        {
            return GraphBuilder.Const(name, random.Tensor(Type, shape, -gain, gain));
        }

        float[] scales = [.. Enumerable.Range(0, PerRow ? shape[0] : gates).Select(_ => gain * random.NextFloat(0.006f, 0.012f))];
        float[] rows = PerRow ? scales : [.. scales.SelectMany(s => Enumerable.Repeat(s, Units))];
        return GraphBuilder.Const(name, random.Tensor(DType.Int8, shape, -127, 127), new Quantization(rows, new int[rows.Length], 0));
    }

    private Value BiasOf(Seeded random, string name, int gates, Quantization? x, Value w)
    {
        Shape shape = new(gates * Units);
        if (x is null || w.Quantization is not Quantization q)
        {
            return GraphBuilder.Const(name, random.Tensor(DType.Float32, shape, -0.5, 0.5));
        }

        float[] scales = [.. q.Scales.Select(s => s * x.Scale)];
        return Type == DType.Int8
            ? GraphBuilder.Const(name, random.Tensor(DType.Int32, shape, -3000, 3000), new Quantization(scales, new int[scales.Length], 0))
            : GraphBuilder.Const(name, random.Tensor(DType.Int64, shape, -900000, 900000), new Quantization(scales, new int[scales.Length], 0));
    }

    private Value State(Seeded random, string name, DType type, Quantization? quantization)
    {
        if (!ConstantStates)
        {
            return GraphBuilder.State(name, type, [Batch, Units], quantization);
        }

        Shape shape = new(Batch, Units);
        return GraphBuilder.Const(name, type == DType.Float32 ? random.Tensor(type, shape, -1, 1) : random.Tensor(type, shape), quantization);
    }
}
