using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace TinyNano.Contracts.Tests;

/// <summary>docs/PROTOCOL.md and docs/IMAGER.md are what the device's sources say.</summary>
public sealed partial class ProtocolTests
{
    private static readonly string Protocol = Sources.Read("docs", "PROTOCOL.md");

    [Theory]
    [InlineData(typeof(MessageHeader), "Binary messages")]
    [InlineData(typeof(StateMessage), "State (kind 1)")]
    [InlineData(typeof(ResultMessage), "Result (kind 2)")]
    [InlineData(typeof(TelemetryMessage), "Telemetry (kind 3)")]
    [InlineData(typeof(HealthMessage), "Health (kind 6)")]
    [InlineData(typeof(SampleMessage), "Sample (kind 7)")]
    [InlineData(typeof(UpdateManifest), "Manifest")]
    [InlineData(typeof(PartRequest), "Request (kind 5)")]
    [InlineData(typeof(PartMessage), "Part (kind 16)")]
    [InlineData(typeof(UpdateMessage), "Update (kind 4)")]
    public void Offsets_AreThoseOfTheSources(Type message, string chapter)
    {
        (int Offset, int? Size, string Name)[] rows = Rows(chapter);
        Dictionary<string, int> constants = Constants(message, "At");
        (int, string)[] documented = [.. rows.Where(r => r.Name is not ("texts" or "data")).Select(r => (r.Offset, r.Name.Replace("_", "", StringComparison.Ordinal)))];
        (int, string)[] coded = [.. constants.OrderBy(c => c.Value).Select(c => (c.Value, c.Key.ToLowerInvariant()))];
        Assert.Equal(coded, documented);

        // Fields follow one another without gaps, up to the fixed part's end.
        int end = rows[0].Offset;
        foreach ((int offset, int? size, string _) in rows)
        {
            Assert.Equal(end, offset);
            end += size ?? 0;
        }

        Assert.Equal((int)(message.GetField("FixedBytes") ?? message.GetField("Bytes"))!.GetRawConstantValue()!, end);
    }

