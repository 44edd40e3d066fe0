namespace TinyNano.Compiler.IR;

/// <summary>
/// A model: inputs, outputs and nodes in an order in which every value is made before it is used.
/// Passes work on a <see cref="Clone"/> and edit it with the methods below.
/// </summary>
public sealed class Graph
{
    public Graph(string name) => Name = name;

    public string Name { get; set; }

    public List<Value> Inputs { get; } = [];

    public List<Value> Outputs { get; } = [];

    public List<Node> Nodes { get; } = [];

    /// <summary>Class labels of the source model's metadata, if any.</summary>
    public List<string> Labels { get; } = [];

    /// <summary>Every value reachable from inputs, outputs and nodes, each once, in a stable order.</summary>
    public IEnumerable<Value> Values()
    {
        HashSet<Value> seen = [];
        IEnumerable<Value?> all = Inputs.Concat(Nodes.SelectMany(n => n.Inputs.Concat(n.Outputs))).Concat(Outputs);
        foreach (Value? value in all)
        {
            if (value is not null && seen.Add(value))
            {
                yield return value;
            }
        }
    }

    /// <summary>The node that makes a value; null for inputs, constants and states.</summary>
    public Node? Producer(Value value) => Nodes.Find(n => n.Outputs.Contains(value));

    /// <summary>The nodes that read a value, in order.</summary>
    public List<Node> Consumers(Value value) => Nodes.FindAll(n => n.Inputs.Contains(value));

    public bool IsOutput(Value value) => Outputs.Contains(value);

    /// <summary>Producers of all values at once, for passes that ask often.</summary>
    public Dictionary<Value, Node> Producers()
    {
        Dictionary<Value, Node> map = [];
        foreach (Node node in Nodes)
        {
            foreach (Value output in node.Outputs)
            {
                map[output] = node;
            }
        }

        return map;
    }

    /// <summary>
    /// Adds a node at the end (or before <paramref name="before"/>), inferring the types of its outputs.
    /// </summary>
    public Node Add(Op op, string name, IReadOnlyList<Value?> inputs, Node? before = null, IReadOnlyList<string>? outputNames = null)
    {
        IReadOnlyList<TensorType> types = op.Infer([.. inputs.Select(v => v?.Type)]);
        List<Value> outputs = [];
        for (int i = 0; i < types.Count; i++)
        {
            string outputName = outputNames is not null ? outputNames[i] : i == 0 ? name : $"{name}:{i}";
            outputs.Add(new Value(outputName, types[i]));
        }

        Node node = new(name, op, inputs, outputs);
        if (before is null)
        {
            Nodes.Add(node);
        }
        else
        {
            Nodes.Insert(Nodes.IndexOf(before), node);
        }

        return node;
    }

    /// <summary>Makes every reader of <paramref name="from"/> (and the output list) use <paramref name="to"/> instead.</summary>
    public void ReplaceUses(Value from, Value to)
    {
        foreach (Node node in Nodes)
        {
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (ReferenceEquals(node.Inputs[i], from))
                {
                    node.Inputs[i] = to;
                }
            }
        }

        for (int i = 0; i < Outputs.Count; i++)
        {
            if (ReferenceEquals(Outputs[i], from))
            {
                Outputs[i] = to;
            }
        }
    }

    /// <summary>Puts the nodes into an order in which values are made before use, keeping the present order where it can.</summary>
    public void SortNodes()
    {
        Dictionary<Value, Node> producers = Producers();
        List<Node> sorted = [];
        HashSet<Node> done = [];
        Stack<(Node Node, int Next)> stack = new();
        HashSet<Node> open = [];
        foreach (Node root in Nodes)
        {
            if (done.Contains(root))
            {
                continue;
            }

            stack.Push((root, 0));
            open.Add(root);
            while (stack.Count > 0)
            {
                (Node node, int next) = stack.Pop();
                if (next < node.Inputs.Count)
                {
                    stack.Push((node, next + 1));
                    if (node.Inputs[next] is Value v && producers.TryGetValue(v, out Node? producer) && !done.Contains(producer))
                    {
                        if (!open.Add(producer))
                        {
                            throw new InvalidOperationException($"the graph has a cycle through {producer}");
                        }

                        stack.Push((producer, 0));
                    }

                    continue;
                }

                done.Add(node);
                sorted.Add(node);
            }
        }

        Nodes.Clear();
        Nodes.AddRange(sorted);
    }

    /// <summary>A copy whose nodes and values can be edited freely; constant data is shared, as nobody writes to it.</summary>
    public Graph Clone()
    {
        Dictionary<Value, Value> map = [];
        Value Copy(Value v)
        {
            if (!map.TryGetValue(v, out Value? copy))
            {
                copy = new Value(v.Name, v.Type) { Constant = v.Constant, IsState = v.IsState };
                map[v] = copy;
            }

            return copy;
        }

        Graph clone = new(Name);
        clone.Labels.AddRange(Labels);
        clone.Inputs.AddRange(Inputs.Select(Copy));
        foreach (Node node in Nodes)
        {
            clone.Nodes.Add(new Node(node.Name, node.Op, node.Inputs.Select(v => v is null ? null : Copy(v)), node.Outputs.Select(Copy)));
        }

        clone.Outputs.AddRange(Outputs.Select(Copy));
        return clone;
    }
}
