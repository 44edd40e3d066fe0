using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TinyNano.Surface.Lists;

/// <summary>
/// Prints the list of an assembly: the tool behind refreshing managed/reference. What the list leaves out on purpose: generic
/// types and members that mention them, because nanoFramework's CLR 1.x loads them and crashes when they are used.
/// </summary>
public static class SurfaceReader
{
    /// <summary>The `type` blocks of <paramref name="path"/>; its references are looked up beside it.</summary>
    public static string ReadTypes(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return ReadTypes(
            MetadataReference.CreateFromFile(path),
            Directory.GetFiles(folder, "*.dll").Where(file => Path.GetFullPath(file) != Path.GetFullPath(path)).Select(file => MetadataReference.CreateFromFile(file)));
    }

    /// <summary>The first lines of a list, for an assembly of which only the types are known.</summary>
    public static string Header(string path, string package, string source)
    {
        using var stream = File.OpenRead(path);
        using var image = new System.Reflection.PortableExecutable.PEReader(stream);
        System.Reflection.Metadata.MetadataReader metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(image);
        IEnumerable<string> references = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .OrderBy(name => name != "mscorlib").ThenBy(name => name, StringComparer.Ordinal);
        string requires = string.Join(' ', references);
        return $"assembly {Path.GetFileNameWithoutExtension(path)}\npackage {package}\nsource {source}\n{(requires.Length > 0 ? "requires " + requires + "\n" : "")}";
    }

    internal static string ReadTypes(MetadataReference assembly, IEnumerable<MetadataReference> others)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "reader", null, [assembly, .. others],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary).WithMetadataImportOptions(MetadataImportOptions.All));
        var symbol = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(assembly)!;
        var types = new List<INamedTypeSymbol>();
        Collect(symbol.GlobalNamespace, types);
        var text = new StringBuilder();
        foreach (INamedTypeSymbol type in types.OrderBy(SignaturePrinter.ListName, StringComparer.Ordinal))
        {
            text.Append("\ntype ").Append(SignaturePrinter.Type(type)).Append('\n');
            foreach (string member in SignaturePrinter.Members(type))
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static void Collect(INamespaceOrTypeSymbol container, List<INamedTypeSymbol> types)
    {
        foreach (INamespaceOrTypeSymbol member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
        {
            if (member is INamespaceSymbol)
            {
                Collect(member, types);
            }
            else if (member is INamedTypeSymbol { DeclaredAccessibility: Accessibility.Public, Arity: 0 } type && !type.ContainingNamespace.IsGlobalNamespace)
            {
                types.Add(type);
                Collect(type, types);
            }
        }
    }
}
