using System.Globalization;
using Microsoft.CodeAnalysis;

namespace TinyNano.Surface.Lists;

/// <summary>Prints symbols in the form of the reference lists.</summary>
internal static class SignaturePrinter
{
    private static readonly string[] s_attributes =
    [
        "System.AttributeUsageAttribute", "System.FlagsAttribute", "System.ObsoleteAttribute", "System.Diagnostics.ConditionalAttribute",
        "System.Runtime.CompilerServices.CallerArgumentExpressionAttribute", "System.Runtime.CompilerServices.CallerMemberNameAttribute",
        "System.Runtime.CompilerServices.CallerFilePathAttribute", "System.Runtime.CompilerServices.CallerLineNumberAttribute",
    ];

    private static readonly SymbolDisplayFormat s_names = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>The full name, with a plus sign before the name of a nested type.</summary>
    public static string ListName(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? $"{ListName(outer)}+{type.Name}" : $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}";

    public static string Type(INamedTypeSymbol type)
    {
        string attributes = Attributes(type.GetAttributes());
        string name = ListName(type);
        switch (type.TypeKind)
        {
            case TypeKind.Delegate:
                return $"{attributes}delegate {Name(type.DelegateInvokeMethod!.ReturnType)} {name}({Parameters(type.DelegateInvokeMethod.Parameters)})";
            case TypeKind.Enum:
                return $"{attributes}enum {name} : {Name(type.EnumUnderlyingType!)}";
            case TypeKind.Interface:
                return $"{attributes}interface {name}{Bases(type)}";
            case TypeKind.Struct:
                return $"{attributes}{(type.IsReadOnly ? "readonly " : "")}struct {name}{Bases(type)}";
            default:
                string modifiers = type.IsStatic ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
                return $"{attributes}{modifiers}class {name}{Bases(type)}";
        }
    }

    public static IEnumerable<string> Members(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Delegate)
        {
            return [];
        }

