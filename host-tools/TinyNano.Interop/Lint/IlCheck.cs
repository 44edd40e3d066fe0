using Mono.Cecil;

namespace TinyNano.Interop.Lint;

/// <summary>
/// Finds in a compiled assembly what the C# compiler lets pass and today's CLR does not run, or runs otherwise: the table is
/// <see cref="LintRules"/>.
/// </summary>
public static class IlCheck
{
    /// <summary>
    /// Every finding in an assembly, by type and method in the file's order. Assemblies that it references are looked at where
    /// they lie beside it, to tell delegates and enums; without them the well-known names are enough.
    /// </summary>
    /// <exception cref="InteropException">The assembly holds externs and a type's name is not plain ASCII.</exception>
    public static IReadOnlyList<LintFinding> Run(DeviceAssembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var findings = new Findings(assembly);
        var types = new TypeRules(findings);
        var bodies = new BodyRules(findings, types);
        new ExternRules(findings).Check(assembly);
        foreach (TypeDefinition type in assembly.Types())
        {
            CheckType(type, findings, types);
            foreach (MethodDefinition method in type.Methods)
            {
                CheckMethod(method, findings, types);
                if (method.HasBody)
                {
                    bodies.Check(method);
                }
            }
        }

        return findings.Items;
    }

    private static void CheckType(TypeDefinition type, Findings findings, TypeRules types)
    {
        // A nested type inherits the parameters of the outer one, which is reported already.
        if (type.GenericParameters.Count > (type.DeclaringType?.GenericParameters.Count ?? 0))
        {
            bool isDelegate = type.BaseType is { FullName: "System.MulticastDelegate" };
            findings.Add(isDelegate ? LintRules.GenericDelegate : LintRules.GenericType, type, null, type.Name.Split('`')[0] + " has type parameters");
        }

        types.Use(type.BaseType, type, null);
        foreach (InterfaceImplementation implemented in type.Interfaces)
        {
            types.Use(implemented.InterfaceType, type, null);
        }

        foreach (FieldDefinition field in type.Fields)
        {
            types.Use(field.FieldType, type, null);
        }
    }

    private static void CheckMethod(MethodDefinition method, Findings findings, TypeRules types)
    {
        TypeDefinition type = method.DeclaringType;
        if (method.HasGenericParameters)
        {
            findings.Add(LintRules.GenericMethod, type, method, method.Name + " has type parameters");
        }

        if (type.IsInterface && !method.IsAbstract && !method.IsConstructor)
        {
            findings.Add(LintRules.DefaultInterfaceMethod, type, method, "body in an interface");
        }

        if (type.IsInterface && method.IsStatic && method.IsAbstract)
        {
            findings.Add(LintRules.DefaultInterfaceMethod, type, method, "static abstract member");
        }

        if (method.IsPInvokeImpl)
        {
            findings.Add(LintRules.PInvoke, type, method, method.PInvokeInfo?.Module.Name ?? "a library");
        }

        types.Use(method.ReturnType, type, method);
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            types.Use(parameter.ParameterType, type, method);
        }
    }
}
