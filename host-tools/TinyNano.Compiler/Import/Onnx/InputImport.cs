using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// Graph inputs: shapes made static, types mapped, and 8-bit inputs given the quantisation under which the graph reads
/// them. A symbolic first dimension is the batch and becomes 1; other symbols need a shape from the user.
/// </summary>
internal sealed class InputImport
{
    private readonly ImportState _state;
    private readonly OnnxGraph _source;
    private readonly string _fileName;

    public InputImport(ImportState state, OnnxGraph source, string fileName)
    {
        _state = state;
        _source = source;
        _fileName = fileName;
    }

    /// <summary>Sizes of symbolic dimensions, as far as known.</summary>
    public Dictionary<string, int> Symbols { get; } = [];

    public void Run()
    {
        HashSet<string> initializers = [.. _source.Initializers.Select(i => i.Name)];
        List<OnnxValueInfo> inputs = _source.Inputs.FindAll(i => !initializers.Contains(i.Name));
        foreach (OnnxValueInfo input in inputs)
        {
            LearnSymbols(input);
        }

        foreach (string name in _state.Options.Shapes.Keys.Concat(_state.Options.Constants.Keys).Where(n => !inputs.Exists(i => i.Name == n)))
        {
            _state.Diagnostics.Error("TN1305", $"the model has no input '{name}' (it has {string.Join(", ", inputs.Select(i => $"'{i.Name}'"))}).", _fileName);
        }

        // Constants first: quantisation is found by looking ahead, and scales may be among them.
        InputQuantization quantization = new(_source, _state);
        foreach (OnnxValueInfo input in inputs.OrderBy(i => _state.Options.Constants.ContainsKey(i.Name) ? 0 : 1))
        {
            try
            {
                _state.Edges[input.Name] = Import(input, quantization);
            }
            catch (ImportException e)
            {
                _state.Diagnostics.Error("TN1305", $"input '{input.Name}': {e.Message}.", _fileName, e.Hint);
                _state.Edges[input.Name] = Edge.NotImported(input.Name);
            }
        }
    }

    private void LearnSymbols(OnnxValueInfo input)
    {
        if (input.Dims is not List<OnnxDim> dims)
        {
            return;
        }

        if (_state.Options.Shapes.TryGetValue(input.Name, out IReadOnlyList<int>? shape) && shape.Count == dims.Count)
        {
            for (int i = 0; i < dims.Count; i++)
            {
                if (dims[i].Size == 0 && dims[i].Symbol != "?")
                {
                    Symbols[dims[i].Symbol] = shape[i];
                }
            }
        }
        else if (dims.Count > 0 && dims[0].Size == 0 && dims[0].Symbol != "?")
        {
            Symbols.TryAdd(dims[0].Symbol, 1);
        }
    }

    private Edge Import(OnnxValueInfo input, InputQuantization quantization)
    {
        if (!input.IsTensor)
        {
            throw new ImportException("it is not a tensor");
        }

        DType type = OnnxTypes.Storage(input.Type);
        if (_state.Options.Constants.TryGetValue(input.Name, out OnnxTensor? constant))
        {
            return Edge.Of(input.Name, constant);
        }

        if (input.Type is OnnxType.UInt16 or OnnxType.UInt32 or OnnxType.UInt64 or OnnxType.Int4 or OnnxType.UInt4)
        {
            throw new ImportException($"element type {OnnxTypes.Name(input.Type)} is not supported");
        }

        if (input.Type is OnnxType.Float16 or OnnxType.BFloat16 or OnnxType.Double)
        {
            _state.Diagnostics.Warn("TN1308", $"input '{input.Name}' is {OnnxTypes.Name(input.Type)} in the model and becomes float32.", _fileName);
        }

        Value value = new(input.Name, new TensorType(type, StaticShape(input)));
        _state.Graph.Inputs.Add(value);
        if (quantization.Find(input) is not Quantization q)
        {
            return Edge.Of(value, input.Type);
        }

        value.Type = value.Type with { Quantization = q };
        if (type != DType.UInt8)
        {
            return Edge.Of(value, input.Type);
        }

        Value shifted = _state.Add(new Ops.Quantize(DType.Int8), _state.Unique($"{input.Name}:to_int8"), _state.Unique($"{input.Name}:int8"), [value]).Output;
        shifted.Type = shifted.Type with { Quantization = new Quantization(q.Scales, Array.ConvertAll(q.ZeroPoints, z => z - 128), q.Axis) };
        Edge edge = Edge.Of(shifted, OnnxType.UInt8);
        return edge.WithRaw(value);
    }

    private Shape StaticShape(OnnxValueInfo input)
    {
        if (_state.Options.Shapes.TryGetValue(input.Name, out IReadOnlyList<int>? given))
        {
            bool fits = input.Dims is null
                || (input.Dims.Count == given.Count && input.Dims.Select((d, i) => d.Size == 0 || d.Size == given[i]).All(ok => ok));
            return fits && given.All(d => d > 0) && OnnxTypes.Count([.. given]) > 0 ? new Shape([.. given])
                : throw new ImportException($"the given shape [{string.Join(",", given)}] does not fit [{Text(input.Dims)}]");
        }

        if (input.Dims is not List<OnnxDim> dims)
        {
            throw new ImportException("the model gives it no shape", $"give it: --shape {input.Name}=1,3,224,224 (with your own numbers)");
        }

        if (dims.Count > 8)
        {
            throw new ImportException($"it has {dims.Count} dimensions, at most 8 are supported");
        }

        int[] shape = new int[dims.Count];
        List<string> unknown = [];
        for (int i = 0; i < shape.Length; i++)
        {
            OnnxDim dim = dims[i];
            if (dim.Size > OnnxTypes.MaxElements)
            {
                throw new ImportException($"dimension {i} is {dim.Size}");
            }

            bool batch = dim.Size == 0 && i == 0;
            shape[i] = dim.Size > 0 ? (int)dim.Size : Symbols.TryGetValue(dim.Symbol, out int size) ? size : batch ? 1 : 0;
            if (shape[i] == 0)
            {
                unknown.Add(dim.Symbol == "?" ? $"dimension {i}" : $"'{dim.Symbol}' (dimension {i})");
            }
            else if (batch && shape[i] == 1)
            {
                _state.Diagnostics.Warn("TN1307", $"input '{input.Name}': the batch dimension '{dim.Symbol}' becomes 1.", _fileName,
                    $"for another size: --shape {input.Name}={string.Join(",", dims)}");
            }
        }

        if (unknown.Count > 0)
        {
            throw new ImportException($"its shape [{Text(dims)}] is not static: {string.Join(", ", unknown)} must be a number",
                $"give its shape: --shape {input.Name}=1,3,224,224 (with your own numbers)");
        }

        OnnxTypes.Count(shape);
        return new Shape(shape);
    }

    private static string Text(List<OnnxDim>? dims) => dims is null ? "?" : string.Join(",", dims);
}
