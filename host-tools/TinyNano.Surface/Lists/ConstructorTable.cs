using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TinyNano.Surface.Lists;

/// <summary>
/// What the constructor of a derived class has to pass on: lists tell signatures only, so a stub calls the first
/// constructor of its base with defaults where there is none without parameters.
/// </summary>
internal sealed class ConstructorTable
{
    private readonly Dictionary<string, IReadOnlyList<string>?> _needed = [];

    public ConstructorTable(IEnumerable<SignatureList> lists)
    {
        foreach (ListedType type in lists.SelectMany(list => list.Types).Where(type => type.Kind == "class"))
        {
            List<ParameterListSyntax> all = [.. type.Members.Select(member => Parameters(type.Name, member)).OfType<ParameterListSyntax>()];
            bool simple = all.Count == 0 || all.Any(list => list.Parameters.Count == 0);
            _needed[type.FullName] = simple ? null : [.. all[0].Parameters.Select(parameter => Rooted(parameter.Type!.ToString()))];
        }
    }

    /// <summary>Types of the arguments for the base class's constructor, or null where it takes none.</summary>
    public IReadOnlyList<string>? NeededByBaseOf(ClassDeclarationSyntax type)
    {
        string? first = type.BaseList?.Types.FirstOrDefault()?.Type.ToString();
        return first is null ? null : _needed.GetValueOrDefault(first.Replace("global::", "", StringComparison.Ordinal));
    }

    private static string Rooted(string type) => type.Contains('.', StringComparison.Ordinal) ? "global::" + type : type;

    private static ParameterListSyntax? Parameters(string name, ListedMember member)
    {
        if (!member.Text.Contains(name + "(", StringComparison.Ordinal))
        {
            return null;
        }

        var type = (ClassDeclarationSyntax?)SyntaxFactory.ParseMemberDeclaration($"class {name} {{ {member.Text}; }}");
        return type?.Members.OfType<ConstructorDeclarationSyntax>().FirstOrDefault()?.ParameterList;
    }
}
