using Mono.Cecil;
using Mono.Cecil.Cil;

namespace TinyNano.Interop;

/// <summary>
/// The order of types and methods in the metadata processor's tables: the index of a method in it is the index into the table
/// of native methods.
/// </summary>
internal sealed class TypeOrder
{
    // Types that the metadata processor leaves out by name; a type may also ask for it with an attribute.
    private static readonly string[] s_leftOut =
    [
        "ThisAssembly",
        "System.Runtime.CompilerServices.RefSafetyRulesAttribute",
        "System.Runtime.CompilerServices.AccessedThroughPropertyAttribute",
    ];

    private const string LeaveOutAttribute = "System.Runtime.CompilerServices.ExcludeTypeAttribute";

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<TypeDefinition> _ordered = [];

    private TypeOrder()
    {
    }

    /// <summary>The types of an assembly. Sorted by name, but what a type needs comes before it.</summary>
    public static IReadOnlyList<TypeDefinition> Of(DeviceAssembly assembly)
    {
        var order = new TypeOrder();
        order.Add(assembly.Types().OrderBy(type => type.FullName, NameOrder.Instance));
        var leftOut = new HashSet<string>(s_leftOut, StringComparer.Ordinal);
        leftOut.UnionWith(order._ordered.Where(t => t.CustomAttributes.Any(a => a.AttributeType.FullName == LeaveOutAttribute)).Select(t => t.FullName));
        return [.. order._ordered.Where(type => !leftOut.Contains(type.FullName) && !(type.DeclaringType is { } outer && leftOut.Contains(outer.FullName)))];
    }

    /// <summary>The methods of a type: virtual ones, then other instance methods, then static ones, each in the file's order.</summary>
    public static IEnumerable<MethodDefinition> Methods(TypeDefinition type)
    {
        return type.Methods.OrderBy(method => method.IsVirtual ? 0 : method.IsStatic ? 2 : 1);
    }

    private void Add(IEnumerable<TypeDefinition?> types)
    {
        foreach (TypeDefinition type in types.OfType<TypeDefinition>())
        {
            if (_seen.Contains(type.FullName))
            {
                continue;
            }

            Add([type.DeclaringType]);
            Add(type.Interfaces.Select(i => Local(i.InterfaceType, type.Module)));
            if (_seen.Add(type.FullName))
            {
                Add(Called(type));
                _ordered.Add(type);
            }
        }
    }

    // The types in the signatures of all methods that the type's code calls.
    private static TypeDefinition?[] Called(TypeDefinition type)
    {
        return
        [
            .. type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions)
                .Select(instruction => instruction.Operand).OfType<MethodReference>()
                .SelectMany(called => called.Parameters.Select(p => p.ParameterType).Prepend(called.ReturnType))
                .Select(signature => Local(signature, type.Module)),
        ];
    }

    // The definition behind a reference, arrays and references taken off, if it is in this assembly.
    private static TypeDefinition? Local(TypeReference type, ModuleDefinition module)
    {
        TypeReference bare = type.GetElementType();
        return bare is TypeDefinition definition ? definition
            : bare is GenericParameter || bare.Scope != module ? null
            : bare.Resolve();
    }
}
