using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>LSTM, GRU and RNN: one IR node a direction, joined where there are two.</summary>
internal static class RecurrentImport
{
    /// <summary>A sigmoid of this is 1 in float32, of its negative 0.</summary>
    private const float Saturated = 120;

    /// <summary>What one direction is made from. Weights are [gates*U, I] and [gates*U, U], biases [gates*U].</summary>
    private sealed record Direction(Value X, Edge W, Edge R, Edge? InputBias, Edge? RecurrentBias, int Index, bool Reverse, bool TimeMajor);

    public static void Lstm(NodeImport n)
    {
        n.Require("input_forget", 0, 0);
        Activations(n, "Sigmoid", "Tanh", "Tanh");
        int units = Units(n);
        int[] order = Gates(units, 0, 2, 3, 1);
        Import(n, 4, cell: true, d =>
        {
            Edge? bias = d.InputBias is null ? null : Sum(n, d.InputBias, d.RecurrentBias!);
            Value? b = bias is null ? null : n.ValueOf(n.Gather(bias, 0, Indices(order)));
            Value w = n.ValueOf(n.Gather(d.W, 0, Indices(order)));
            Value r = n.ValueOf(n.Gather(d.R, 0, Indices(order)));
            Value? peephole = n.Has(7) ? n.ValueOf(Part(n, n.In(7), d.Index, 3 * units)) : null;
            Lstm op = new(d.TimeMajor, d.Reverse, 0);
            return n.EmitNode(op, n.Name, d.X, w, r, b, State(n, 5, d, units), State(n, 6, d, units), peephole);
        });
    }

    public static void Gru(NodeImport n)
    {
        Activations(n, "Sigmoid", "Tanh");
        int units = Units(n);
        bool linear = n.Flag("linear_before_reset");
        Import(n, 3, cell: false, d =>
        {
            Value? wb = d.InputBias is null ? null : n.ValueOf(d.InputBias);
            Value? rb = d.RecurrentBias is null ? null : n.ValueOf(d.RecurrentBias);
            Gru op = new(d.TimeMajor, d.Reverse, linear);
            return n.EmitNode(op, n.Name, d.X, n.ValueOf(d.W), n.ValueOf(d.R), wb, rb, State(n, 5, d, units));
        });
    }

    /// <summary>
    /// tanh(W x + R h + b) as a GRU whose update gate is held at 0 and whose reset gate at 1 by their biases.
    /// </summary>
    public static void Rnn(NodeImport n)
    {
        Activations(n, "Tanh");
        int units = Units(n);
        Import(n, 1, cell: false, d =>
        {
            float[] gates = [.. Enumerable.Repeat(-Saturated, units), .. Enumerable.Repeat(Saturated, units)];
            Edge none = Edge.Of(n.Name, new OnnxTensor(OnnxType.Float, [units], new float[units]));
            Edge open = Edge.Of(n.Name, new OnnxTensor(OnnxType.Float, [2 * units], gates));
            Edge zero = Edge.Of(n.Name, new OnnxTensor(OnnxType.Float, [2 * units], new float[2 * units]));
            Value wb = n.ValueOf(SliceImport.Joined(n, [open, d.InputBias ?? none], 0));
            Value rb = n.ValueOf(SliceImport.Joined(n, [zero, d.RecurrentBias ?? none], 0));
            Value w = n.ValueOf(SliceImport.Joined(n, [Zeros(n, 2 * units, d.W[1]), d.W], 0));
            Value r = n.ValueOf(SliceImport.Joined(n, [Zeros(n, 2 * units, units), d.R], 0));
            return n.EmitNode(new Gru(d.TimeMajor, d.Reverse, true), n.Name, d.X, w, r, wb, rb, State(n, 5, d, units));
        });
    }

    // Outputs of a made node: 0 the sequence, 1 the final hidden state, 2 the final cell state.
    private static void Import(NodeImport n, int gates, bool cell, Func<Direction, Node> make)
    {
        bool batchMajor = n.Flag("layout");
        string direction = n.Text("direction", "forward");
        if (direction is not ("forward" or "reverse" or "bidirectional"))
        {
            throw new ImportException($"direction = {direction} is not supported");
        }

        Edge x = n.In(0);
        int directions = direction == "bidirectional" ? 2 : 1;
        int units = Units(n);
        if (x.Rank != 3 || !n.In(1).Dims.SequenceEqual([directions, gates * units, x[2]]) || !n.In(2).Dims.SequenceEqual([directions, gates * units, units])
            || (n.Has(3) && !n.In(3).Dims.SequenceEqual([directions, 2 * gates * units])))
        {
            throw new ImportException($"x {OnnxTypes.Text(x.ToDims())}, W {OnnxTypes.Text(n.In(1).ToDims())} and R {OnnxTypes.Text(n.In(2).ToDims())} do not fit {units} hidden units");
        }

        CheckLengths(n, batchMajor ? x[1] : x[0]);
        if (n.HasAttribute("clip"))
        {
            throw new ImportException($"clip = {n.Float("clip", 0)} is not supported", "export without clip");
        }

        List<Node> nodes = [];
        for (int i = 0; i < directions; i++)
        {
            Edge w = Part(n, n.In(1), i, gates * units, x[2]);
            Edge r = Part(n, n.In(2), i, gates * units, units);
            Edge? bias = n.Has(3) ? Part(n, n.In(3), i, 2 * gates * units) : null;
            Edge? wb = bias is null ? null : n.Slice(bias, [0], [1], [gates * units]);
            Edge? rb = bias is null ? null : n.Slice(bias, [gates * units], [1], [gates * units]);
            nodes.Add(make(new Direction(n.ValueOf(x), w, r, wb, rb, i, direction == "reverse" || i == 1, !batchMajor)));
        }

        // [T,N,U] each to [T,D,N,U]; batch major [N,T,U] each to [N,T,D,U].
        int axis = batchMajor ? 2 : 1;
        n.Out(Stacked(n, nodes, 0, axis), 0);
        n.Out(Stacked(n, nodes, 1, batchMajor ? 1 : 0), 1);
        if (cell)
        {
            n.Out(Stacked(n, nodes, 2, batchMajor ? 1 : 0), 2);
        }
    }

