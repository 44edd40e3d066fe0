using Mono.Cecil;

namespace TinyNano.Interop;

/// <summary>The names under which firmware knows managed types and methods.</summary>
internal static class NativeMethod
{
    private static readonly Dictionary<string, string> s_words = new(StringComparer.Ordinal)
    {
        ["System.Void"] = "VOID",
        ["System.Boolean"] = "BOOLEAN",
        ["System.Char"] = "CHAR",
        ["System.SByte"] = "I1",
        ["System.Byte"] = "U1",
        ["System.Int16"] = "I2",
        ["System.UInt16"] = "U2",
        ["System.Int32"] = "I4",
        ["System.UInt32"] = "U4",
        ["System.Int64"] = "I8",
        ["System.UInt64"] = "U8",
        ["System.Single"] = "R4",
        ["System.Double"] = "R8",
        ["System.IntPtr"] = "I4",
        ["System.UIntPtr"] = "U4",
        ["System.String"] = "STRING",
        ["System.Object"] = "OBJECT",
        ["System.WeakReference"] = "WEAKCLASS",
    };

    /// <summary>Whether the body of a method is in the firmware.</summary>
    public static bool IsNative(MethodDefinition method) => CanHoldNatives(method.DeclaringType) && method.RVA == 0 && !method.IsAbstract;

    /// <summary>Whether the type counts for the checksum: classes and structs do, interfaces, enums and delegates do not.</summary>
    public static bool CanHoldNatives(TypeDefinition type)
    {
        bool isDelegate = type.BaseType is { FullName: "System.MulticastDelegate" }
            || (type.BaseType is { FullName: "System.Delegate" } && type.FullName != "System.MulticastDelegate");
        return !type.IsInterface && !type.IsEnum && !isDelegate;
    }

    /// <summary>A class as part of a C++ name: <c>A_B_Outer__Inner</c>.</summary>
    public static string ClassName(TypeDefinition type)
    {
        string outer = type.DeclaringType is null ? "" : ClassName(type.DeclaringType);
        return string.Join('_', outer, type.Namespace, type.Name).Replace('.', '_').TrimStart('_');
    }

    /// <summary>A method as C++ name, with its signature: <c>Add___STATIC__I4__I4__I4</c>.</summary>
    public static string MethodName(MethodDefinition method)
    {
        IEnumerable<TypeReference> signature = method.Parameters.Select(p => p.ParameterType).Prepend(method.ReturnType);
        string name = method.Name + (method.IsStatic ? "___STATIC__" : "___") + string.Join("__", signature.Select(Word));
        return name.Replace('.', '_').Replace("/", "", StringComparison.Ordinal);
    }

    private static string Word(TypeReference type)
    {
        // An array of arrays counts as an array of the innermost elements.
        return type switch
        {
            { IsArray: true } => "SZARRAY_" + Word(type.GetElementType()),
            ByReferenceType { ElementType: ArrayType array } => "BYREF_SZARRAY_" + Word(array.ElementType),
            ByReferenceType reference => "BYREF_" + PlainWord(reference.ElementType),
            _ => PlainWord(type),
        };
    }

    private static string PlainWord(TypeReference type)
    {
        return s_words.TryGetValue(type.FullName, out string? word) ? word
            : type.IsGenericParameter ? "GENERICTYPE"
            : type.FullName.Replace(".", "", StringComparison.Ordinal);
    }
}
