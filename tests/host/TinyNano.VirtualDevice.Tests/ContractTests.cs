using System.Reflection;
using System.Text.RegularExpressions;
using TinyNano.NanoPlatform;
using TinyNano.TestKit;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>The emulated API is nanoFramework's, and the native twin's list is the device's.</summary>
public sealed partial class ContractTests
{
    private static readonly Assembly Platform = typeof(VirtualBoard).Assembly;

    [Fact]
    public void NativeMethods_IsTheListOfTheDevice()
    {
        string source = File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "managed", "TinyNano.Native", "NativeMethods.cs"));
        string[] device = [.. Extern().Matches(source).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}({m.Groups[3].Value})")];
        string[] twin = [.. typeof(Native.NativeMethods).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m =>
            $"{Short(m.ReturnType)} {m.Name}({string.Join(", ", m.GetParameters().Select(p => $"{Short(p.ParameterType)} {p.Name}"))})")];
        Assert.NotEmpty(device);
        Assert.Equal(device.Order(), twin.Order());
    }

    [Fact]
    public void EveryPublicMember_ExistsInNanoFramework()
    {
        Dictionary<string, List<string>> reference = Reference();
        Assert.NotEmpty(reference);
        List<string> missing = [];
        int members = 0;
        foreach (Type type in Platform.GetExportedTypes().Where(t => t.Namespace != typeof(VirtualBoard).Namespace && t != typeof(Native.NativeMethods)))
        {
            if (!reference.TryGetValue(type.FullName!, out List<string>? lines))
            {
                missing.Add(type.FullName!);
                continue;
            }

            foreach (MemberInfo member in type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                if (Pattern(member) is string pattern)
                {
                    members++;
                    if (!lines.Exists(l => Regex.IsMatch(l, pattern)))
                    {
                        missing.Add($"{type.FullName}: {member}");
                    }
                }
            }
        }

        Assert.True(missing.Count == 0, string.Join('\n', missing));
        Assert.True(members > 150, $"only {members} members were compared");
    }

    private static Dictionary<string, List<string>> Reference()
    {
        Dictionary<string, List<string>> types = [];
        List<string> current = [];
        foreach (string line in Directory.GetFiles(Path.Combine(SharedData.ProjectRoot, "managed", "reference"), "*.txt").SelectMany(File.ReadLines))
        {
            if (line.StartsWith("type ", StringComparison.Ordinal))
            {
                string name = Name().Match(line).Groups[1].Value;
                types[name] = current = [];
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                current.Add(line.Trim());
            }
        }

        return types;
    }

    // A member by its name, the number of its parameters and their short type names; null for what is not written in the lists.
    private static string? Pattern(MemberInfo member) => member switch
    {
        MethodBase { DeclaringType: var t } when typeof(Delegate).IsAssignableFrom(t) => null,
        ConstructorInfo c => $@"\b{Regex.Escape(c.DeclaringType!.Name)}\({Parameters(c)}\)",
        MethodInfo { IsSpecialName: true } => null,
        MethodInfo m => $@"\b{Regex.Escape(m.Name)}\({Parameters(m)}\)",
        PropertyInfo p when p.GetIndexParameters().Length > 0 => @"\bthis\[",
        FieldInfo { IsSpecialName: true } => null,
        Type => null,
        _ => $@"\b{Regex.Escape(member.Name)}\b",
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(p => $@"[^,()]*\b{Regex.Escape(Short(p.ParameterType))} [^,()]*"));

    private static string Short(Type type)
    {
        Type element = type.IsByRef || type.IsArray ? type.GetElementType()! : type;
        string name = element == typeof(int) ? "int" : element == typeof(uint) ? "uint" : element == typeof(ushort) ? "ushort"
            : element == typeof(byte) ? "byte" : element == typeof(sbyte) ? "sbyte" : element == typeof(float) ? "float" : element == typeof(bool) ? "bool"
            : element == typeof(string) ? "string" : element == typeof(long) ? "long" : element == typeof(ulong) ? "ulong" : element == typeof(object) ? "object"
            : element.Name;
        return type.IsArray ? name + "[]" : name;
    }

    [GeneratedRegex(@"public static extern (\w+) (\w+)\(([^)]*)\);")]
    private static partial Regex Extern();

    [GeneratedRegex(@"(?:class|struct|enum|interface|delegate)(?: (?:void|[\w.]+))?? ([\w.+]+)(?:\(| :|$)")]
    private static partial Regex Name();
}
