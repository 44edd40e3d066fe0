using System.Text.RegularExpressions;
using TinyNano.DeviceCompiler;
using TinyNano.Interop;
using TinyNano.Interop.Lint;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Contracts.Tests;

/// <summary>
/// nf-interop/TinyNano.Native belongs to managed/TinyNano.Native: generated files, bodies, the order that the native tests call by.
/// With TINYNANO_WRITE_GOLDEN=1 the generated files are written instead.
/// </summary>
public sealed partial class StubTests
{
    private const string Bodies = "TinyNano_Native_TinyNano_Native_NativeMethods.cpp";

    private static readonly string s_folder = Path.Combine(SharedData.ProjectRoot, "nf-interop", "TinyNano.Native");

    private static readonly string s_externs = Sources.Read("managed", "TinyNano.Native", "NativeMethods.cs");

    private static readonly string s_info = Sources.Read("managed", "TinyNano.Native", "Properties", "AssemblyInfo.cs");

    [Fact]
    public void GeneratedFiles_AreFresh()
    {
        foreach (StubFile file in StubWriter.Write(Compile(s_externs)))
        {
            string path = Path.Combine(s_folder, file.Name);
            if (Environment.GetEnvironmentVariable("TINYNANO_WRITE_GOLDEN") == "1")
            {
                File.WriteAllText(path, file.Text);
            }

            Assert.Equal(file.Text, File.ReadAllText(path).ReplaceLineEndings("\n"));
        }

        Assert.Empty(Differences(Compile(s_externs)));
    }

