using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// One ONNX node while it is imported: its inputs and attributes as an operator's import function wants them, and the
/// ways to add IR nodes for it. Attributes that were never asked for are reported, as they would be ignored otherwise.
/// </summary>
internal sealed class NodeImport
{
    private readonly HashSet<string> _asked = [];
    private readonly HashSet<Value> _fresh = [];
    private readonly Edge?[] _inputs;

    public NodeImport(ImportState state, OnnxNode node, string name, Edge?[] inputs)
    {
        State = state;
        Node = node;
        Name = name;
        _inputs = inputs;
        Opset = state.Opsets.GetValueOrDefault(node.Domain);
    }

    public ImportState State { get; }

    public OnnxNode Node { get; }

    public string Name { get; }

    /// <summary>Version of the node's operator set.</summary>
    public int Opset { get; }

    /// <summary>What the outputs became; null for those not set.</summary>
    public Dictionary<int, Edge> Results { get; } = [];

    /// <summary>Attributes nobody asked for.</summary>
    public IEnumerable<string> Unread => Node.Attributes.Keys.Where(k => !_asked.Contains(k));

    // Inputs.

    public int InputCount => _inputs.Length;

    public bool Has(int input) => input < _inputs.Length && _inputs[input] is not null;

    public Edge In(int input) => input < _inputs.Length && _inputs[input] is Edge edge ? edge
        : throw new ImportException($"input {input} is missing");

    public Edge? TryIn(int input) => Has(input) ? In(input) : null;

    public Value Value(int input) => State.ValueOf(In(input));

    public Value ValueOf(Edge edge) => State.ValueOf(edge);

    /// <summary>The contents of an input that must be known at import.</summary>
    public OnnxTensor Constant(int input, string what) => In(input).Constant
        ?? throw new ImportException($"input {input} ({what}) must be a constant", "fold it before export (simplify the model), or fix the input's value");

    /// <summary>A constant input of integers as int; values beyond int are clamped, as ONNX uses huge ones for "to the end".</summary>
    public int[] Ints(int input, string what) => Array.ConvertAll(Constant(input, what).ToLongs(), Clamp);

    /// <summary>A constant input of one number.</summary>
    public float Scalar(int input, string what)
    {
        OnnxTensor tensor = Constant(input, what);
        return tensor.Count == 1 ? tensor.ToFloats()[0] : throw new ImportException($"input {input} ({what}) has {tensor.Count} elements, expected 1");
    }

    // Attributes.

    public bool HasAttribute(string name) => Node.Attributes.ContainsKey(name);

    public int Int(string name, int fallback) => Attribute(name, 2) is OnnxAttribute a ? Clamp(a.Int ?? 0) : fallback;

    public bool Flag(string name, bool fallback = false) => Int(name, fallback ? 1 : 0) != 0;

    public float Float(string name, float fallback) => Attribute(name, 1) is OnnxAttribute a ? a.Float ?? 0 : fallback;

    public string Text(string name, string fallback) => Attribute(name, 3) is OnnxAttribute a ? a.Text ?? "" : fallback;

    public int[]? IntList(string name) => Attribute(name, 7) is OnnxAttribute a ? [.. a.Ints.Select(Clamp)] : null;

    public float[]? FloatList(string name) => Attribute(name, 6) is OnnxAttribute a ? [.. a.Floats] : null;

    public List<string>? TextList(string name) => Attribute(name, 8)?.Texts;

    public OnnxAttribute? Attribute(string name, int kind)
    {
        _asked.Add(name);
        if (!Node.Attributes.TryGetValue(name, out OnnxAttribute? attribute))
        {
            return null;
        }

        return !attribute.HasOther && attribute.Graph is null && (attribute.Kind == 0 || attribute.Kind == kind) ? attribute
            : throw new ImportException($"attribute '{name}' has the wrong kind");
    }

    /// <summary>Attributes that change nothing at inference.</summary>
    public void Ignore(params string[] names) => _asked.UnionWith(names);

    /// <summary>ImportException unless an attribute is absent or has the given value.</summary>
    public void Require(string name, int value, int fallback, string? why = null)
    {
        int actual = Int(name, fallback);
        if (actual != value)
        {
            throw new ImportException($"{name} = {actual} is not supported (only {value}){(why is null ? "" : ": " + why)}");
        }
    }

    /// <summary>An axis that may count from the end; ImportException outside the rank.</summary>
    public static int Axis(int axis, int rank) => axis >= -rank && axis < rank ? (axis < 0 ? axis + rank : axis)
        : throw new ImportException($"axis {axis} of a tensor of rank {rank}");

    // Building.

    /// <summary>Adds a helper node around the operator proper.</summary>
    public Value Emit(Op op, params Value?[] inputs) => EmitNode(op, $"{Name}/{op.Name}", inputs).Output;

    /// <summary>Adds the node that bears the name of the ONNX node.</summary>
    public Value Main(Op op, params Value?[] inputs) => EmitNode(op, Name, inputs).Output;

    /// <summary>Adds a node and gives access to all its outputs.</summary>
    public Node EmitNode(Op op, string name, params Value?[] inputs)
    {
        Node node = State.Add(op, name, State.Unique($"{Name}:{op.Name}"), inputs);
        _fresh.UnionWith(node.Outputs);
        return node;
    }

    public Value Const(string suffix, Tensor tensor) => IR.Value.Const(State.Unique($"{Name}:{suffix}"), tensor);

    /// <summary>A constant float scalar value.</summary>
    public Value Const(float value) => Const("const", Tensor.Of(Shape.Scalar, [value]));

    /// <summary>Sets an output; a value made by this node takes the name ONNX gives it.</summary>
    public void Out(Value value, int output = 0, OnnxType? type = null)
    {
        if (output < Node.Outputs.Count && Node.Outputs[output].Length > 0 && _fresh.Remove(value))
        {
            value.Name = Node.Outputs[output];
        }

        Results[output] = type is OnnxType t ? Edge.Of(value, t) : Edge.Of(value);
    }

    public void Out(Edge edge, int output = 0)
    {
        if (edge.Value is Value value && !edge.IsKnown)
        {
            Out(value, output, edge.Type);
            if (edge.Raw is not null)
            {
                Results[output] = edge;
            }

            return;
        }

        Results[output] = edge;
    }

    public void Out(OnnxTensor tensor, int output = 0) =>
        Results[output] = Edge.Of(output < Node.Outputs.Count ? Node.Outputs[output] : Name, tensor);

    /// <summary>Whether the model uses output <paramref name="output"/>.</summary>
    public bool Wants(int output) => output < Node.Outputs.Count && Node.Outputs[output].Length > 0;

    /// <summary>ImportException where an output beyond the supported ones is used.</summary>
    public void OnlyOutputs(int count, string what)
    {
        for (int i = count; i < Node.Outputs.Count; i++)
        {
            if (Wants(i))
            {
                throw new ImportException($"output {i} ({what}) is not supported");
            }
        }
    }

    private static int Clamp(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);
}