        // Enum members stay in the order of their declaration.
        IEnumerable<ISymbol> members = type.GetMembers().Where(member => IsListed(member, type));
        return type.TypeKind == TypeKind.Enum
            ? members.Select(member => Member(member, type))
            : members.Select(member => (Order: Order(member), Name: ShortName(member), Text: Member(member, type)))
                .OrderBy(member => member.Order).ThenBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Text, StringComparer.Ordinal)
                .Select(member => member.Text);
    }

    private static bool IsListed(ISymbol member, INamedTypeSymbol type)
    {
        switch (member)
        {
            case IFieldSymbol field:
                return IsOpen(field.DeclaredAccessibility) && !IsGeneric(field.Type);
            case IPropertySymbol property:
                return (IsOpen(property.DeclaredAccessibility) || property.ExplicitInterfaceImplementations.Any(IsPublic)) && !IsGeneric(property.Type);
            case IEventSymbol raised:
                return (IsOpen(raised.DeclaredAccessibility) || raised.ExplicitInterfaceImplementations.Any(IsPublic)) && !IsGeneric(raised.Type);
            case IMethodSymbol when type.TypeKind == TypeKind.Enum:
                return false;
            case IMethodSymbol method:
                bool kind = method.MethodKind switch
                {
                    MethodKind.Constructor => !(type.TypeKind == TypeKind.Struct && method.Parameters.Length == 0),
                    MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion => method.Name != "Finalize",
                    MethodKind.ExplicitInterfaceImplementation =>
                        method.ExplicitInterfaceImplementations.Any(member => IsPublic(member) && member.AssociatedSymbol is null),
                    MethodKind.Destructor => type.SpecialType == SpecialType.System_Object,
                    _ => false,
                };
                bool open = IsOpen(method.DeclaredAccessibility) || method.MethodKind == MethodKind.ExplicitInterfaceImplementation;
                return kind && open && !method.IsGenericMethod && !IsGeneric(method.ReturnType) && !method.Parameters.Any(parameter => IsGeneric(parameter.Type));
            default:
                return false;
        }
    }

    private static int Order(ISymbol member) => member switch
    {
        IFieldSymbol => 0,
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.Destructor } => 1,
        IPropertySymbol => 2,
        IEventSymbol => 3,
        IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion } => 5,
        _ => 4,
    };

    private static string Member(ISymbol member, INamedTypeSymbol type)
    {
        string attributes = Attributes(member.GetAttributes());
        switch (member)
        {
            case IFieldSymbol field when type.TypeKind == TypeKind.Enum:
                return $"{field.Name} = {Convert.ToString(field.ConstantValue, CultureInfo.InvariantCulture)}";
            case IFieldSymbol { IsConst: true } field:
                return $"{attributes}{Access(field)}const {Name(field.Type)} {field.Name} = {ConstantText.Of(field.ConstantValue, field.Type)}";
            case IFieldSymbol field:
                return $"{attributes}{Access(field)}{(field.IsStatic ? "static " : "")}{(field.IsReadOnly ? "readonly " : "")}{Name(field.Type)} {Escaped(field.Name)}";
            case IPropertySymbol property:
                string get = property.GetMethod is { } getter && IsSeen(getter, property) ? AccessIn(getter, property) + "get; " : "";
                string set = property.SetMethod is { } setter && IsSeen(setter, property) ? AccessIn(setter, property) + "set; " : "";
                bool isRenamed = property.Parameters.Length > 0 && !IsExplicit(property) && property.MetadataName != "Item";
                attributes += isRenamed ? $"[System.Runtime.CompilerServices.IndexerName(\"{property.MetadataName}\")] " : "";
                string name = property.Parameters.Length > 0 ? $"this[{Parameters(property.Parameters)}]" : Escaped(ShortName(property));
                return $"{attributes}{Modifiers(property)}{Name(property.Type)} {Explicit(property.ExplicitInterfaceImplementations)}{name} {{ {get}{set}}}";
            case IEventSymbol raised:
                string accessors = raised.ExplicitInterfaceImplementations.Length > 0 ? " { add; remove; }" : "";
                return $"{attributes}{Modifiers(raised)}event {Name(raised.Type)} {Explicit(raised.ExplicitInterfaceImplementations)}{ShortName(raised)}{accessors}";
            case IMethodSymbol { MethodKind: MethodKind.Constructor } method:
                return $"{attributes}{Access(method)}{type.Name}({Parameters(method.Parameters)})";
            case IMethodSymbol { MethodKind: MethodKind.Destructor }:
                return $"~{type.Name}()";
            case IMethodSymbol { MethodKind: MethodKind.Conversion } method:
                string way = method.Name == "op_Implicit" ? "implicit" : "explicit";
                return $"{attributes}static {way} operator {Name(method.ReturnType)}({Parameters(method.Parameters)})";
            case IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator } method:
                string sign = Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetText(Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetOperatorKind(method.Name));
                return $"{attributes}static {Name(method.ReturnType)} operator {sign}({Parameters(method.Parameters)})";
            case IMethodSymbol method:
                string returns = (method.RefKind == RefKind.None ? "" : "ref ") + Name(method.ReturnType);
                return $"{attributes}{Modifiers(method)}{returns} {Explicit(method.ExplicitInterfaceImplementations)}{Escaped(ShortName(method))}({Parameters(method.Parameters)})";
            default:
                throw new InvalidOperationException(member.ToString());
        }
    }

    private static string Bases(INamedTypeSymbol type)
    {
        bool plain = type.BaseType is null || type.TypeKind != TypeKind.Class || type.BaseType.SpecialType == SpecialType.System_Object;
        List<string> bases = plain ? [] : [Name(type.BaseType!)];
        bases.AddRange(type.Interfaces.Where(face => face.DeclaredAccessibility == Accessibility.Public && face.Arity == 0).Select(Name));
        return bases.Count == 0 ? "" : " : " + string.Join(", ", bases);
    }

    private static string Parameters(IEnumerable<IParameterSymbol> parameters) => string.Join(", ", parameters.Select((parameter, index) =>
    {
        bool extends = index == 0 && parameter.ContainingSymbol is IMethodSymbol { IsExtensionMethod: true };
        string kind = parameter.RefKind switch { RefKind.Out => "out ", RefKind.Ref => "ref ", RefKind.In => "in ", _ => parameter.IsParams ? "params " : extends ? "this " : "" };
        string value = parameter.HasExplicitDefaultValue ? " = " + ConstantText.Of(parameter.ExplicitDefaultValue, parameter.Type) : "";
        return $"{Attributes(parameter.GetAttributes())}{kind}{Name(parameter.Type)} {Escaped(parameter.Name)}{value}";
    }));

    private static string Attributes(IEnumerable<AttributeData> attributes)
    {
        IEnumerable<string> texts = attributes
            .Where(attribute => s_attributes.Contains(attribute.AttributeClass?.ToDisplayString()))
            .Select(attribute =>
            {
                IEnumerable<string> arguments = attribute.ConstructorArguments.Select(value => ConstantText.Of(value.Value, value.Type!))
                    .Concat(attribute.NamedArguments.Select(pair => $"{pair.Key} = {ConstantText.Of(pair.Value.Value, pair.Value.Type!)}"));
                string list = string.Join(", ", arguments);
                string name = attribute.AttributeClass!.ToDisplayString()[..^"Attribute".Length];
                return $"[{name}{(list.Length > 0 ? $"({list})" : "")}] ";
            });
        return string.Concat(texts);
    }

    private static string Modifiers(ISymbol member)
    {
        if (member.ContainingType.TypeKind == TypeKind.Interface || IsExplicit(member))
        {
            return "";
        }

        string kind = member.IsStatic ? "static "
            : member.IsAbstract && member.IsOverride ? "abstract override "
            : member.IsAbstract ? "abstract "
            : member.IsSealed ? "sealed override "
            : member.IsOverride ? "override "
            : member.IsVirtual ? "virtual " : "";
        return Access(member) + kind;
    }

    private static string Access(ISymbol member) => member.DeclaredAccessibility == Accessibility.Public ? "" : "protected ";

    private static string AccessIn(IMethodSymbol accessor, IPropertySymbol property) =>
        IsExplicit(property) || accessor.DeclaredAccessibility == property.DeclaredAccessibility ? "" : "protected ";

    private static bool IsSeen(IMethodSymbol accessor, IPropertySymbol property) => IsExplicit(property) || IsOpen(accessor.DeclaredAccessibility);

    private static bool IsExplicit(ISymbol member) => member switch
    {
        IMethodSymbol method => method.ExplicitInterfaceImplementations.Length > 0,
        IPropertySymbol property => property.ExplicitInterfaceImplementations.Length > 0,
        IEventSymbol raised => raised.ExplicitInterfaceImplementations.Length > 0,
        _ => false,
    };

    private static string Explicit(IEnumerable<ISymbol> implemented) => implemented.FirstOrDefault() is { } member ? Name(member.ContainingType) + "." : "";

    private static string ShortName(ISymbol member) => member.Name[(member.Name.LastIndexOf('.') + 1)..];

    private static string Escaped(string name) =>
        Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(name) == Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? name : "@" + name;

    private static string Name(ITypeSymbol type) => type.ToDisplayString(s_names);

    private static bool IsOpen(Accessibility accessibility) =>
        accessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static bool IsPublic(ISymbol member) => member.ContainingType is { DeclaredAccessibility: Accessibility.Public, Arity: 0 };

    private static bool IsGeneric(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => IsGeneric(array.ElementType),
        INamedTypeSymbol named => named.Arity > 0,
        ITypeParameterSymbol => true,
        _ => false,
    };
}
