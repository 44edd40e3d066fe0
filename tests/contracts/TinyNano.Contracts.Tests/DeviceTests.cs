using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace TinyNano.Contracts.Tests;

/// <summary>tn_device.h, with tn_device_update.h, is the twin of NativeMethods.cs: the same functions in the same order, with arrays as pointer and length.</summary>
public sealed partial class DeviceTests
{
    private static readonly string s_header = Sources.Read("firmware-native", "include", "tn", "tn_device.h");

    private static readonly string s_update = Sources.Read("firmware-native", "include", "tn", "tn_device_update.h");

    private static readonly string s_externs = Sources.Read("managed", "TinyNano.Native", "NativeMethods.cs");

    [Fact]
    public void Functions_AreTheSameInCAndCSharp()
    {
        string[] externs = [.. Extern().Matches(s_externs).Select(m => $"{(m.Groups[1].Value == "string" ? "char *" : "int32_t ")}"
            + $"tn_device_{Snake(m.Groups[2].Value)}(tn_device_t *{string.Concat(Split(m.Groups[3].Value).Select(p => ", " + CType(p.Split(' ')[0])))})")];

        // What only C has: the device's own life, and the steps of what other threads may interrupt.
        string[] functions = [.. Function().Matches(s_header + s_update)
            .Where(m => m.Groups[2].Value is not ("tn_device_init" or "tn_device_size" or "tn_device_set_trust"
                or "tn_device_slot_erase_step" or "tn_device_update_begin_step" or "tn_device_update_finish_step" or "tn_device_update_activate_step"))
            .Select(m => $"{m.Groups[1].Value.Replace("const ", "", StringComparison.Ordinal)}{m.Groups[2].Value}"
                + $"({string.Join(", ", Split(m.Groups[3].Value).Select(Type))})")];
        Assert.True(externs.Length > 20);
        Assert.Equal(externs, functions);
    }

    [Fact]
    public void Abi_IsTheSameInCAndCSharp()
    {
        int version = int.Parse(Regex.Match(s_header, @"#define TN_DEVICE_ABI (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Contains("#define TN_DEVICE_ABI_MAGIC 0x544E0000", s_header, StringComparison.Ordinal);
        Assert.Contains($"<c>0x{0x544E0000 + version:X8}</c>", s_externs, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Split(string parameters) =>
        parameters.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string CType(string type) => type switch
    {
        "int" => "int32_t",
        "byte[]" => "uint8_t *, int32_t",
        "sbyte[]" => "int8_t *, int32_t",
        "float[]" => "float *, int32_t",
        "int[]" => "int32_t *, int32_t",
        _ => throw new InvalidOperationException(type),
    };

    // "const uint8_t *data" as "uint8_t *"
    private static string Type(string parameter)
    {
        string text = Regex.Replace(parameter, @"\w+$", "").Replace("const ", "", StringComparison.Ordinal);
        return text.TrimEnd();
    }

    private static string Snake(string name) => Regex.Replace(name, "(?<!^)([A-Z])", "_$1").ToLowerInvariant();

    [GeneratedRegex(@"public static extern (\w+) (\w+)\(([^)]*)\);")]
    private static partial Regex Extern();

    [GeneratedRegex(@"^TN_API (int32_t |size_t |const char \*)(tn_device_\w+)\(([^)]*)\);", RegexOptions.Multiline)]
    private static partial Regex Function();
}
