using Mono.Cecil;

namespace TinyNano.Interop.Lint;

/// <summary>Judges each use of a type: rules TN7102, TN7104, TN7105, TN7107 to TN7109.</summary>
internal sealed class TypeRules(Findings findings)
{
    private static readonly HashSet<string> s_spans = new(StringComparer.Ordinal)
    {
        "System.Span`1", "System.ReadOnlySpan`1", "System.Memory`1", "System.ReadOnlyMemory`1",
    };

    // Where a delegate's own assembly is not at hand, its name has to do.
    private static readonly HashSet<string> s_delegates = new(StringComparer.Ordinal)
    {
        "Action", "Func", "Predicate", "Comparison", "Converter", "EventHandler",
    };

    /// <summary>Judges a type as it is written at some place, with everything that it is made of.</summary>
    public void Use(TypeReference? used, TypeDefinition type, MethodDefinition? method)
    {
        switch (used)
        {
            case null:
                return;

            case ArrayType array:
                if (!array.IsVector)
                {
                    findings.Add(LintRules.MultiDimensionalArray, type, method, Text(array));
                }

                break;

            case PointerType or FunctionPointerType or PinnedType:
                findings.Add(LintRules.Pointer, type, method, used is PinnedType ? "fixed" : Text(used));
                break;

            case GenericInstanceType instance:
                findings.Add(RuleOf(instance), type, method, Text(instance));
                foreach (TypeReference argument in instance.GenericArguments)
                {
                    Use(argument, type, method);
                }

                return;
        }

        if (used is TypeSpecification outer)
        {
            Use(outer.ElementType, type, method);
        }
    }

    /// <summary>A type's name as C# writes it, nearly.</summary>
    public static string Text(TypeReference type)
    {
        string text = type is GenericInstanceType instance
            ? $"{Bare(instance.ElementType)}<{string.Join(", ", instance.GenericArguments.Select(Text))}>"
            : type is ArrayType array ? Text(array.ElementType) + "[" + new string(',', array.Rank - 1) + "]"
            : Bare(type);
        return text;
    }

    private static string Bare(TypeReference type)
    {
        int arity = type.Name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? type.Name : type.Name[..arity];
    }

    private static LintRule RuleOf(GenericInstanceType instance)
    {
        string name = instance.ElementType.FullName;
        return name == "System.Nullable`1" ? LintRules.NullableValue
            : s_spans.Contains(name) ? LintRules.Span
            : IsDelegate(instance.ElementType) ? LintRules.GenericDelegate
            : LintRules.GenericUse;
    }

    private static bool IsDelegate(TypeReference type)
    {
        TypeDefinition? definition = type.Resolve();
        return definition is not null
            ? definition.BaseType is { FullName: "System.MulticastDelegate" }
            : type.Namespace == "System" && s_delegates.Contains(Bare(type));
    }
}
