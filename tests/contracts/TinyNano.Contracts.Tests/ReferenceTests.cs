using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using TinyNano.Compiler.Emit;
using Xunit;

namespace TinyNano.Contracts.Tests;

/// <summary>The reference histograms of SPEC.md are those of the compiler.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string Chapter = Sources.SpecChapter("Reference histograms");

    [Fact]
    public void Offsets_AreThoseOfTheSources()
    {
        (int Offset, int Size, string Name)[] rows = [.. Row().Matches(Chapter).Select(m => (Number(m.Groups[1].Value), Number(m.Groups[2].Value), m.Groups[3].Value))];
        Dictionary<string, int> constants = typeof(ReferenceHistograms).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.IsLiteral && f.Name.EndsWith("At", StringComparison.Ordinal)).ToDictionary(f => f.Name[..^2].ToLowerInvariant(), f => (int)f.GetRawConstantValue()!);
        Assert.Equal(constants.OrderBy(c => c.Value).Select(c => (c.Key, c.Value)), rows.Select(r => (r.Name.Replace("_", "", StringComparison.Ordinal), r.Offset)));
        int end = 0;
        foreach ((int offset, int size, string _) in rows)
        {
            Assert.Equal(end, offset);
            end += size;
        }

        Assert.Equal(ReferenceHistograms.FixedBytes, end);
    }

    [Fact]
    public void Bins_AreThoseOfTheSources()
    {
        Assert.Contains($"confidence_bins | {ReferenceHistograms.ConfidenceBins}, or 0", Chapter, StringComparison.Ordinal);
        Assert.Contains($"entropy_bins | {ReferenceHistograms.EntropyBins}, or 0", Chapter, StringComparison.Ordinal);
        Assert.Contains($"classes | 0 .. {ReferenceHistograms.MaxClasses};", Chapter, StringComparison.Ordinal);
        Assert.Contains($"of the first input, 0 .. {ReferenceHistograms.MaxFeatures} ", Chapter, StringComparison.Ordinal);
        Assert.Contains($"feature_bins | {ReferenceHistograms.FeatureBins} ", Chapter, StringComparison.Ordinal);
        Assert.Contains($"per feature, {ReferenceHistograms.FeatureBins - 1} edges as i16", Chapter, StringComparison.Ordinal);
        Assert.Contains($"anomaly_bins | {ReferenceHistograms.AnomalyBins}, or 0", Chapter, StringComparison.Ordinal);
        Assert.Contains($"{ReferenceHistograms.AnomalyBins - 1} edges as float32", Chapter, StringComparison.Ordinal);
    }

    [Fact]
    public void Bins_AreThoseOfTheHealthMessage()
    {
        Assert.Equal(HealthMessage.ConfidenceBins, ReferenceHistograms.ConfidenceBins);
        Assert.Equal(HealthMessage.EntropyBins, ReferenceHistograms.EntropyBins);
        Assert.Equal(HealthMessage.MaxClasses, ReferenceHistograms.MaxClasses);
        Assert.Equal(HealthMessage.MaxFeatures, ReferenceHistograms.MaxFeatures);
        Assert.Equal(HealthMessage.FeatureBins, ReferenceHistograms.FeatureBins);
        Assert.Equal(HealthMessage.AnomalyBins, ReferenceHistograms.AnomalyBins);
    }

    // The bytes of SPEC.md, written out.
    [Fact]
    public void Section_HasTheseBytes()
    {
        ReferenceHistograms reference = new()
        {
            Samples = 3,
            Classes = [1, 2],
            Features = [[3, 0, 0, 0, 0, 0, 0, 0]],
            FeatureEdges = [[-256, 1, 2, 3, 4, 5, 258]],
            Anomaly = [0, 0, 0, 0, 0, 0, 0, 3],
            AnomalyEdges = [1, 1, 1, 1, 1, 1, 2],
        };
        byte[] bytes = reference.Write();
        Assert.Equal(
            "03000000" + "00000201" + "08080000" + "00FF" + "0100" + "0200" + "0300" + "0400" + "0500" + "0201" + "0000"
            + string.Concat(Enumerable.Repeat("0000803F", 6)) + "00000040" + "01000200" + "0300" + string.Concat(Enumerable.Repeat("0000", 7)) + string.Concat(Enumerable.Repeat("0000", 7)) + "0300",
            Convert.ToHexString(bytes));
        ReferenceHistograms read = ReferenceHistograms.Read(bytes)!;
        Assert.Equal(bytes, read.Write());
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(ReferenceHistograms.Read(bytes.AsSpan(0, length)));
        }
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (\d+) \| (\d+) \| ([a-z_]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
