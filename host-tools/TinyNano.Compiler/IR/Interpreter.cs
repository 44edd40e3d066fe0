using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.IR;

/// <summary>
/// Contents of the states of a graph between runs, as real numbers; every state starts at zero. One belongs to one
/// stream of inputs: a new one begins a new stream.
/// </summary>
public sealed class InterpreterState
{
    private readonly Dictionary<Value, Tensor> _contents = [];

    /// <summary>The tensor of a state; operators write into it.</summary>
    public Tensor this[Value state]
    {
        get
        {
            if (!_contents.TryGetValue(state, out Tensor? tensor))
            {
                tensor = Tensor.Zeros(state.Quantization is null ? state.DType : DType.Float32, state.Shape);
                _contents[state] = tensor;
            }

            return tensor;
        }
    }
}

/// <summary>
/// The meaning of a graph on real numbers: quantised constants and inputs stand for their real values, and nothing is
/// rounded on the way. Construct once for many runs: constants are dequantised once. The graph must not change meanwhile.
/// </summary>
public sealed class Interpreter
{
    private readonly Graph _graph;
    private readonly Dictionary<Value, Tensor> _constants = [];
    private readonly List<List<Value>> _deadAfter = [];

    public Interpreter(Graph graph)
    {
        _graph = graph;
        foreach (Value value in graph.Values())
        {
            if (value.Constant is Tensor data)
            {
                _constants[value] = Real(value, data);
            }
        }

        FindDeaths();
    }

    /// <summary>Runs a graph once; see <see cref="Run(IReadOnlyList{Tensor}, InterpreterState, Action{Value, Tensor})"/>.</summary>
    public static IReadOnlyList<Tensor> Run(Graph graph, IReadOnlyList<Tensor> inputs, InterpreterState? state = null, Action<Value, Tensor>? observe = null) =>
        new Interpreter(graph).Run(inputs, state, observe);

    /// <summary>
    /// One inference. Each input is given in the element type of its value or, where the value is quantised, as float32.
    /// Outputs are float32 where they are quantities, and int32, int64 or bool where they are indices or conditions.
    /// <paramref name="observe"/> sees every input, every value a node makes, and every state after its update.
    /// ArgumentException where the inputs do not fit.
    /// </summary>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs, InterpreterState? state = null, Action<Value, Tensor>? observe = null)
    {
        if (inputs.Count != _graph.Inputs.Count)
        {
            throw new ArgumentException($"{inputs.Count} inputs for graph '{_graph.Name}', expected {_graph.Inputs.Count}", nameof(inputs));
        }

        state ??= new InterpreterState();
        Dictionary<Value, Tensor> live = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            Value value = _graph.Inputs[i];
            live[value] = InputOf(value, inputs[i]);
            observe?.Invoke(value, live[value]);
        }

        for (int i = 0; i < _graph.Nodes.Count; i++)
        {
            Evaluate(_graph.Nodes[i], live, state, observe);
            foreach (Value dead in _deadAfter[i])
            {
                live.Remove(dead);
            }
        }

        return [.. _graph.Outputs.Select(v => v.IsState ? Copy(state[v]) : Find(v, live))];
    }

    /// <summary>The inputs an operator writes into.</summary>
    private static ReadOnlySpan<int> StateInputs(Op op) => op switch
    {
        Lstm => [4, 5],
        Gru => [5],
        Svdf => [4],
        _ => [],
    };

    private void Evaluate(Node node, Dictionary<Value, Tensor> live, InterpreterState state, Action<Value, Tensor>? observe)
    {
        // An operator that updates a state gets the state itself. Where it is given an ordinary value instead (the initial
        // state of this run only), or where a state is merely read, it gets a copy, so that nothing else changes.
        ReadOnlySpan<int> updated = StateInputs(node.Op);
        Tensor?[] arguments = new Tensor?[node.Inputs.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (node.Inputs[i] is Value value)
            {
                Tensor tensor = value.IsState ? state[value] : Find(value, live);
                arguments[i] = value.IsState != updated.Contains(i) ? Copy(tensor) : tensor;
            }
        }

        Tensor[] results = node.Op.Evaluate(arguments);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            Value output = node.Outputs[i];
            if (!results[i].Shape.Equals(output.Shape))
            {
                throw new InvalidOperationException($"{node} gave {results[i].Shape} for {output}");
            }

            live[output] = results[i];
            observe?.Invoke(output, results[i]);
        }

        foreach (Value? input in node.Inputs)
        {
            if (observe is not null && input is { IsState: true })
            {
                observe(input, state[input]);
            }
        }
    }

    private Tensor Find(Value value, Dictionary<Value, Tensor> live) =>
        _constants.TryGetValue(value, out Tensor? tensor) || live.TryGetValue(value, out tensor) ? tensor
            : throw new InvalidOperationException($"{value} is used before it is made");

    private static Tensor InputOf(Value value, Tensor given)
    {
        bool fits = given.DType == value.DType || (given.DType == DType.Float32 && value.Quantization is not null);
        if (!fits || !given.Shape.Equals(value.Shape))
        {
            throw new ArgumentException($"input {given.DType.ShortName()}{given.Shape} for {value}");
        }

        return Real(value, given);
    }

    private static Tensor Real(Value value, Tensor data) =>
        value.Quantization is null || data.DType == DType.Float32 ? data : Tensor.Of(data.Shape, data.ToFloats(value.Quantization));

    private static Tensor Copy(Tensor tensor) => new(tensor.DType, tensor.Shape, (Array)tensor.Data.Clone());

    /// <summary>For each node, the values nobody reads after it.</summary>
    private void FindDeaths()
    {
        HashSet<Value> read = [.. _graph.Outputs];
        for (int i = _graph.Nodes.Count - 1; i >= 0; i--)
        {
            List<Value> last = [];
            foreach (Value? value in _graph.Nodes[i].Outputs.Concat(_graph.Nodes[i].Inputs))
            {
                if (value is { IsState: false, IsConstant: false } && read.Add(value))
                {
                    last.Add(value);
                }
            }

            _deadAfter.Add(last);
        }

        _deadAfter.Reverse();
    }
}
