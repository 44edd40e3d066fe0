using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Walks an ONNX graph once: initialisers, inputs, nodes in order, outputs. Collects every complaint on the way.</summary>
internal sealed class GraphImport
{
    private const string OpsHint = "run `tinynano ops` for what this version accepts";

    private readonly ImportState _state;
    private readonly OnnxGraph _source;
    private readonly string _fileName;
    private readonly Dictionary<string, OnnxValueInfo> _infos = [];
    private Dictionary<string, int> _symbols = [];

    public GraphImport(ImportState state, OnnxGraph source, string fileName)
    {
        _state = state;
        _source = source;
        _fileName = fileName;
    }

    public void Run()
    {
        ReserveNames();
        ReadInitializers(_source);

        // Constants and their copies first: inputs look ahead for scales among them.
        HashSet<OnnxNode> done = [];
        foreach (OnnxNode node in _source.Nodes.Where(n => n.OpType == "Constant" || IsCopyOfConstant(n)))
        {
            ImportNode(node);
            done.Add(node);
        }

        InputImport inputs = new(_state, _source, _fileName);
        inputs.Run();
        _symbols = inputs.Symbols;
        foreach (OnnxNode node in _source.Nodes.Where(n => !done.Contains(n)))
        {
            ImportNode(node);
        }

        foreach (OnnxValueInfo output in _source.Outputs)
        {
            ImportOutput(output);
        }

        if (_source.Outputs.Count == 0)
        {
            _state.Diagnostics.Error("TN1306", "the model has no outputs.", _fileName);
        }
    }

    private bool IsCopyOfConstant(OnnxNode node) => node is { OpType: "Identity", Inputs.Count: 1 } && _state.Edges.ContainsKey(node.Inputs[0]);

    private void ReserveNames()
    {
        // Old models list their initialisers among the inputs as well.
        HashSet<string> made = [.. _source.Initializers.Select(i => i.Name)];
        if (made.Count != _source.Initializers.Count || _source.Inputs.DistinctBy(i => i.Name).Count() != _source.Inputs.Count)
        {
            throw new OnnxFormatException("two inputs or two initializers have the same name");
        }

        if (_source.Outputs.DistinctBy(o => o.Name).Count() != _source.Outputs.Count)
        {
            throw new OnnxFormatException("two outputs have the same name");
        }

        made.UnionWith(_source.Inputs.Select(i => i.Name));
        foreach (string name in made)
        {
            _state.Reserve(name);
        }

        foreach (OnnxNode node in _source.Nodes)
        {
            foreach (string name in node.Outputs.Where(o => o.Length > 0))
            {
                _state.Reserve(name);
                if (!made.Add(name))
                {
                    throw new OnnxFormatException($"'{name}' is made twice");
                }
            }
        }

        foreach (OnnxValueInfo info in _source.ValueInfos.Concat(_source.Outputs))
        {
            _infos[info.Name] = info;
        }
    }

    private void ReadInitializers(OnnxGraph graph)
    {
        List<string> external = [];
        foreach (OnnxTensorProto proto in graph.Initializers)
        {
            if (proto.IsExternal)
            {
                external.Add(proto.Name);
                _state.Edges[proto.Name] = Edge.NotImported(proto.Name);
                continue;
            }

            try
            {
                _state.Edges[proto.Name] = Edge.Of(proto.Name, OnnxTensorDecoder.Decode(proto));
            }
            catch (ImportException e)
            {
                _state.Diagnostics.Error("TN1304", $"initializer '{proto.Name}': {e.Message}.", _fileName, e.Hint);
                _state.Edges[proto.Name] = Edge.NotImported(proto.Name);
            }
        }

        if (external.Count > 0)
        {
            _state.Diagnostics.Error("TN1304", $"the data of {external.Count} initializers ('{external[0]}', ...) is in another file.",
                _fileName, "save the model as one file (onnx.save with save_as_external_data=False)");
        }

        if (graph.SparseInitializers > 0)
        {
            _state.Diagnostics.Error("TN1304", "sparse initializers are not supported.", _fileName, "re-export with dense weights");
        }
    }

    private void ImportNode(OnnxNode node)
    {
        string name = node.Name.Length > 0 ? node.Name
            : node.Outputs.Find(o => o.Length > 0) ?? $"{node.OpType}_{node.Index}";
        string where = $"{_fileName}, node {node.Index}";
        if (Branch(node) is OnnxGraph branch)
        {
            ImportBranch(node, branch);
            return;
        }

        if (OnnxOpTable.Find(node.Domain, node.OpType) is not Action<NodeImport> import)
        {
            (string reason, string? hint) = OnnxOpTable.WhyNot(node);
            _state.Diagnostics.Error("TN1302", $"{node.OpType} '{name}': {reason}.", where, hint ?? OpsHint);
            Guess(node);
            return;
        }

        try
        {
            Edge?[] inputs = [.. node.Inputs.Select(i => i.Length == 0 ? null : Find(i))];
            if (inputs.Any(e => e is { Failed: true }))
            {
                Guess(node);
                return;
            }

            NodeImport context = new(_state, node, name, inputs);
            if (!ConstantFolder.TryFold(context))
            {
                import(context);
            }

            foreach (string attribute in context.Unread)
            {
                throw new ImportException($"attribute '{attribute}' is not supported");
            }

            foreach (string output in node.Outputs.Where((o, i) => o.Length > 0 && !context.Results.ContainsKey(i)))
            {
                throw new ImportException($"output '{output}' is not supported");
            }

            foreach ((int output, Edge edge) in context.Results.Where(r => context.Wants(r.Key)))
            {
                _state.Edges[node.Outputs[output]] = edge;
            }
        }
        catch (Exception e) when (e is ImportException or OpException or OverflowException or ArgumentException)
        {
            string message = e.Message.Split('\n')[0].TrimEnd('.', '\r');
            _state.Diagnostics.Error("TN1303", $"{node.OpType} '{name}': {message}.", where, (e as ImportException)?.Hint ?? OpsHint);
            Guess(node);
        }
    }

