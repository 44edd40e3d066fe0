using Mono.Cecil;

namespace TinyNano.Interop;

/// <summary>One place of the table of native methods.</summary>
/// <param name="Index">The method's index in the .pe, which is its index in the firmware's table.</param>
/// <param name="Type">Full name of the managed type.</param>
/// <param name="Method">Name of the managed method.</param>
/// <param name="Class">The class's part of the C++ name; null for a managed method.</param>
/// <param name="Function">The method's part of the C++ name, with its signature; null for a managed method.</param>
public sealed record MethodTableRow(int Index, string Type, string Method, string? Class, string? Function)
{
    /// <summary>Whether the method's body is in the firmware.</summary>
    public bool IsNative => Function is not null;
}

/// <summary>What firmware must say of an assembly's native half.</summary>
public sealed class MethodTable
{
    private MethodTable(string assembly, uint checksum, Version? version, IReadOnlyList<MethodTableRow> rows)
    {
        Assembly = assembly;
        Checksum = checksum;
        Version = version;
        Rows = rows;
    }

    /// <summary>The assembly's name.</summary>
    public string Assembly { get; }

    /// <summary>The assembly's name as part of C++ names: dots become underscores.</summary>
    public string Project => Assembly.Replace('.', '_');

    /// <summary>See <see cref="NativeChecksum"/>.</summary>
    public uint Checksum { get; }

    /// <summary>See <see cref="DeviceAssembly.NativeVersion"/>.</summary>
    public Version? Version { get; }

    /// <summary>Every method of every type, in the order of the .pe.</summary>
    public IReadOnlyList<MethodTableRow> Rows { get; }

    /// <summary>The native ones among <see cref="Rows"/>.</summary>
    public IEnumerable<MethodTableRow> Natives => Rows.Where(row => row.IsNative);

    /// <summary>Reads the table from an assembly.</summary>
    /// <exception cref="InteropException">A type's name is not plain ASCII.</exception>
    public static MethodTable Of(DeviceAssembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        IEnumerable<MethodDefinition> methods = TypeOrder.Of(assembly).SelectMany(TypeOrder.Methods);
        return new MethodTable(assembly.Name, NativeChecksum.Compute(assembly), assembly.NativeVersion, [.. methods.Select(Row)]);
    }

    private static MethodTableRow Row(MethodDefinition method, int index)
    {
        bool native = NativeMethod.IsNative(method);
        return new MethodTableRow(
            index,
            method.DeclaringType.FullName,
            method.Name,
            native ? NativeMethod.ClassName(method.DeclaringType) : null,
            native ? NativeMethod.MethodName(method) : null);
    }
}
