using System.Globalization;
using System.Text.RegularExpressions;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Contracts.Tests;

/// <summary>
/// The flash layouts of nf-interop/partitions are layouts that the chips can have, keep what nanoFramework's firmware expects, and name
/// the slots as the ports look for them.
/// </summary>
public sealed partial class PartitionTableTests
{
    private const int Kilobyte = 1024;

    // Where the firmware's own tables have them: series and megabytes, then app, deploy and config.
    private static readonly Dictionary<string, (Part App, Part Deploy, Part Config)> s_stock = new()
    {
        ["esp32_4mb"] = (new(0x10000, 0x1D0000), new(0x1E0000, 0x1C0000), new(0x3C0000, 0x40000)),
        ["esp32_8mb"] = (new(0x10000, 0x1D0000), new(0x1E0000, 0x2B0000), new(0x490000, 0x200000)),
        ["esp32_16mb"] = (new(0x10000, 0x1D0000), new(0x1E0000, 0x2B0000), new(0x490000, 0x300000)),
        ["esp32s3_4mb"] = (new(0x10000, 0x1A0000), new(0x1B0000, 0x1F0000), new(0x3C0000, 0x40000)),
        ["esp32s3_8mb"] = (new(0x10000, 0x1A0000), new(0x1B0000, 0x2E0000), new(0x490000, 0x200000)),
        ["esp32s3_16mb"] = (new(0x10000, 0x1A0000), new(0x1B0000, 0x2E0000), new(0x490000, 0x300000)),
        ["esp32c3_4mb"] = (new(0x10000, 0x1A0000), new(0x1B0000, 0x1F0000), new(0x3C0000, 0x40000)),
        ["esp32c3_8mb"] = (new(0x10000, 0x1A0000), new(0x1B0000, 0x1F0000), new(0x3C0000, 0x200000)),
        ["esp32c3_16mb"] = (new(0x10000, 0x1A0000), new(0x1B0000, 0x1F0000), new(0x3C0000, 0x300000)),
    };

    // Sectors from address 0x08000000 on, in KB, and where the firmware's deployment begins.
    private static readonly Dictionary<string, (int[] Sectors, int Deploy)> s_boards = new()
    {
        ["stm32f429i_discovery"] = ([.. Bank(), .. Bank()], 0x080A0000),
        ["stm32f769i_discovery"] = ([32, 32, 32, 32, 128, .. Enumerable.Repeat(256, 7)], 0x080C0000),
    };

    public static TheoryData<string> Esp32Tables => [.. Names("esp32")];

    public static TheoryData<string> Stm32Tables => [.. Names("stm32")];

    [Fact]
    public void Tables_AreThoseThatAreKnownHere()
    {
        Assert.Equal(s_stock.Keys.Order(StringComparer.Ordinal), Names("esp32"));
        Assert.Equal(s_boards.Keys.Order(StringComparer.Ordinal), Names("stm32"));
    }

