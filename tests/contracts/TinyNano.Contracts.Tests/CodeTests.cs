using System.Globalization;
using System.Text.RegularExpressions;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Targets;
using TinyNano.Simulator;
using Xunit;

namespace TinyNano.Contracts.Tests;

/// <summary>Small permanent tables: status codes, element types, section kinds, header constants.</summary>
public sealed partial class CodeTests
{
    [Fact]
    public void Statuses_AreTheSameInC_CSharpAndSpec()
    {
        string[] c = [.. CStatus().Matches(Sources.Read("firmware-native", "include", "tn", "tn_status.h"))
            .Select(m => $"{m.Groups[2].Value} {m.Groups[1].Value}: {Meaning(m.Groups[3].Value)}")];
        string[] sentences = [.. Explanations.Statuses.Select(s => $"{s.Code} {s.Name}: {(s.Code == "0" ? "" : s.Meaning)}")];
        string[] spec = [.. SpecStatus().Matches(Sources.SpecChapter("Status codes"))
            .Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}: {m.Groups[3].Value.Trim()} / {m.Groups[4].Value.Trim()}")];
        Assert.Equal(sentences, c);
        Assert.Equal(Explanations.Statuses.Select(s => $"{s.Code} {s.Name}: {s.Meaning} / {s.Cure}"), spec);
        Assert.Equal(Enum.GetValues<Status>().Select(s => (int)s).OrderDescending(), Explanations.Statuses.Select(s => int.Parse(s.Code, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void ElementTypes_AreTheSameInCAndCSharp()
    {
        string[] c = [.. CType().Matches(Sources.Read("firmware-native", "include", "tn", "tn.h")).Select(m => m.Groups[2].Value + m.Groups[1].Value)];
        string[] expected = [.. Enum.GetValues<DType>().Order().Select(t => $"{(int)t}{t switch
        {
            DType.Float32 => "F32",
            DType.Bool => "BOOL",
            _ => t.ShortName().Replace('i', 'S').ToUpperInvariant(),
        }}")];
        Assert.Equal(expected, c);
    }

    [Fact]
    public void SectionKinds_AreTheSameInC_CSharpAndSpec()
    {
        string[] expected = [.. Enum.GetValues<SectionKind>().Order().Select(k => $"{(int)k} {k.ToString().ToLowerInvariant()}")];
        string[] c = [.. CSection().Matches(Sources.Read("firmware-native", "src", "tn_blob.h")).Select(m => $"{m.Groups[2].Value} {m.Groups[1].Value.ToLowerInvariant()}")];
        string[] spec = [.. SpecSection().Matches(Sources.SpecChapter("Sections")).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}")];
        Assert.Equal(expected, c);
        Assert.Equal(expected, spec);
    }

    [Fact]
    public void KernelAbi_IsTheSameInC_CSharpAndSpec()
    {
        Assert.Contains($"#define TN_KERNEL_ABI {BlobFormat.KernelAbi}u", Sources.Read("firmware-native", "include", "tn", "tn.h"), StringComparison.Ordinal);
        Assert.Contains($"| 28 | 2 | kernel_abi | must be {BlobFormat.KernelAbi};", Sources.Spec, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_AreTheSameInC_CSharpAndSpec()
    {
        string[] expected = [.. Target.All.Select(t => $"{t.Id} {t.Name}")];
        string[] c = [.. CTarget().Matches(Sources.Read("firmware-native", "src", "tn_backend.h"))
            .Select(m => $"{m.Groups[2].Value} {m.Groups[1].Value.ToLowerInvariant().Replace('_', '-')}")];
        string[] spec = [.. SpecSection().Matches(Sources.SpecChapter("Targets")).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}")];
        Assert.Equal(expected, c);
        Assert.Equal(expected, spec);
    }

    private static string Meaning(string comment) => comment.Trim();

    [GeneratedRegex(@"^\s+(TN_\w+) = (-?\d+),?[ \t]*(?://[ \t]*([^\n]*))?$", RegexOptions.Multiline)]
    private static partial Regex CStatus();

    [GeneratedRegex(@"^\| (-?\d+) \| `(TN_\w+)` \| ([^|]*) \| ([^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex SpecStatus();

    [GeneratedRegex(@"^    TN_(F32|S8|U8|S16|S32|S64|BOOL) = (\d)", RegexOptions.Multiline)]
    private static partial Regex CType();

    [GeneratedRegex(@"TN_SECTION_(\w+) = (\d+)")]
    private static partial Regex CSection();

    [GeneratedRegex(@"TN_TARGET_(\w+) = (\d+)")]
    private static partial Regex CTarget();

    [GeneratedRegex(@"^\| (\d+) \| ([a-z][a-z0-9-]*) \|", RegexOptions.Multiline)]
    private static partial Regex SpecSection();
}