    [Fact]
    public void Topics_AreThoseOfTheSources()
    {
        string[] documented = [.. new[] { "Topics", "Update topics" }.SelectMany(c => TopicRow().Matches(Chapter(c)).Select(m => m.Groups[1].Value))];
        Assert.Equal([.. Texts(typeof(Topics), "Suffix").Order()], documented.Order());
        Assert.Contains($"below `ROOT/{Topics.GroupLevel}/GROUP/`", Chapter("Update topics"), StringComparison.Ordinal);
        Assert.Contains($"no device is called `{Topics.GroupLevel}`", Chapter("Update topics"), StringComparison.Ordinal);
        Assert.Contains($"`{Topics.OnlineText}` or `{Topics.OfflineText}`", Protocol, StringComparison.Ordinal);
        Assert.Contains($"`ROOT` is `{Topics.DefaultRoot}`", Protocol, StringComparison.Ordinal);
        Assert.Contains($"command so far is `{Topics.ReportCommand}`", Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void States_AreThoseOfTheSources()
    {
        (int, string)[] documented = [.. StateRow().Matches(Chapter("State (kind 1)")).Select(m => (Number(m.Groups[1].Value), m.Groups[2].Value.Replace("_", "", StringComparison.Ordinal)))];
        (int, string)[] coded = [.. typeof(DeviceState).GetFields().Select(f => ((int)f.GetRawConstantValue()!, f.Name.ToLowerInvariant())).Order()];
        Assert.Equal(coded, documented);
        Assert.Equal((EngineKind.Unknown, EngineKind.Native, EngineKind.Managed), (0, 1, 2));
        Assert.Contains("0 unknown, 1 native, 2 managed", Protocol, StringComparison.Ordinal);
        Assert.Contains($"name of the model ({StateMessage.ModelNameBytes}), firmware ({StateMessage.FirmwareBytes}), application ({StateMessage.ApplicationBytes})", Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void UpdateStates_AreThoseOfTheSources()
    {
        (int, string)[] documented = [.. StateRow().Matches(Chapter("Update (kind 4)")).Select(m => (Number(m.Groups[1].Value), m.Groups[2].Value))];
        (int, string)[] coded = [.. typeof(UpdateState).GetFields().Select(f => ((int)f.GetRawConstantValue()!, f.Name.ToLowerInvariant())).Order()];
        Assert.Equal(coded, documented);
    }

    [Fact]
    public void Updates_AreThoseOfTheSources()
    {
        byte[] magic = BitConverter.GetBytes(UpdateManifest.Magic);
        Assert.Contains($"must be `{Convert.ToHexString(magic, 0, 1)} {Convert.ToHexString(magic, 1, 1)} {Convert.ToHexString(magic, 2, 1)} {Convert.ToHexString(magic, 3, 1)}` (\"TNUM\")", Protocol, StringComparison.Ordinal);
        Assert.Contains($"{ManifestKind.Install} install, {ManifestKind.Revert} revert, {ManifestKind.Revoke} revoke", Protocol, StringComparison.Ordinal);
        Assert.Contains($"| {UpdateManifest.MinChunkBytes}, 1024 or {UpdateManifest.MaxChunkBytes} |", Protocol, StringComparison.Ordinal);
        Assert.Contains($"over the SHA-256 of bytes 0 .. {UpdateManifest.SignedBytes - 1} |", Protocol, StringComparison.Ordinal);
        Assert.Contains($"{PartEncoding.Raw} raw, {PartEncoding.Patch} patch, {PartEncoding.Copies} copies, {PartEncoding.Refused} refused", Protocol, StringComparison.Ordinal);
        Assert.Contains($"records of {PartMessage.RunBytes} bytes (part u16, count u16, offset u32)", Protocol, StringComparison.Ordinal);
        Assert.Equal((0, 2, 4), (PartMessage.RunPart, PartMessage.RunCount, PartMessage.RunOffset));
        Assert.Equal(4, PartRequest.MaxWindow);
        Assert.Contains("at most four parts under way", Protocol, StringComparison.Ordinal);
        Assert.Equal((1, 1), (PartMessage.GroupFlag, PartRequest.RawFlag));
        Assert.Equal(UpdateManifest.MaxChunkBytes, PartMessage.MaxDataBytes);
        Assert.Contains("The *index* is the first sixteen bytes", Protocol, StringComparison.Ordinal);
        Assert.Equal(16, UpdateManifest.IndexEntryBytes);
        foreach ((string text, int kind) in new[] { ("4 update", MessageHeader.UpdateKind), ("5 request", MessageHeader.RequestKind), ("16 part", MessageHeader.PartKind) })
        {
            Assert.StartsWith($"{kind} ", text, StringComparison.Ordinal);
            Assert.Contains(text, Chapter("Binary messages"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Limits_AreThoseOfTheSources()
    {
        Assert.Contains($"longer than {MessageHeader.MaxMessageBytes} bytes", Protocol, StringComparison.Ordinal);
        int longest = StateMessage.FixedBytes + 3 + StateMessage.ModelNameBytes + StateMessage.FirmwareBytes + StateMessage.ApplicationBytes;
        Assert.True(longest <= MessageHeader.MaxMessageBytes);
        Assert.True(TelemetryMessage.FixedBytes <= MessageHeader.MaxMessageBytes);
        Assert.True(UpdateMessage.FixedBytes <= MessageHeader.MaxMessageBytes && PartRequest.FixedBytes <= MessageHeader.MaxMessageBytes);
        Assert.Equal((1, 2, 3), (MessageHeader.StateKind, MessageHeader.ResultKind, MessageHeader.TelemetryKind));
        Assert.All(new[] { StateMessage.Version, ResultMessage.Version, TelemetryMessage.Version, UpdateManifest.Version, PartRequest.Version, PartMessage.Version, UpdateMessage.Version }, v => Assert.Equal(1, v));
    }

    [Fact]
    public void Json_IsTheExample()
    {
        ResultMessage result = new()
        {
            Inference = 5, ClassIndex = 7, ClassCount = 10, Score = 0.875f, LatencyMicroseconds = 200000, ModelVersion = 2,
            Flags = ResultMessage.OutputOnFlag, Frame = 65534,
        };
        Assert.Contains($"```\n{result.ToJson("ankle boot")}\n```", Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void ImagerRegisters_AreThoseOfTheSources()
    {
        string page = Sources.Read("docs", "IMAGER.md");
        (int, string)[] documented = [.. RegisterRow().Matches(page).Select(m => (Convert.ToInt32(m.Groups[1].Value, 16), m.Groups[2].Value))];
        string source = Sources.Read("managed", "TinyNano.Sensors", "ImagerRegisters.cs");
        foreach ((int register, string name) in documented)
        {
            Assert.Contains($"public const int {name} = 0x{register:X2};", source, StringComparison.Ordinal);
        }

        Assert.Equal(7, documented.Length);
        Assert.Contains("public const int IdValue = 0x4E;", source, StringComparison.Ordinal);
        Assert.Contains("public const int BlockBytes = 64;", source, StringComparison.Ordinal);
    }

    private static string Chapter(string heading)
    {
        Match match = Regex.Match(Protocol, $@"^#+ {Regex.Escape(heading)}\n(.*?)(?=^#|\z)", RegexOptions.Multiline | RegexOptions.Singleline);
        return match.Success ? match.Groups[1].Value : throw new InvalidOperationException($"PROTOCOL.md has no chapter '{heading}'");
    }

    private static (int Offset, int? Size, string Name)[] Rows(string chapter) =>
        [.. FieldRow().Matches(Chapter(chapter)).Select(m => (Number(m.Groups[1].Value), m.Groups[2].Value.Length == 0 ? (int?)null : Number(m.Groups[2].Value), m.Groups[3].Value))];

    private static Dictionary<string, int> Constants(Type type, string suffix) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.IsLiteral && f.Name.EndsWith(suffix, StringComparison.Ordinal))
            .ToDictionary(f => f.Name[..^suffix.Length], f => (int)f.GetRawConstantValue()!);

    private static IEnumerable<string> Texts(Type type, string suffix) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.IsLiteral && f.Name.EndsWith(suffix, StringComparison.Ordinal))
            .Select(f => (string)f.GetRawConstantValue()!);

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (\d+) \| (\d*) ?\| ([a-z0-9_]+) \|", RegexOptions.Multiline)]
    private static partial Regex FieldRow();

    [GeneratedRegex(@"^\| `([a-z/]+)` \|", RegexOptions.Multiline)]
    private static partial Regex TopicRow();

    [GeneratedRegex(@"^\| (\d+) \| ([a-z_]+) \|", RegexOptions.Multiline)]
    private static partial Regex StateRow();

    [GeneratedRegex(@"^\| (0x[0-9A-F]{2}) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex RegisterRow();
}
