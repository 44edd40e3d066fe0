using Mono.Cecil;

namespace TinyNano.Interop.Lint;

/// <summary>Judges an assembly that holds externs as a whole: rules TN7301 to TN7305.</summary>
internal sealed class ExternRules(Findings findings)
{
    private const string CompilerNamespace = "System.Runtime.CompilerServices";

    // What compilers after C# 9, or with nullable annotations, put into an assembly whose core library lacks it.
    private static readonly HashSet<string> s_embedded = new(StringComparer.Ordinal)
    {
        "Microsoft.CodeAnalysis.EmbeddedAttribute",
        $"{CompilerNamespace}.RefSafetyRulesAttribute",
        $"{CompilerNamespace}.NullableAttribute",
        $"{CompilerNamespace}.NullableContextAttribute",
        $"{CompilerNamespace}.NullablePublicOnlyAttribute",
        $"{CompilerNamespace}.NativeIntegerAttribute",
        $"{CompilerNamespace}.IsReadOnlyAttribute",
        $"{CompilerNamespace}.IsByRefLikeAttribute",
        $"{CompilerNamespace}.IsUnmanagedAttribute",
        $"{CompilerNamespace}.ScopedRefAttribute",
        $"{CompilerNamespace}.RequiresLocationAttribute",
        $"{CompilerNamespace}.ParamCollectionAttribute",
        $"{CompilerNamespace}.ExtensionMarkerAttribute",
        $"{CompilerNamespace}.InlineArrayAttribute",
    };

    public void Check(DeviceAssembly assembly)
    {
        if (!assembly.HasNatives)
        {
            return;
        }

        if (assembly.NativeVersion is null)
        {
            findings.Add(LintRules.NoNativeVersion, null, null, "no AssemblyNativeVersion");
        }

        // Every type counts, also the ones that the metadata processor leaves out today.
        foreach (TypeDefinition type in assembly.Types())
        {
            if (IsEmbedded(type))
            {
                findings.Add(LintRules.EmbeddedType, type, null, type.Name);
            }
            else if (IsGenerated(type))
            {
                findings.Add(LintRules.GeneratedClass, type, null, type.Name);
            }
        }

        MethodDefinition[] order = [.. TypeOrder.Of(assembly).Where(t => !IsEmbedded(t) && !IsGenerated(t)).SelectMany(TypeOrder.Methods)];
        int last = Array.FindLastIndex(order, NativeMethod.IsNative);
        for (int i = 0; i < order.Length; i++)
        {
            MethodDefinition method = order[i];
            if (!NativeMethod.IsNative(method))
            {
                LintRule rule = i < last ? LintRules.ManagedBeforeExtern : LintRules.ManagedBesideExterns;
                findings.Add(rule, method.DeclaringType, method, "managed " + method.Name);
            }
        }
    }

    private static bool IsEmbedded(TypeDefinition type)
    {
        return s_embedded.Contains(type.FullName) || type.CustomAttributes.Any(a => a.AttributeType.FullName == "Microsoft.CodeAnalysis.EmbeddedAttribute");
    }

    // Angle brackets are the compiler's; fields alone (<PrivateImplementationDetails> of an array) shift nothing.
    private static bool IsGenerated(TypeDefinition type) => type.Name.StartsWith('<') && type.HasMethods;
}
