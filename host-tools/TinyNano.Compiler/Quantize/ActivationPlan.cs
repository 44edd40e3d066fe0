using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Passes;

namespace TinyNano.Compiler.Quantize;

/// <summary>
/// Which nodes become integer, and the quantisation of every float value: values that must have the same one (data
/// movement, concatenation) form groups, whose range holds the ranges of all of them.
/// </summary>
internal sealed class ActivationPlan
{
    private readonly Graph _graph;
    private readonly Ranges _ranges;
    private readonly DType _type;
    private readonly Dictionary<Node, QuantRule?> _rules = [];
    private readonly Dictionary<Value, Value> _parents = [];
    private readonly Dictionary<Value, Quantization> _fixed = [];
    private readonly Dictionary<Value, Quantization> _decided = [];
    private readonly Dictionary<Value, (float Min, float Max)> _known = [];
    private readonly Dictionary<Node, Value> _anchors = []; // whose quantisation all inputs share: the output, or the first input of a comparison
    private readonly Dictionary<Value, Node> _producers;

    public ActivationPlan(Graph graph, Ranges ranges, DType type)
    {
        (_graph, _ranges, _type, _producers) = (graph, ranges, type, graph.Producers());
        foreach (Node node in graph.Nodes)
        {
            _rules[node] = TouchesFloats(node) ? RuleOf(node) : null;
        }

        LeftInFloat = [.. graph.Nodes.Where(n => TouchesFloats(n) && _rules[n] is null)];
        LeaveMovementBetweenFloats();
        foreach (Node node in graph.Nodes.Where(n => _rules[n] is { SharedInputs: true }))
        {
            _anchors[node] = node.Output.DType == DType.Float32 ? node.Output : node.Inputs.First(v => v is { DType: DType.Float32 })!;
        }

        foreach (Node node in graph.Nodes)
        {
            Join(node);
        }

        Decide();
    }

    /// <summary>Nodes on real numbers that have no integer form.</summary>
    public IReadOnlyList<Node> LeftInFloat { get; }

    /// <summary>The rule of a node that becomes integer; null for one that stays what it is.</summary>
    public QuantRule? Rule(Node node) => _rules[node];

    /// <summary>The quantised type of a float value.</summary>
    public TensorType TypeOf(Value value) => new(_type, value.Shape, _decided[Root(value)]);

    /// <summary>The type that input <paramref name="index"/> of an integer node must have.</summary>
    public TensorType Wanted(Node node, int index)
    {
        Value value = node.Inputs[index]!;
        return Rule(node)!.SharedInputs ? TypeOf(_anchors[node]) with { Shape = value.Shape } : TypeOf(value);
    }

    /// <summary>Whether a constant of a node is quantised as the group of values it belongs to, rather than by its own range.</summary>
    public bool IsGrouped(Node node, int index) =>
        Rule(node) is { } rule && (rule.SharedInputs || (rule.Output == OutputRange.SameAsInput && rule.SameAs == index));

    private static bool TouchesFloats(Node node) =>
        node.Inputs.Exists(v => v is { DType: DType.Float32 }) || node.Outputs.Exists(v => v.DType == DType.Float32);

    private QuantRule? RuleOf(Node node)
    {
        if (node.Op is Reshape)
        {
            return new QuantRule { Output = OutputRange.SameAsInput };
        }

        if (node.Op is not IQuantizable op || op.Rule(node, _type) is not QuantRule rule)
        {
            return null;
        }

        bool takesComputedWeights = node.Op is FullyConnected or PRelu && _type == DType.Int8;
        bool weights = rule.Weights.All(w => node.Input(w.Input) is { IsConstant: true } || (takesComputedWeights && node.Input(w.Input) is not null));
        bool bias = rule.Bias < 0 || node.Input(rule.Bias) is null or { IsConstant: true };
        bool states = rule.States.All(s => node.Input(s.Input) is not { IsState: true } state || _graph.Consumers(state).Count == 1);
        return weights && bias && states ? rule : null;
    }

