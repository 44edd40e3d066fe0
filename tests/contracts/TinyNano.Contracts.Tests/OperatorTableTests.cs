using System.Globalization;
using System.Text.RegularExpressions;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Contracts.Tests;

/// <summary>One operator table in four places: DeviceOps, tn_ops.def, the C parameter structs, SPEC.md.</summary>
public sealed partial class OperatorTableTests
{
    [Fact]
    public void OpsDef_HasTheRowsOfDeviceOps()
    {
        string[] expected = [.. DeviceOps.All.OrderBy(op => op.Code).Select(op => $"{op.Code} {op.Name} {op.Symbol} {op.ParamBytes}")];
        string[] actual = [.. Rows().Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {m.Groups[3].Value}_op {m.Groups[4].Value}")];
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void CodesAndNames_AreUnique()
    {
        Assert.Equal(DeviceOps.All.Count, DeviceOps.All.Select(op => op.Code).Distinct().Count());
        Assert.Equal(DeviceOps.All.Count, DeviceOps.All.Select(op => op.Name).Distinct().Count());
        Assert.All(DeviceOps.All, op => Assert.InRange(op.Code, 1, 127));
    }

    [Fact]
    public void ParameterStructs_HaveTheFieldsOfDeviceOps()
    {
        string folder = Path.Combine(SharedData.ProjectRoot, "firmware-native", "src", "ops");
        List<string> wrong = [];
        foreach (Match row in Rows())
        {
            DeviceOp op = DeviceOps.Find(byte.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture))!;
            string source = File.ReadAllText(Path.Combine(folder, row.Groups[3].Value + ".c"));
            string[] fields = Fields(source, folder);
            if (!fields.SequenceEqual(op.Fields))
            {
                wrong.Add($"{op.Name}: C has ({string.Join(", ", fields)}), DeviceOps ({string.Join(", ", op.Fields)})");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void EveryOperator_HasASwitch()
    {
        string switches = Sources.Read("firmware-native", "include", "tn", "tn_op_switches.h");
        string[] names = [.. Switch().Matches(switches).Select(m => m.Groups[1].Value)];
        Assert.Equal(DeviceOps.All.OrderBy(op => op.Code).Select(op => op.Name), names);
    }

    [Fact]
    public void Spec_HasTheRowsOfDeviceOps()
    {
        string[] expected = [.. DeviceOps.All.OrderBy(op => op.Code).Select(op => $"{op.Code} {op.Name} {string.Join(" ", op.Fields)}".TrimEnd())];
        string[] actual = [.. SpecRow().Matches(Sources.SpecChapter("Operators"))
            .Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value} {m.Groups[3].Value.Replace("`", "", StringComparison.Ordinal).Trim()}".TrimEnd())];
        Assert.Equal(expected, actual);
    }

    private static MatchCollection Rows() => DefRow().Matches(Sources.Read("firmware-native", "include", "tn", "tn_ops.def"));

    // The struct `params` of the file, or of a header of the same folder that it includes.
    private static string[] Fields(string source, string folder)
    {
        Match match = Params().Match(source);
        foreach (Match include in Include().Matches(source))
        {
            string header = Path.Combine(folder, include.Groups[1].Value);
            if (!match.Success && File.Exists(header))
            {
                match = Params().Match(File.ReadAllText(header));
            }
        }

        return match.Success ? [.. Field().Matches(match.Groups[1].Value).SelectMany(Expand)] : [];
    }

    // `int32_t stride[6]` stands for stride0 .. stride5.
    private static IEnumerable<string> Expand(Match field) => field.Groups[2].Success
        ? Enumerable.Range(0, int.Parse(field.Groups[2].Value, CultureInfo.InvariantCulture)).Select(i => $"{field.Groups[1].Value}{i}")
        : [field.Groups[1].Value];

    [GeneratedRegex(@"^TN_OP\(\s*(\d+),\s*([A-Z0-9_]+),\s*(\w+),\s*(\d+)\s*\)", RegexOptions.Multiline)]
    private static partial Regex DefRow();

    [GeneratedRegex(@"#define TN_OP_([A-Z0-9_]+) TN_OP_DEFAULT")]
    private static partial Regex Switch();

    [GeneratedRegex(@"^\| (\d+) \| `([A-Z0-9_]+)` \|[^|]*\|[^|]*\| ([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex SpecRow();

    [GeneratedRegex(@"typedef struct (?:\w*params) \{(.*?)\} \w*params_t;", RegexOptions.Singleline)]
    private static partial Regex Params();

    [GeneratedRegex("#include \"([^\"]+)\"")]
    private static partial Regex Include();

    [GeneratedRegex(@"int32_t (\w+)(?:\[(\d+)\])?;")]
    private static partial Regex Field();
}
