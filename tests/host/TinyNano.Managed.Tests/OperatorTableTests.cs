using System.Text.RegularExpressions;
using TinyNano.Inference;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests;

/// <summary>The engine's operators are those of the C runtime's table, with as many bytes of parameters.</summary>
public sealed partial class OperatorTableTests
{
    [Fact]
    public void Operators_AreThoseOfTheRuntime()
    {
        string table = File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "firmware-native", "include", "tn", "tn_ops.def"));
        Dictionary<int, int> expected = Row().Matches(table).ToDictionary(m => int.Parse(m.Groups[1].Value), m => int.Parse(m.Groups[2].Value));
        Dictionary<int, int> actual = Enumerable.Range(0, 256).Select(code => (Code: code, Operator: OperatorTable.Find(code)))
            .Where(o => o.Operator is not null).ToDictionary(o => o.Code, o => o.Operator!.ParamBytes);

        Assert.NotEmpty(expected);
        Assert.Equal(expected.OrderBy(p => p.Key), actual.OrderBy(p => p.Key));
    }

    [GeneratedRegex(@"TN_OP\(\s*(\d+),\s*\w+,\s*\w+,\s*(\d+)\s*\)")]
    private static partial Regex Row();
}