    // Data movement between two operators that stay in float would round twice for nothing.
    private void LeaveMovementBetweenFloats()
    {
        bool InFloat(Node node) => _rules[node] is null;
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (Node node in _graph.Nodes)
            {
                if (_rules[node] is { Output: OutputRange.SameAsInput } rule && node.Inputs[rule.SameAs] is Value x
                    && _producers.TryGetValue(x, out Node? producer) && InFloat(producer)
                    && node.Outputs.TrueForAll(y => _graph.Consumers(y).TrueForAll(InFloat)))
                {
                    _rules[node] = null;
                    changed = true;
                }
            }
        }
    }

    private void Join(Node node)
    {
        if (_rules[node] is not QuantRule rule)
        {
            return;
        }

        switch (rule.Output)
        {
            case OutputRange.Fixed:
                _fixed[Root(node.Output)] = rule.Fixed!(_type);
                break;
            case OutputRange.SameAsInput:
                node.Outputs.ForEach(y => Union(node.Inputs[rule.SameAs]!, y));
                break;
            default:
                break;
        }

        for (int i = 0; rule.SharedInputs && i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { DType: DType.Float32, IsConstant: false } x && !rule.Untouched.Contains(i) && MayJoin(x, _anchors[node]))
            {
                Union(_anchors[node], x);
            }
        }

        foreach (StateRule state in rule.States.Where(s => s.Output < node.Outputs.Count))
        {
            // The final contents are of the output's group where the operator says that their types are the same.
            TensorType probe = new(_type, node.Output.Shape, new Quantization(0.25f, 0));
            (DType type, Quantization q) = state.Type(probe, 1);
            if (type == _type && q.SameAs(probe.Quantization))
            {
                Union(node.Output, node.Outputs[state.Output]);
            }
        }
    }

    /// <summary>
    /// Whether an input may take over the quantisation of the values it is combined with. Not where it has one of its own, and
    /// not where other readers would lose half of its resolution or more.
    /// </summary>
    private bool MayJoin(Value x, Value anchor)
    {
        if (Root(x) == Root(anchor) || _fixed.ContainsKey(Root(x)))
        {
            return Root(x) == Root(anchor);
        }

        if (_fixed.ContainsKey(Root(anchor)))
        {
            return false;
        }

        (float lo, float hi) = Range(x);
        (float outLo, float outHi) = Range(anchor);
        return _graph.Consumers(x).Count == 1 || hi - lo > (outHi - outLo) / 2;
    }

    private Value Root(Value value)
    {
        while (_parents.TryGetValue(value, out Value? parent))
        {
            value = parent;
        }

        return value;
    }

    private void Union(Value a, Value b)
    {
        (Value x, Value y) = (Root(a), Root(b));
        if (x != y)
        {
            _parents[y] = x;
            if (_fixed.TryGetValue(y, out Quantization? q))
            {
                _fixed.TryAdd(x, q);
            }
        }
    }

    private void Decide()
    {
        Dictionary<Value, (float Min, float Max)> union = [];
        foreach (Value value in _graph.Values().Where(v => v.DType == DType.Float32))
        {
            Value root = Root(value);
            bool alone = value.IsConstant && root == value && !_parents.ContainsValue(value) && !_anchors.ContainsValue(value);
            if (!alone)
            {
                (float min, float max) = Range(value);
                (float Min, float Max) all = union.GetValueOrDefault(root, (0, 0));
                union[root] = (Math.Min(all.Min, min), Math.Max(all.Max, max));
            }
        }

        foreach ((Value root, (float min, float max)) in union)
        {
            _decided[root] = _fixed.GetValueOrDefault(root) ?? Grid.ForRange(min, max, _type);
        }
    }

    /// <summary>
    /// The range of one value: seen, within its activation. Inputs get all that was seen: pixels then stay the numbers they are.
    /// </summary>
    private (float Min, float Max) Range(Value value)
    {
        if (_known.TryGetValue(value, out (float, float) known))
        {
            return known;
        }

        (float min, float max) = value.Constant is Tensor data ? (data.Floats.Append(0).Min(), data.Floats.Append(0).Max())
            : !_ranges.Contains(value.Name) ? (0, 0)
            : _graph.Inputs.Contains(value) ? _ranges.All(value.Name)
            : _ranges.Of(value.Name, _type);
        if (_producers.TryGetValue(value, out Node? producer) && (Activations.Of(producer.Op) ?? Activations.OfClip(producer.Op)) is Clamp clamp)
        {
            (min, max) = (clamp.Apply(min), clamp.Apply(max));
        }

        return _known[value] = (min, max);
    }
}
