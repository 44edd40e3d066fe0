namespace TinyNano.Compiler.Import.Onnx;

/// <summary>What a user may say about an ONNX model beyond the file.</summary>
public sealed record OnnxImportOptions
{
    /// <summary>Shapes of graph inputs by name, for models with symbolic dimensions.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Shapes { get; init; } = new Dictionary<string, IReadOnlyList<int>>();

    /// <summary>
    /// Recurrent layers without (or with all-zero) initial state keep their state from one run to the next instead of
    /// starting each run from zero. Reverse directions always start from zero.
    /// </summary>
    public bool KeepState { get; init; }

    /// <summary>Graph inputs that are fixed to a value and thereby stop being inputs: ONNX's own tests need it.</summary>
    internal IReadOnlyDictionary<string, OnnxTensor> Constants { get; init; } = new Dictionary<string, OnnxTensor>();
}
