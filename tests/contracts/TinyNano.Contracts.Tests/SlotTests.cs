using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace TinyNano.Contracts.Tests;

/// <summary>The selector's record is the same in SPEC.md and in the C code that writes and reads it.</summary>
public sealed partial class SlotTests
{
    private static readonly string s_header = Sources.Read("firmware-native", "src", "tn_slot_record.h");

    private static readonly string s_code = Sources.Read("firmware-native", "src", "tn_slots.c");

    [Fact]
    public void Record_FillsItsBytesWithoutGaps()
    {
        int end = 0;
        foreach ((_, int offset, int size) in Fields())
        {
            Assert.Equal(end, offset);
            end += size;
        }

        Assert.Contains($"### Selector record: {end} bytes", Sources.Spec, StringComparison.Ordinal);
        Assert.Contains($"#define TN_SLOT_RECORD_BYTES {end}u", s_header, StringComparison.Ordinal);
        Assert.Contains("#define TN_SLOT_RECORD_COPIES 2u", s_header, StringComparison.Ordinal);
        Assert.Contains("two copies of it one after the other", Sources.SpecChapter("Slots"), StringComparison.Ordinal);
    }

    [Fact]
    public void Record_HasTheSameOffsetsInCAndSpec()
    {
        (string, int, int)[] spec = [.. Fields().Where(f => f.Name is not ("magic" or "crc32"))];
        Assert.Equal(spec, Reads().Matches(s_code).Select(Field));
        Assert.Equal(spec, Writes().Matches(s_code).Select(Field));

        // The checksum comes last and covers all bytes before it.
        (string Name, int Offset, int Size) crc = Fields()[^1];
        Assert.Equal(("crc32", 4), (crc.Name, crc.Size));
        Assert.Equal(2, Regex.Count(s_code, Regex.Escape("tn_crc32(0, bytes, TN_SLOT_RECORD_BYTES - 4)")));
        Assert.Contains($"over bytes 0 .. {crc.Offset - 1},", Sources.SpecChapter("Slots"), StringComparison.Ordinal);
    }

    [Fact]
    public void Record_HasTheSameMagicInCAndSpec()
    {
        string magic = Magic().Match(s_header).Groups[1].Value;
        string bytes = string.Join(' ', magic.Select(c => ((int)c).ToString("X2", CultureInfo.InvariantCulture)));
        Assert.Contains($"| 0 | 4 | magic | must be `{bytes}` (\"{magic}\") |", Sources.SpecChapter("Slots"), StringComparison.Ordinal);
    }

    private static (string Name, int Offset, int Size)[] Fields() =>
    [
        .. SpecRow().Matches(Sources.SpecChapter("Slots")).Select(m => (m.Groups[3].Value,
            int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture))),
    ];

    [GeneratedRegex(@"^\| (\d+) \| (\d+) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex SpecRow();

    private static (string Name, int Offset, int Size) Field(Match match) =>
        (match.Groups["name"].Value, int.Parse(match.Groups["at"].Value, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"record->(?<name>\w+) = get\(bytes \+ (?<at>\d+), (?<size>\d)\);")]
    private static partial Regex Reads();

    [GeneratedRegex(@"put\(bytes \+ (?<at>\d+), (?<size>\d), record->(?<name>\w+)\);")]
    private static partial Regex Writes();

    [GeneratedRegex("#define TN_SLOT_MAGIC \"(\\w{4})\"")]
    private static partial Regex Magic();
}
