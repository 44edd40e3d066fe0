using System.Collections.Concurrent;
using TinyNano.Compiler;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Passes;

namespace TinyNano.Simulator.Tests;

/// <summary>Models of ../shared/data compiled with their own types, each once per test run.</summary>
internal static class ImportedModels
{
    private static readonly ConcurrentDictionary<string, Lazy<CompiledModel>> Compiled = new();

    public static CompiledModel Compile(string path) =>
        Compiled.GetOrAdd(path, p => new Lazy<CompiledModel>(() => BlobCompiler.Compile(Optimise(p)))).Value;

    public static Graph Import(string path) => ModelFile.Import(path, new DiagnosticBag());

    public static Graph Optimise(string path) => PassPipeline.Standard.Run(Import(path), new PassTrace { Check = true });
}