    [Fact]
    public void Version_IsThatOfTheAssembly()
    {
        Match version = NativeVersion().Match(s_info);
        Assert.True(version.Success);
        Assert.Contains($"{{ {version.Groups[1].Value.Replace(".", ", ", StringComparison.Ordinal)} }}", Committed("TinyNano_Native.cpp"), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryExtern_HasABodyThatCallsItsTwin()
    {
        string[] expected = [.. Compile(s_externs).Natives.Select(row => $"{row.Function} -> tn_device_{Snake(row.Method)}")];
        string[] bodies =
        [
            .. Body().Matches(Committed(Bodies)).Select(body =>
            {
                string[] calls = [.. Called().Matches(body.Groups[2].Value).Select(call => call.Value).Where(call => call != "tn_device_t").Distinct()];
                return $"{body.Groups[1].Value} -> {string.Join(", ", calls)}";
            }),
        ];

        // These run in slices: their bodies call the function that does one.
        expected = [.. expected.Select(line => line.Replace("tn_device_run", "tn_device_step", StringComparison.Ordinal)
            .Replace("tn_device_step_microseconds", "tn_device_run_microseconds", StringComparison.Ordinal)
            .Replace("tn_device_slot_erase", "tn_device_slot_erase_step", StringComparison.Ordinal)
            .Replace("tn_device_update_begin", "tn_device_update_begin_step", StringComparison.Ordinal)
            .Replace("tn_device_update_finish", "tn_device_update_finish_step", StringComparison.Ordinal)
            .Replace("tn_device_update_activate", "tn_device_update_activate_step", StringComparison.Ordinal))];
        Assert.Equal(expected, bodies);
    }

    [Fact]
    public void NativeTests_CallByTheOrderOfTheTable()
    {
        string[] expected = [.. Compile(s_externs).Natives.Select(row => Snake(row.Method).ToUpperInvariant())];
        Match order = Order().Match(Sources.Read("tests", "native", "nf_interop_calls.h"));
        Assert.Equal(expected, order.Groups[1].Value.Split([',', '\n', ' '], StringSplitOptions.RemoveEmptyEntries).SkipLast(1));
    }

    [Fact]
    public void Assembly_HoldsNothingButExterns()
    {
        using DeviceAssembly assembly = Open(s_externs);
        Assert.Empty(IlCheck.Run(assembly));
        Assert.All(MethodTable.Of(assembly).Rows, row => Assert.True(row.IsNative, row.Method));
    }

    [Fact]
    public void RemovedExtern_IsNamed()
    {
        string without = Extern("Close").Replace(s_externs, "", 1);
        Assert.Equal(["Close___STATIC__I4__I4 is in the firmware, not in the assembly", "checksum"], Differences(Compile(without)));
    }

    [Fact]
    public void ReorderedExterns_AreNamed()
    {
        string step = Extern("Step").Match(s_externs).Value;
        string run = Extern("Run").Match(s_externs).Value;
        string swapped = s_externs.Replace(step, "@", StringComparison.Ordinal).Replace(run, step, StringComparison.Ordinal).Replace("@", run, StringComparison.Ordinal);
        Assert.Equal(
            [
                "index 17: the assembly has Run___STATIC__I4__I4__I4, the firmware Step___STATIC__I4__I4__I4",
                "index 18: the assembly has Step___STATIC__I4__I4__I4, the firmware Run___STATIC__I4__I4__I4",
                "checksum",
            ],
            Differences(Compile(swapped)));
    }

    [Fact]
    public void ChangedSignature_IsNamed()
    {
        string changed = s_externs.Replace("int Close(int model)", "int Close(byte model)", StringComparison.Ordinal);
        Assert.Contains("index 5: the assembly has Close___STATIC__I4__U1, the firmware Close___STATIC__I4__I4", Differences(Compile(changed)));
    }

    [Fact]
    public void ManagedMethodBeforeTheExterns_IsSeenInTheTable_AlthoughTheChecksumStays()
    {
        string shifted = s_externs.Replace("public static class NativeMethods\n    {", "public static class NativeMethods\n    {\n public static int X() { return 1; }\n", StringComparison.Ordinal);
        MethodTable table = Compile(shifted);
        Assert.Equal(Compile(s_externs).Checksum, table.Checksum);
        Assert.Equal("index 0: the assembly has managed X, the firmware Abi___STATIC__I4", Differences(table)[0]);
        using DeviceAssembly assembly = Open(shifted);
        Assert.Contains(IlCheck.Run(assembly), finding => finding.Rule == LintRules.ManagedBeforeExtern && finding.Method == "X");
    }

    // What the committed table says differently, by the methods' names.
    private static string[] Differences(MethodTable table)
    {
        string source = Committed("TinyNano_Native.cpp");
        string[] firmware = [.. Entry().Matches(source).Select(entry => entry.Groups[1].Success ? entry.Groups[1].Value : "NULL")];
        string[] assembly = [.. table.Rows.Select(row => row.Function ?? "managed " + row.Method)];
        List<string> differences = [];
        if (assembly.Length < firmware.Length)
        {
            differences.AddRange(firmware.Except(assembly).Select(name => $"{name} is in the firmware, not in the assembly"));
        }
        else
        {
            differences.AddRange(Enumerable.Range(0, assembly.Length).Where(i => i >= firmware.Length || assembly[i] != firmware[i])
                .Select(i => $"index {i}: the assembly has {assembly[i]}, the firmware {firmware.ElementAtOrDefault(i) ?? "nothing"}"));
        }

        if (!source.Contains($"    0x{table.Checksum:X8},", StringComparison.Ordinal))
        {
            differences.Add("checksum");
        }

        return [.. differences];
    }

    private static MethodTable Compile(string externs)
    {
        using DeviceAssembly assembly = Open(externs);
        return MethodTable.Of(assembly);
    }

    private static DeviceAssembly Open(string externs) =>
        DeviceAssembly.Open(new MemoryStream(DeviceSource.Compile("TinyNano.Native", [externs, s_info])), "TinyNano.Native.dll");

    private static string Committed(string file) => File.ReadAllText(Path.Combine(s_folder, file)).ReplaceLineEndings("\n");

    private static string Snake(string name) => Regex.Replace(name, "(?<!^)([A-Z])", "_$1").ToLowerInvariant();

    private static Regex Extern(string name) => new($@"        \[MethodImpl\(MethodImplOptions\.InternalCall\)\]\s+public static extern \w+ {name}\([^)]*\);\r?\n");

    [GeneratedRegex("AssemblyNativeVersion\\(\"([0-9.]+)\"\\)")]
    private static partial Regex NativeVersion();

    [GeneratedRegex(@"^HRESULT NativeMethods::(\w+)\(CLR_RT_StackFrame &stack\)\n\{(.*?)^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Body();

    [GeneratedRegex(@"tn_device_\w+")]
    private static partial Regex Called();

    [GeneratedRegex(@"enum native_method \{(.*?)\}", RegexOptions.Singleline)]
    private static partial Regex Order();

    [GeneratedRegex(@"^    (?:Library_\w+::(\w+)|NULL),$", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
