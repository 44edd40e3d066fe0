using TinyNano.Compiler;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Passes;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests;

/// <summary>Blobs that several tests take.</summary>
internal static class Models
{
    private static readonly string Project = SharedData.ProjectRoot;

    public static byte[] Smallest() => File.ReadAllBytes(Path.Combine(Project, "tests", "golden", "smallest.tnb"));

    /// <summary>The seeds of the runtime's fuzzer: small blobs of every operator and element type.</summary>
    public static string[] Corpus() =>
        [.. Directory.GetFiles(Path.Combine(Project, "tests", "native", "fuzz", "corpus", "model"), "*.tnb").Order(StringComparer.Ordinal)];

    public static string DemoAsset(string file) => Path.Combine(Project, "host-tools", "TinyNano.Demo", "assets", file);

    /// <summary>A model file with its own types, without golden vectors.</summary>
    public static CompiledModel Compile(string path)
    {
        Graph graph = ModelFile.Import(path, new DiagnosticBag());
        return BlobCompiler.Compile(PassPipeline.Standard.Run(graph, new PassTrace()));
    }
}
