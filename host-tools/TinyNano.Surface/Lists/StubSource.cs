using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TinyNano.Surface.Lists;

/// <summary>
/// Turns a list into C#: the lines as they are, placed into namespaces and types, with `#line` so that every message names
/// the list, and then bodies, accessibility and `global::` added on the syntax tree.
/// </summary>
internal static class StubSource
{
    private static readonly CSharpParseOptions s_options = new(LanguageVersion.CSharp9, DocumentationMode.None);

    public static SyntaxTree Parse(SignatureList list, ConstructorTable constructors)
    {
        SyntaxTree raw = CSharpSyntaxTree.ParseText(SourceText.From(Text(list), Encoding.UTF8), s_options, list.File);
        List<Diagnostic> errors = [.. raw.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)];
        if (errors.Count > 0)
        {
            throw new SurfaceException(string.Join('\n', errors.Select(error =>
                $"{Where(error)}: not a C# declaration without body: {error.GetMessage(null)}").Distinct()));
        }

        SyntaxNode root = new StubRewriter(constructors).Visit(raw.GetRoot());
        return CSharpSyntaxTree.Create((CSharpSyntaxNode)root, s_options, list.File, Encoding.UTF8);
    }

    /// <summary>File and line of a message, as the `#line` directives tell.</summary>
    public static string Where(Diagnostic diagnostic)
    {
        FileLinePositionSpan span = diagnostic.Location.GetMappedLineSpan();
        return $"{span.Path}({span.StartLinePosition.Line + 1})";
    }

    private static string Text(SignatureList list)
    {
        ILookup<string, ListedType> nested = list.Types.Where(type => type.IsNested).ToLookup(type => type.Container);
        var text = new StringBuilder();
        var written = new HashSet<ListedType>();
        string file = list.File.Replace('\\', '/');
        foreach (IGrouping<string, ListedType> space in list.Types.Where(type => !type.IsNested).GroupBy(type => type.Container))
        {
            text.Append("namespace ").Append(space.Key).Append("\n{\n");
            foreach (ListedType type in space)
            {
                Append(text, type, nested, written, file);
            }

            text.Append("}\n");
        }

        if (list.Types.FirstOrDefault(type => !written.Contains(type)) is { } orphan)
        {
            throw new SurfaceException(list.File, orphan.Line, $"the type around {orphan.FullName} is not in the list");
        }

        return text.ToString();
    }

    private static void Append(
        StringBuilder text, ListedType type, ILookup<string, ListedType> nested, HashSet<ListedType> written, string file)
    {
        written.Add(type);
        text.Append($"#line {type.Line} \"{file}\"\n{type.Head}{type.Name}{type.Tail}");
        if (type.Kind == "delegate")
        {
            text.Append(";\n");
            return;
        }

        text.Append(" {\n");
        foreach (ListedMember member in type.Members)
        {
            string end = type.Kind == "enum" ? "," : member.Text.EndsWith('}') ? "" : ";";
            text.Append($"#line {member.Line} \"{file}\"\n{member.Text}{end}\n");
        }

        foreach (ListedType inner in nested[type.Container + "." + type.Name])
        {
            Append(text, inner, nested, written, file);
        }

        text.Append("}\n");
    }
}