    private static Edge Stacked(NodeImport n, List<Node> nodes, int output, int axis)
    {
        if (!n.Wants(output))
        {
            return Edge.Of(nodes[0].Outputs[output]);
        }

        Edge[] parts = [.. nodes.Select(node =>
        {
            Edge part = Edge.Of(node.Outputs[output]);
            return n.Reshape(part, [.. part.ToDims()[..axis], 1, .. part.ToDims()[axis..]]);
        })];
        return parts.Length == 1 ? parts[0] : Edge.Of(n.Emit(new Concat(axis), [.. parts.Select(n.ValueOf)]));
    }

    private static Value State(NodeImport n, int input, Direction d, int units)
    {
        int batch = d.X.Shape[d.TimeMajor ? 1 : 0];
        Edge? given = n.TryIn(input);
        bool zero = given is null || given.Constant is { IsFloat: true } constant && constant.ToFloats().All(v => v == 0);
        Shape shape = new(batch, units);
        string suffix = input == 5 ? "hidden" : "cell";
        if (zero && n.State.Options.KeepState && !d.Reverse)
        {
            return new Value(n.State.Unique($"{n.Name}:{suffix}_state"), new TensorType(DType.Float32, shape)) { IsState = true };
        }

        if (zero)
        {
            return n.Const(suffix, Tensor.Zeros(DType.Float32, shape));
        }

        int axis = d.TimeMajor ? 0 : 1;
        if (given!.Rank != 3 || given[axis] <= d.Index || given[1 - axis] != batch || given[2] != units)
        {
            throw new ImportException($"initial state {OnnxTypes.Text(given.ToDims())} does not fit batch {batch} and {units} units");
        }

        int[] begin = [0, 0, 0];
        int[] size = given.ToDims();
        begin[axis] = d.Index;
        size[axis] = 1;
        return n.ValueOf(n.Reshape(n.Slice(given, begin, [1, 1, 1], size), batch, units));
    }

    // Part `index` of a tensor whose first axis is the direction.
    private static Edge Part(NodeImport n, Edge x, int index, params int[] dims)
    {
        if (x.Rank != dims.Length + 1 || x[0] <= index || !x.Dims[1..].SequenceEqual(dims))
        {
            throw new ImportException($"{OnnxTypes.Text(x.ToDims())}: expected [directions,{string.Join(",", dims)}]");
        }

        int[] begin = new int[x.Rank];
        begin[0] = index;
        int[] ones = [.. Enumerable.Repeat(1, x.Rank)];
        return n.Reshape(n.Slice(x, begin, ones, [1, .. dims]), dims);
    }

    private static Edge Sum(NodeImport n, Edge a, Edge b)
    {
        if (a.Constant is OnnxTensor x && b.Constant is OnnxTensor y)
        {
            float[] sum = [.. x.ToFloats().Zip(y.ToFloats(), (p, q) => p + q)];
            return Edge.Of(n.Name, new OnnxTensor(OnnxType.Float, x.Dims, sum));
        }

        return Edge.Of(n.Emit(new Add(Clamp.None), n.ValueOf(a), n.ValueOf(b)));
    }

    private static Edge Zeros(NodeImport n, int rows, int columns) =>
        Edge.Of(n.Name, new OnnxTensor(OnnxType.Float, [rows, columns], new float[OnnxTypes.Count([rows, columns])]));

    private static int Units(NodeImport n)
    {
        int units = n.Int("hidden_size", n.In(2).Rank == 3 ? n.In(2)[2] : 0);
        return units is > 0 and < 1 << 20 ? units : throw new ImportException($"hidden_size = {units}");
    }

    /// <summary>Row numbers that put the gates' blocks of rows into another order.</summary>
    private static int[] Gates(int units, params int[] order) =>
        [.. order.SelectMany(gate => Enumerable.Range(gate * units, units))];

    private static OnnxTensor Indices(int[] rows) => OnnxTensor.OfLongs(Array.ConvertAll(rows, r => (long)r));

    private static void Activations(NodeImport n, params string[] expected)
    {
        n.Ignore("activation_alpha", "activation_beta");
        List<string> given = n.TextList("activations") ?? [];
        for (int i = 0; i < given.Count; i++)
        {
            if (!string.Equals(given[i], expected[i % expected.Length], StringComparison.OrdinalIgnoreCase))
            {
                throw new ImportException($"activations {string.Join(", ", given)} are not supported (only {string.Join(", ", expected)})");
            }
        }
    }

    private static void CheckLengths(NodeImport n, int steps)
    {
        if (n.Has(4) && n.Constant(4, "sequence_lens").ToLongs().Any(length => length != steps))
        {
            throw new ImportException($"sequences of different lengths (sequence_lens) are not supported (only {steps}, all of the data)");
        }
    }
}
