using TinyNano.Compiler.IR;

namespace TinyNano.TestKit;

/// <summary>
/// Small graphs for tests and vectors, with little ceremony:
/// <code>
/// GraphBuilder b = new("fc");
/// Value x = b.Input("x", DType.Int8, [2, 4], new Quantization(0.5f, 3));
/// Value w = b.Const("w", tensor, new Quantization(0.1f, 0));
/// b.Output(b.Op(new FullyConnected(Clamp.None), "y", new Quantization(0.7f, -5), x, w, null));
/// Graph graph = b.Graph;
/// </code>
/// </summary>
public sealed class GraphBuilder
{
    public GraphBuilder(string name) => Graph = new Graph(name);

    public Graph Graph { get; }

    public Value Input(string name, DType type, int[] shape, Quantization? quantization = null)
    {
        Value value = new(name, new TensorType(type, new Shape(shape), quantization));
        Graph.Inputs.Add(value);
        return value;
    }

    public static Value Const(string name, Tensor data, Quantization? quantization = null) => Value.Const(name, data, quantization);

    public static Value State(string name, DType type, int[] shape, Quantization? quantization = null) =>
        new(name, new TensorType(type, new Shape(shape), quantization)) { IsState = true };

    /// <summary>Adds a node with one output whose shape is inferred; the output gets the quantisation.</summary>
    public Value Op(Op op, string name, Quantization? quantization, params Value?[] inputs) => Ops(op, name, quantization, inputs)[0];

    /// <summary>Adds a node whose outputs' shapes are inferred; each output gets the quantisation.</summary>
    public IReadOnlyList<Value> Ops(Op op, string name, Quantization? quantization, params Value?[] inputs)
    {
        Node node = Graph.Add(op, name, inputs);
        foreach (Value output in node.Outputs)
        {
            output.Type = output.Type with { Quantization = quantization };
        }

        return node.Outputs;
    }

    /// <summary>Adds a node with one output of the given type, without inference.</summary>
    public Value OpTyped(Op op, string name, TensorType type, params Value?[] inputs)
    {
        Value output = new(name, type);
        Graph.Nodes.Add(new Node(name, op, inputs, [output]));
        return output;
    }

    public void Output(params IReadOnlyList<Value> values) => Graph.Outputs.AddRange(values);
}
