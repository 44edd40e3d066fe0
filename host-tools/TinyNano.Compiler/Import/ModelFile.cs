using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Import;

/// <summary>Opens a model file of any supported format.</summary>
public static class ModelFile
{
    /// <summary>
    /// Imports a model by its contents (TFLite files carry "TFL3" at byte 4; everything else is read as ONNX). Warnings land in
    /// <paramref name="diagnostics"/>; CompileException holds every error at once.
    /// </summary>
    public static Graph Import(string path, DiagnosticBag diagnostics, OnnxImportOptions? onnx = null)
    {
        if (!File.Exists(path))
        {
            throw new CompileException("TN1000", "no such file", path);
        }

        byte[] bytes = File.ReadAllBytes(path);
        return Import(bytes, Path.GetFileName(path), diagnostics, onnx);
    }

    /// <summary>Imports a model from its bytes; the name is for messages.</summary>
    public static Graph Import(byte[] bytes, string name, DiagnosticBag diagnostics, OnnxImportOptions? onnx = null)
    {
        if (bytes.Length >= 4 && bytes[0] == 0x89 && bytes.AsSpan(1, 3).SequenceEqual("HDF"u8))
        {
            throw new CompileException("TN1050", "Keras .h5 files are not read", name, "convert it with TensorFlow's TFLiteConverter, or export ONNX with tf2onnx");
        }

        Graph graph = bytes.Length >= 8 && bytes.AsSpan(4, 4).SequenceEqual("TFL3"u8)
            ? TFLiteImporter.Import(bytes, name, diagnostics)
            : FoldQdq.Run(OnnxImporter.Import(bytes, name, diagnostics, onnx), diagnostics);
        diagnostics.ThrowIfErrors();
        return graph;
    }
}
