using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// ONNX files (opset 7 to 21) to graphs. Layout changes to NHWC inside: spatial operators stand between transposes that
/// the passes remove. Quantisation stays explicit as Quantize and Dequantize nodes; FoldQdq makes integer operators of it.
/// </summary>
public static class OnnxImporter
{
    private const int MinOpset = 7;
    private const int MaxOpset = 21;

    /// <summary>The names of the supported operators, sorted; those of another domain carry it in front.</summary>
    public static IReadOnlyList<string> Operators { get; } = [.. OnnxOpTable.Names];

    /// <summary>
    /// The graph of an ONNX file. Throws <see cref="CompileException"/>: one error for a file that is damaged or is not
    /// ONNX (TN1201), otherwise everything that is not supported at once (TN13xx).
    /// </summary>
    public static Graph Import(byte[] bytes, string fileName, DiagnosticBag diagnostics, OnnxImportOptions? options = null)
    {
        OnnxModel model;
        try
        {
            model = OnnxReader.ReadModel(bytes);
        }
        catch (OnnxFormatException e)
        {
            throw new CompileException("TN1201", $"not a readable ONNX model: {e.Message}.", fileName,
                "the file may be truncated or of another format; export or copy it again");
        }

        if (model.Graph is not OnnxGraph source)
        {
            throw new CompileException("TN1201", "not a readable ONNX model: it has no graph.", fileName,
                "the file may be truncated or of another format; export or copy it again");
        }

        string name = source.Name.Length > 0 ? source.Name : Path.GetFileNameWithoutExtension(fileName);
        ImportState state = new(new Graph(name), options ?? new OnnxImportOptions(), diagnostics);
        ReadLabels(model, state.Graph);
        CheckOpsets(model, source, fileName, state);
        try
        {
            new GraphImport(state, source, fileName).Run();
        }
        catch (OnnxFormatException e)
        {
            throw new CompileException("TN1202", $"damaged ONNX model: {e.Message}.", fileName, "export or copy the file again");
        }

        diagnostics.ThrowIfErrors();
        return state.Graph;
    }

    private static void CheckOpsets(OnnxModel model, OnnxGraph graph, string fileName, ImportState state)
    {
        foreach ((string domain, long version) in model.Opsets)
        {
            state.Opsets[domain] = (int)Math.Clamp(version, 0, int.MaxValue);
        }

        bool usesOnnx = graph.Nodes.Exists(n => n.Domain.Length == 0);
        int opset = state.Opsets.GetValueOrDefault("");
        bool old = opset is > 0 and < MinOpset && graph.Nodes.TrueForAll(n => n.Domain.Length > 0 || OnnxOpTable.IsOld(n.OpType));
        if (usesOnnx && !old && opset is < MinOpset or > MaxOpset)
        {
            state.Diagnostics.Error("TN1301", opset == 0 ? "the model does not say which ONNX opset it uses."
                    : $"ONNX opset {opset} is not supported (only {MinOpset} to {MaxOpset}).", fileName,
                $"re-export with opset_version {Math.Clamp(opset, 13, MaxOpset)}");
        }
    }

    // Exporters have no agreed key; these are the ones in use.
    private static void ReadLabels(OnnxModel model, Graph graph)
    {
        foreach (string key in new[] { "labels", "classes", "class_labels" })
        {
            if (model.Metadata.TryGetValue(key, out string? text) && graph.Labels.Count == 0)
            {
                char separator = text.Contains('\n') ? '\n' : ',';
                string list = text.Trim().TrimStart('[').TrimEnd(']');
                graph.Labels.AddRange(list.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Select(label => label.Trim('"', '\'')));
            }
        }
    }
}
