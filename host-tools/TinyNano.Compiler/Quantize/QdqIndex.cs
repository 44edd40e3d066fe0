using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>A graph under edit that knows at once who makes and who reads a value. <see cref="Finish"/> writes the nodes back.</summary>
internal sealed class QdqIndex
{
    private readonly Graph _graph;
    private readonly List<Node> _nodes;
    private readonly HashSet<Node> _alive;
    private readonly Dictionary<Value, Node> _producers;
    private readonly Dictionary<Value, List<Node>> _consumers = [];
    private readonly HashSet<Value> _outputs;
    private readonly HashSet<string> _names;
    private readonly Queue<Node> _work;
    private readonly HashSet<Node> _queued;

    public QdqIndex(Graph graph)
    {
        _graph = graph;
        _nodes = [.. graph.Nodes];
        _alive = [.. graph.Nodes];
        _producers = graph.Producers();
        _outputs = [.. graph.Outputs];
        _names = [.. graph.Values().Select(v => v.Name)];
        _work = new Queue<Node>(graph.Nodes);
        _queued = [.. graph.Nodes];
        foreach (Node node in graph.Nodes)
        {
            foreach (Value? input in node.Inputs)
            {
                Readers(input).Add(node);
            }
        }
    }

    public IEnumerable<Node> Nodes => _nodes.Where(_alive.Contains);

    public Node? Producer(Value? value) => value is not null ? _producers.GetValueOrDefault(value) : null;

    public Node? Producer<T>(Value? value)
        where T : Op => Producer(value) is { Op: T } node ? node : null;

    /// <summary>The nodes that read a value, once for each input they read it at.</summary>
    public IReadOnlyList<Node> Consumers(Value value) => _consumers.TryGetValue(value, out List<Node>? list) ? list : [];

    public bool IsOutput(Value value) => _outputs.Contains(value);

    /// <summary>Whether a value has one reader and is no output of the graph.</summary>
    public bool IsPrivate(Value value) => !IsOutput(value) && Consumers(value).Count == 1;

    /// <summary>Next node to look at; null when there is nothing left to do.</summary>
    public Node? Next()
    {
        while (_work.TryDequeue(out Node? node))
        {
            _queued.Remove(node);
            if (_alive.Contains(node))
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>Has a node looked at again.</summary>
    public void Touch(Node? node)
    {
        if (node is not null && _queued.Add(node))
        {
            _work.Enqueue(node);
        }
    }

    public string Fresh(string wanted)
    {
        string name = wanted;
        for (int i = 1; !_names.Add(name); i++)
        {
            name = $"{wanted}.{i}";
        }

        return name;
    }

    /// <summary>Adds a node with one new output.</summary>
    public Value Add(Op op, string name, TensorType type, params Value?[] inputs)
    {
        Value output = new(Fresh(name), type);
        Insert(new Node(name, op, inputs, [output]));
        return output;
    }

    public void Insert(Node node)
    {
        _nodes.Add(node);
        _alive.Add(node);
        foreach (Value output in node.Outputs)
        {
            _producers[output] = node;
        }

        foreach (Value? input in node.Inputs)
        {
            Readers(input).Add(node);
            Touch(Producer(input));
        }

        Touch(node);
    }

    public void Remove(Node node)
    {
        _alive.Remove(node);
        foreach (Value? input in node.Inputs)
        {
            Readers(input).Remove(node);
            Touch(Producer(input));
        }
    }

    public void SetInput(Node node, int index, Value? value)
    {
        Readers(node.Inputs[index]).Remove(node);
        Touch(Producer(node.Inputs[index]));
        node.Inputs[index] = value;
        Readers(value).Add(node);
        Touch(Producer(value));
        Touch(node);
    }

    public void SetOutput(Node node, int index, Value value)
    {
        node.Outputs[index] = value;
        _producers[value] = node;
        Touch(node);
        foreach (Node reader in Consumers(value))
        {
            Touch(reader);
        }
    }

    /// <summary>Makes all readers of a value read another one; the outputs of the graph stay.</summary>
    public void Redirect(Value from, Value to)
    {
        foreach (Node reader in Consumers(from).ToList())
        {
            for (int i = 0; i < reader.Inputs.Count; i++)
            {
                if (ReferenceEquals(reader.Inputs[i], from))
                {
                    SetInput(reader, i, to);
                }
            }
        }
    }

    /// <summary>Removes what nobody reads and puts the nodes back into the graph in order.</summary>
    public void Finish()
    {
        Queue<Node> dead = new(Nodes.Where(IsDead));
        while (dead.TryDequeue(out Node? node))
        {
            if (!_alive.Contains(node) || !IsDead(node))
            {
                continue;
            }

            Remove(node);
            foreach (Value? input in node.Inputs)
            {
                if (Producer(input) is Node producer)
                {
                    dead.Enqueue(producer);
                }
            }
        }

        _graph.Nodes.Clear();
        _graph.Nodes.AddRange(Nodes);
        _graph.SortNodes();
    }

    // A node that updates a state does something even if nobody reads its outputs.
    private bool IsDead(Node node) =>
        node.Outputs.TrueForAll(v => !IsOutput(v) && Consumers(v).Count == 0) && !node.Inputs.Exists(v => v is { IsState: true });

    private List<Node> Readers(Value? value)
    {
        if (value is null)
        {
            return [];
        }

        if (!_consumers.TryGetValue(value, out List<Node>? list))
        {
            _consumers[value] = list = [];
        }

        return list;
    }
}
