using System.Collections.Concurrent;
using System.Reflection;

namespace TinyNano.Compiler.IR;

/// <summary>One attribute of an operator record: a positional constructor parameter and its property.</summary>
/// <param name="Name">The parameter's name, as the text form prints it.</param>
/// <param name="Type">The .NET type: int, int[], float, bool, string, an enum, or <see cref="Clamp"/>.</param>
/// <param name="Default">The value the text form leaves out; null where the attribute is always written.</param>
/// <param name="Property">Reads the attribute from an operator.</param>
internal sealed record OpAttribute(string Name, Type Type, object? Default, PropertyInfo Property);

/// <summary>
/// The attributes of operator records by reflection, in the order of the constructor. The text form leaves out what a
/// reader expects anyway: no padding, stride, dilation, groups and multiplier of one, flags that are off, no activation.
/// </summary>
internal static class OpAttributes
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OpAttribute>> Cache = new();

    public static IReadOnlyList<OpAttribute> Of(Type op) => Cache.GetOrAdd(op, Read);

    /// <summary>An operator of a type from attribute values in the order of <see cref="Of"/>.</summary>
    public static Op Create(Type op, object[] values) => (Op)Constructor(op).Invoke(values);

    private static ConstructorInfo Constructor(Type op) => op.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();

    private static IReadOnlyList<OpAttribute> Read(Type op) =>
        [.. Constructor(op).GetParameters().Select(p => new OpAttribute(p.Name!, p.ParameterType, Default(p), op.GetProperty(p.Name!)!))];

    private static object? Default(ParameterInfo parameter)
    {
        if (parameter.HasDefaultValue)
        {
            return parameter.DefaultValue;
        }

        string name = parameter.Name!;
        Type type = parameter.ParameterType;
        if (type == typeof(bool))
        {
            return false;
        }

        if (type == typeof(Clamp))
        {
            return Clamp.None;
        }

        if (type != typeof(int))
        {
            return null;
        }

        return name.StartsWith("Pad", StringComparison.Ordinal) ? 0
            : name.StartsWith("Stride", StringComparison.Ordinal) || name.StartsWith("Dilation", StringComparison.Ordinal)
                || name is "Groups" or "Multiplier" ? 1
            : null;
    }
}