    [Theory]
    [MemberData(nameof(Esp32Tables))]
    public void Esp32_TableFitsTheFlash(string name)
    {
        Row[] rows = Esp32(name);
        int flash = Megabytes(name) * Kilobyte * Kilobyte;

        // The bootloader and the table itself lie below.
        int end = 0x9000;
        foreach (Row row in rows)
        {
            Assert.True(row.Part.Offset >= end, $"{row.Name} overlaps what is before it");
            Assert.Equal(0, row.Part.Offset % (row.Type == "app" ? 64 * Kilobyte : 4 * Kilobyte));
            Assert.Equal(0, row.Part.Size % (4 * Kilobyte));
            Assert.True(row.Part.Size > 0 && row.Name.Length <= 16);
            end = row.Part.End;
        }

        Assert.True(end <= flash, $"the table ends at 0x{end:X}");
        Assert.Equal(rows.Length, rows.Select(r => r.Name).Distinct().Count());
        Assert.Equal(rows.Length, rows.Select(r => (r.Type, r.SubType)).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Esp32Tables))]
    public void Esp32_TableKeepsWhatTheFirmwareExpects(string name)
    {
        Row[] rows = Esp32(name);
        (Part app, Part deploy, Part config) = s_stock[name];
        Assert.Equal(new Row("nvs", "data", "nvs", new(0x9000, 0x6000)), rows[0]);
        Assert.Equal(new Row("phy_init", "data", "phy", new(0xF000, 0x1000)), rows[1]);
        Assert.Equal(new Row("factory", "app", "factory", app), rows[2]);
        Assert.Equal(new Row("config", "data", "littlefs", config), rows.Single(r => r.Name == "config"));
        Row ours = rows.Single(r => r.Name == "deploy");
        Assert.Equal(("data", "0x84", deploy.Offset), (ours.Type, ours.SubType, ours.Part.Offset));
        Assert.InRange(ours.Part.Size, 1024 * Kilobyte, deploy.Size);
    }

    [Theory]
    [MemberData(nameof(Esp32Tables))]
    public void Esp32_SlotsAreThoseThatThePortLooksFor(string name)
    {
        Row[] rows = [.. Esp32(name).Where(r => r.Name.StartsWith("tn_", StringComparison.Ordinal))];
        string port = Sources.Read("nf-interop", "ports", "tn_flash_esp32.c");
        (string, string)[] wanted = [.. Label().Matches(port).Select(m => (m.Groups[2].Value,
            Regex.Match(port, $@"#define TN_{m.Groups[1].Value}_SUBTYPE (0x[0-9A-Fa-f]+)").Groups[1].Value))];
        Assert.Equal(3, wanted.Length);
        Assert.Equal(wanted, rows.Select(r => (r.Name, r.SubType)));
        Assert.All(rows, r => Assert.Equal("data", r.Type));
        Assert.Equal(rows[0].Part.Size, rows[1].Part.Size);
        Assert.Equal(2 * 4 * Kilobyte, rows[2].Part.Size);

        // A page of the flash mapping; a slot that began inside one would cost another.
        Assert.All(rows, r => Assert.Equal(0, r.Part.Offset % (64 * Kilobyte)));
    }

    [Theory]
    [MemberData(nameof(Stm32Tables))]
    public void Stm32_MapCoversTheFlashInWholeSectors(string name)
    {
        Row[] rows = Stm32(name);
        (int[] sectors, int deploy) = s_boards[name];
        int[] borders = [.. Borders(sectors)];
        int end = 0x08000000;
        foreach (Row row in rows)
        {
            Assert.Equal(end, row.Part.Offset);
            Assert.Contains(row.Part.Offset, borders);
            end = row.Part.End;

            // What the last column says of its sectors.
            IEnumerable<int> inside = borders.Zip(sectors).Where(s => s.First >= row.Part.Offset && s.First < end).Select(s => s.Second);
            Assert.Equal(inside, Sectors(row.SubType));
        }

        Assert.Equal(0x08200000, end);
        Assert.Equal(deploy, rows.Single(r => r.Name == "deploy").Part.Offset);
        Assert.True(rows.Single(r => r.Name == "deploy").Part.Size >= 256 * Kilobyte);
    }

    [Theory]
    [MemberData(nameof(Stm32Tables))]
    public void Stm32_HeaderSaysWhatTheMapSays(string name)
    {
        Row[] rows = Stm32(name);
        string header = Sources.Read("nf-interop", "partitions", $"tn_map_{name}.h");
        Dictionary<string, int> c = Define().Matches(header).ToDictionary(m => m.Groups[1].Value, m => Number(m.Groups[2].Value));
        Row slot0 = rows.Single(r => r.Name == "tn_slot0");
        Row slot1 = rows.Single(r => r.Name == "tn_slot1");
        Row select = rows.Single(r => r.Name == "tn_select");
        int[] slotSectors = [.. Sectors(slot0.SubType)];
        Assert.Equal((slot0.Part.Offset, slot1.Part.Offset, select.Part.Offset), (c["SLOT0_ADDRESS"], c["SLOT1_ADDRESS"], c["SELECT_ADDRESS"]));
        Assert.Equal(slotSectors, Sectors(slot1.SubType));
        Assert.Equal(Enumerable.Repeat(c["SLOT_SECTOR_BYTES"] / Kilobyte, c["SLOT_SECTORS"]), slotSectors);
        Assert.Equal(Enumerable.Repeat(c["SELECT_SECTOR_BYTES"] / Kilobyte, 2), Sectors(select.SubType));

        // All of it behind the applications, at the upper end of what was theirs.
        Assert.True(select.Part.Offset >= rows.Single(r => r.Name == "deploy").Part.End && slot1.Part.End == 0x08200000);

        // The firmware's driver erases sectors 0 to 11 only.
        bool bank2 = s_boards[name].Sectors.Length > 12;
        Assert.Equal(bank2 ? 0x08100000 : 0, c.GetValueOrDefault("BANK2_ADDRESS"));
    }

    [Fact]
    public void Readme_SaysHowLargeEverythingIs()
    {
        string readme = Sources.Read("nf-interop", "partitions", "README.md");
        foreach (string name in Names("esp32").Concat(Names("stm32")))
        {
            Row[] rows = name.StartsWith("esp", StringComparison.Ordinal) ? Esp32(name) : Stm32(name);
            Match line = Regex.Match(readme, $@"^\|.*`{name}\.csv`.*\| (\d+) KB \((\d+)\) \| (\d+) KB \|", RegexOptions.Multiline);
            Assert.True(line.Success, name);
            Assert.Equal(rows.Single(r => r.Name == "deploy").Part.Size / Kilobyte, Number(line.Groups[1].Value));
            Assert.Equal(rows.Single(r => r.Name == "tn_slot0").Part.Size / Kilobyte, Number(line.Groups[3].Value));
            if (s_stock.TryGetValue(name, out (Part, Part Deploy, Part) stock))
            {
                Assert.Equal(stock.Deploy.Size / Kilobyte, Number(line.Groups[2].Value));
            }
        }
    }

    private static IEnumerable<int> Bank() => [16, 16, 16, 16, 64, .. Enumerable.Repeat(128, 7)];

    private static IEnumerable<int> Borders(IEnumerable<int> sectors)
    {
        int address = 0x08000000;
        foreach (int kilobytes in sectors)
        {
            yield return address;
            address += kilobytes * Kilobyte;
        }
    }

    // "2 x 16K + 64K" as 16, 16, 64.
    private static IEnumerable<int> Sectors(string text) => text.Split('+').SelectMany(term =>
    {
        Match m = Regex.Match(term.Trim(), @"^(?:(\d+) x )?(\d+)K$");
        Assert.True(m.Success, term);
        return Enumerable.Repeat(Number(m.Groups[2].Value), m.Groups[1].Success ? Number(m.Groups[1].Value) : 1);
    });

    private static IEnumerable<string> Names(string start) =>
        Directory.GetFiles(Path.Combine(SharedData.ProjectRoot, "nf-interop", "partitions"), start + "*.csv")
            .Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    private static int Megabytes(string name) => Number(Regex.Match(name, @"_(\d+)mb$").Groups[1].Value);

    private static Row[] Esp32(string name) =>
        [.. Cells(name).Select(c => new Row(c[0], c[1], c[2], new(Number(c[3]), Number(c[4]))))];

    // The sectors stand where the others have a subtype.
    private static Row[] Stm32(string name) =>
        [.. Cells(name).Select(c => new Row(c[0], "", c[3], new(Number(c[1]), Number(c[2]))))];

    private static IEnumerable<string[]> Cells(string name) =>
        Sources.Read("nf-interop", "partitions", name + ".csv").Split('\n')
            .Where(l => l.Trim().Length > 0 && l[0] != '#').Select(l => l.Split(',').Select(c => c.Trim()).ToArray());

    private static int Number(string text)
    {
        string digits = text.TrimEnd('u');
        return digits.StartsWith("0x", StringComparison.Ordinal)
            ? int.Parse(digits[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : int.Parse(digits, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("#define TN_(\\w+)_LABEL \"(\\w+)\"")]
    private static partial Regex Label();

    [GeneratedRegex(@"#define TN_MAP_(\w+) (0x[0-9A-Fa-f]+u|\d+u)")]
    private static partial Regex Define();

    private sealed record Part(int Offset, int Size)
    {
        public int End => Offset + Size;
    }

    private sealed record Row(string Name, string Type, string SubType, Part Part);
}