    // The branch that an If takes, where that is known: exporters leave such nodes around squeeze and the like.
    private OnnxGraph? Branch(OnnxNode node)
    {
        bool decided = node is { OpType: "If", Domain.Length: 0, Inputs.Count: 1 }
            && _state.Edges.TryGetValue(node.Inputs[0], out Edge? edge) && edge.Constant is { Type: OnnxType.Bool, Count: 1 };
        if (!decided)
        {
            return null;
        }

        bool holds = ((bool[])_state.Edges[node.Inputs[0]].Constant!.Data)[0];
        OnnxGraph? branch = node.Attributes.GetValueOrDefault(holds ? "then_branch" : "else_branch")?.Graph;
        return branch?.Outputs.Count == node.Outputs.Count ? branch : null;
    }

    // Names of a branch are none of the graph around it, whose values it may read.
    private void ImportBranch(OnnxNode node, OnnxGraph branch)
    {
        foreach (string name in branch.Nodes.SelectMany(n => n.Outputs).Concat(branch.Initializers.Select(i => i.Name)))
        {
            _state.Reserve(name);
        }

        ReadInitializers(branch);
        branch.Nodes.ForEach(ImportNode);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            string made = branch.Outputs[i].Name;
            if (!_state.Edges.ContainsKey(made))
            {
                _state.Diagnostics.Error("TN1303", $"If '{node.Name}': its branch does not make '{made}'.", $"{_fileName}, node {node.Index}");
            }

            _state.Edges[node.Outputs[i]] = _state.Edges.GetValueOrDefault(made) ?? Edge.NotImported(node.Outputs[i]);
        }
    }

    private Edge Find(string name) => _state.Edges.TryGetValue(name, out Edge? edge) ? edge
        : throw new ImportException($"it reads '{name}', which is neither an input nor made by an earlier node");

    // After a failure: outputs whose type the file tells stand in, so that the nodes behind them are checked as well.
    private void Guess(OnnxNode node)
    {
        foreach (string output in node.Outputs.Where(o => o.Length > 0))
        {
            _state.Edges[output] = Edge.NotImported(output);
            if (!_infos.TryGetValue(output, out OnnxValueInfo? info) || info.Dims is null || !info.IsTensor || info.Dims.Count > 8)
            {
                continue;
            }

            int[] dims = [.. info.Dims.Select(d => d.Size is > 0 and < OnnxTypes.MaxElements ? (int)d.Size : _symbols.GetValueOrDefault(d.Symbol))];
            try
            {
                if (OnnxTypes.Count(dims) > 0)
                {
                    _state.Edges[output] = Edge.Of(new Value(output, new TensorType(OnnxTypes.Storage(info.Type), new Shape(dims))), info.Type);
                }
            }
            catch (ImportException)
            {
                // A type we do not have: the nodes behind it stay unchecked.
            }
        }
    }

    private void ImportOutput(OnnxValueInfo output)
    {
        if (!_state.Edges.TryGetValue(output.Name, out Edge? edge))
        {
            _state.Diagnostics.Error("TN1306", $"output '{output.Name}' is neither an input nor made by a node.", _fileName);
            return;
        }

        if (edge.Failed || _state.Diagnostics.HasErrors)
        {
            return;
        }

        try
        {
            Value value = edge.Raw ?? _state.ValueOf(edge);
            if (edge.Type == OnnxType.UInt8 && value is { DType: DType.Int8, Quantization: Quantization q })
            {
                value.Name = value.Name == output.Name ? _state.Unique($"{output.Name}:int8") : value.Name;
                Value bytes = _state.Add(new Ops.Quantize(DType.UInt8), _state.Unique($"{output.Name}:to_uint8"), _state.Unique($"{output.Name}:uint8"), [value]).Output;
                bytes.Type = bytes.Type with { Quantization = new Quantization(q.Scales, Array.ConvertAll(q.ZeroPoints, z => z + 128), q.Axis) };
                value = bytes;
            }

            bool taken = _state.Graph.Inputs.Contains(value) || _state.Graph.Outputs.Contains(value) || value.IsState;
            if (taken && value.Name != output.Name)
            {
                value = _state.Add(new Reshape(value.Shape.ToArray()), _state.Unique($"{output.Name}:copy"), output.Name, [value]).Output;
            }

            value.Name = output.Name;
            _state.Graph.Outputs.Add(value);
        }
        catch (Exception e) when (e is ImportException or OpException)
        {
            _state.Diagnostics.Error("TN1306", $"output '{output.Name}': {e.Message}.", _fileName);
        }
    }
}
