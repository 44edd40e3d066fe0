using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>The IR graph being built, and what every named value of the ONNX graph has become.</summary>
internal sealed class ImportState
{
    // Folding may make more constant elements than the file holds, but not without end.
    private long _foldBudget = 1 << 26;
    private readonly HashSet<string> _names = [];

    public ImportState(Graph graph, OnnxImportOptions options, DiagnosticBag diagnostics)
    {
        Graph = graph;
        Options = options;
        Diagnostics = diagnostics;
    }

    public Graph Graph { get; }

    public OnnxImportOptions Options { get; }

    public DiagnosticBag Diagnostics { get; }

    public Dictionary<string, Edge> Edges { get; } = [];

    /// <summary>Operator set version by domain.</summary>
    public Dictionary<string, int> Opsets { get; } = [];

    /// <summary>Keeps a name of the source model from being given to anything else.</summary>
    public void Reserve(string name) => _names.Add(name);

    /// <summary>A name nothing else has: the given one, or with a number behind it.</summary>
    public string Unique(string name)
    {
        string unique = name;
        for (int i = 1; !_names.Add(unique); i++)
        {
            unique = $"{name}.{i}";
        }

        return unique;
    }

    /// <summary>Counts elements that folding creates; ImportException when a file makes us fold without end.</summary>
    public void ChargeFolding(long elements)
    {
        _foldBudget -= elements;
        if (_foldBudget < 0)
        {
            throw new ImportException("the constants of the model unfold to more than 64 million elements");
        }
    }

    /// <summary>The IR value of an edge; a constant becomes a constant value, a dequantised one a Dequantize node.</summary>
    public Value ValueOf(Edge edge)
    {
        if (edge.Value is Value known)
        {
            return known;
        }

        if (edge.Constant is OnnxTensor constant)
        {
            edge.Value = Value.Const(Unique($"{edge.Name}"), constant.ToTensor());
        }
        else if (edge.Quantized is QuantizedConstant quantized)
        {
            Value integers = Value.Const(Unique($"{edge.Name}:q"), quantized.Data, quantized.Quantization);
            edge.Value = Add(new Dequantize(), Unique($"{edge.Name}:dequantize"), Unique($"{edge.Name}:real"), [integers]).Output;
        }
        else
        {
            throw new ImportException($"'{edge.Name}' could not be imported");
        }

        return edge.Value!;
    }

    /// <summary>
    /// Adds a node with one output name (further outputs get numbers). Data movement on quantised values keeps their
    /// quantisation, as the integers stay what they are.
    /// </summary>
    public Node Add(Op op, string name, string outputName, IReadOnlyList<Value?> inputs)
    {
        IReadOnlyList<TensorType> types = op.Infer([.. inputs.Select(v => v?.Type)]);
        List<Value> outputs = [];
        for (int i = 0; i < types.Count; i++)
        {
            OnnxTypes.Count([.. types[i].Shape.Dims]);
            outputs.Add(new Value(i == 0 ? outputName : Unique($"{outputName}:{i}"), types[i]));
        }

        Node node = new(name, op, inputs, outputs);
        if (inputs.Count > 0 && inputs[0]?.Quantization is not null && op is not (Ops.Quantize or Dequantize))
        {
            Movement.KeepQuantization(node);
        }

        Graph.Nodes.Add(node);
        return node;
    }
}
