using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace TinyNano.DeviceCompiler;

/// <summary>
/// Compiles small sources in tests as nanoFramework does: C# 9, optimised, against a core library that holds only the names that the
/// sources need.
/// </summary>
public static class DeviceSource
{
    private static readonly Lazy<MetadataReference> s_corlib = new(CompileCorlib);

    private static readonly Lazy<IReadOnlyList<MetadataReference>> s_desk = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    /// <summary>The bytes of an assembly made from sources alone, against the small core library.</summary>
    /// <exception cref="InvalidOperationException">The sources do not compile; the message lists the errors.</exception>
    public static byte[] Compile(string assembly, IEnumerable<string> sources, LanguageVersion language = LanguageVersion.CSharp9, params string[] symbols)
    {
        return Emit(assembly, sources, [s_corlib.Value], language, symbols);
    }

    /// <summary>The same against the desk's .NET, which offers what the device lacks: for planting what a check should find.</summary>
    /// <exception cref="InvalidOperationException">The sources do not compile; the message lists the errors.</exception>
    public static byte[] CompileForDesk(string assembly, string source)
    {
        return Emit(assembly, [source], s_desk.Value, LanguageVersion.Latest, []);
    }

    private static byte[] Emit(
        string assembly, IEnumerable<string> sources, IEnumerable<MetadataReference> references, LanguageVersion language, IEnumerable<string> symbols)
    {
        CSharpParseOptions parsing = new(language, preprocessorSymbols: symbols);
        CSharpCompilationOptions options = new(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, deterministic: true);
        var compilation = CSharpCompilation.Create(assembly, sources.Select(text => CSharpSyntaxTree.ParseText(text, parsing)), references, options);
        using var bytes = new MemoryStream();
        EmitResult result = compilation.Emit(bytes, options: new EmitOptions(runtimeMetadataVersion: "v4.0.30319"));
        Diagnostic[] errors = [.. result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)];
        return errors.Length == 0 ? bytes.ToArray() : throw new InvalidOperationException($"{assembly} does not compile:\n{string.Join("\n", errors.Take(20))}");
    }

    private static PortableExecutableReference CompileCorlib()
    {
        using Stream text = typeof(DeviceSource).Assembly.GetManifestResourceStream("MiniCorlib.cs")!;
        using var reader = new StreamReader(text);
        return MetadataReference.CreateFromImage(Emit("mscorlib", [reader.ReadToEnd()], [], LanguageVersion.CSharp9, []));
    }
}
