namespace TinyNano.Compiler.Import.Onnx;

/// <summary>A node, tensor or value that cannot be imported; the importer collects these, so that all are reported at once.</summary>
internal sealed class ImportException : Exception
{
    public ImportException(string message, string? hint = null)
        : base(message) => Hint = hint;

    public string? Hint { get; }
}
