using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TinyNano.Surface.Lists;

namespace TinyNano.Surface;

/// <summary>Compiles reference lists into assemblies with nanoFramework's identities and empty bodies.</summary>
internal static class SurfaceWriter
{
    // nanoFramework's packages are all signed with one key; references to them carry its token c07d481e9758c731.
    private const string PublicKey =
        "00240000048000009400000006020000002400005253413100040000010001001120AA3E809B3DA4F65E1B1F65C0A3A1BF6335C39860CA41ACB3C48DE278C6B6" +
        "3C5DF38239EC1F2E32D58CB897C8C174A5F8E78A9C0B6087D3AEF373D7D0F3D9BE67700FC2A5A38DE1FB71B5B6F6046D841FF35ABEE2E0B0840A6291A312BE18" +
        "4EB311BAFF5FEF0FF6895B9A5F2253AED32FB06B819134F6BB9D531488A87EA2";

    private static readonly CSharpCompilationOptions s_options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        .WithDeterministic(true)
        .WithOptimizationLevel(OptimizationLevel.Release)
        .WithAllowUnsafe(true)
        .WithWarningLevel(0)
        .WithMetadataImportOptions(MetadataImportOptions.All)
        .WithCryptoPublicKey([.. Convert.FromHexString(PublicKey)])
        .WithPublicSign(true);

    /// <summary>Every list's assembly, each after those it requires.</summary>
    public static IReadOnlyList<SurfaceAssembly> Write(IReadOnlyList<SignatureList> lists)
    {
        var constructors = new ConstructorTable(lists);
        var done = new Dictionary<string, SurfaceAssembly>();
        foreach (SignatureList list in InOrder(lists))
        {
            ImmutableArray<MetadataReference> references = [.. list.Requires.Select(name => done[name].Reference)];
            done.Add(list.Assembly, new SurfaceAssembly(list, Compile(list, references, constructors)));
        }

        return [.. done.Values];
    }

    private static byte[] Compile(SignatureList list, ImmutableArray<MetadataReference> references, ConstructorTable constructors)
    {
        SyntaxTree version = CSharpSyntaxTree.ParseText(
            $"[assembly: global::System.Reflection.AssemblyVersion(\"{list.AssemblyVersion}\")]", new CSharpParseOptions(LanguageVersion.CSharp9));
        CSharpCompilation compilation = CSharpCompilation.Create(list.Assembly, [StubSource.Parse(list, constructors), version], references, s_options);
        using var image = new MemoryStream();
        var options = new Microsoft.CodeAnalysis.Emit.EmitOptions(runtimeMetadataVersion: "v4.0.30319");
        IReadOnlyList<Diagnostic> errors = [.. compilation.Emit(image, options: options).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)];
        if (errors.Count > 0)
        {
            throw new SurfaceException(string.Join('\n', errors.Select(error =>
                $"{StubSource.Where(error)}: {error.Id} {error.GetMessage(null)}").Distinct()));
        }

        return image.ToArray();
    }

    private static List<SignatureList> InOrder(IReadOnlyList<SignatureList> lists)
    {
        var ordered = new List<SignatureList>();
        var pending = new List<SignatureList>(lists);
        while (pending.Count > 0)
        {
            List<SignatureList> ready = [.. pending.Where(list => list.Requires.All(name => ordered.Any(earlier => earlier.Assembly == name)))];
            if (ready.Count == 0)
            {
                SignatureList stuck = pending[0];
                string missing = stuck.Requires.First(name => ordered.All(earlier => earlier.Assembly != name));
                throw new SurfaceException(stuck.File, 1, $"requires {missing}, which has no list or requires {stuck.Assembly} itself");
            }

            ordered.AddRange(ready);
            pending.RemoveAll(ready.Contains);
        }

        return ordered;
    }
}
