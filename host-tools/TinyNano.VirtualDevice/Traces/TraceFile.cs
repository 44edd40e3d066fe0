using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TinyNano.NanoPlatform;
using TinyNano.Simulator;
using TinyNano.VirtualDevice.Chips;

namespace TinyNano.VirtualDevice.Traces;

/// <summary>A chip on an I2C bus and what it plays.</summary>
public sealed record TracedChip(int Bus, int Address, string Chip, Recording Recording, double AccelLsbPerG, double GyroLsbPerDegree)
{
    /// <summary>What is wrong with the imager; null: nothing.</summary>
    public FrameCorruption? Corruption { get; init; }
}

/// <summary>An ADC channel and what it plays.</summary>
public sealed record TracedChannel(int Channel, Recording Recording, bool IsSigned, int Offset);

/// <summary>A level that a pin gets from outside.</summary>
public sealed record TracedEdge(int Pin, long Microseconds, bool High);

/// <summary>Recorded inputs of a device, as docs/VIRTUAL_DEVICE.md describes the file.</summary>
public sealed record TraceFile
{
    /// <summary>The chip that plays images.</summary>
    public const string Imager = "imager";

    private const string Format = "tinynano-trace";
    private const int Version = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public IReadOnlyList<TracedChip> Chips { get; init; } = [];

    public IReadOnlyList<TracedChannel> Channels { get; init; } = [];

    public IReadOnlyList<TracedEdge> Edges { get; init; } = [];

    /// <summary>Settings that the application needs to use what is played.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads a trace and the recordings that it names; SimulatorException says what is wrong with it.</summary>
    public static TraceFile Read(string path)
    {
        Document document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(File.ReadAllText(path), Options) ?? throw new JsonException("the file holds null");
        }
        catch (JsonException e)
        {
            throw Wrong(path, e.Path ?? "$", e.Message.Split(" Path:")[0], "see docs/VIRTUAL_DEVICE.md for the fields");
        }

        if (document.Format != Format || document.Version != Version)
        {
            throw Wrong(path, "$", $"format '{document.Format}' version {document.Version}", $"this version reads '{Format}' version {Version}");
        }

        return new Reader(path, document.End).Read(document);
    }

    private static SimulatorException Wrong(string path, string where, string what, string hint) => new($"{path}: {where}: {what}; {hint}");

    private sealed class Reader
    {
        private readonly string _path;
        private readonly TraceEnd _end;

        public Reader(string path, TraceEnd end)
        {
            _path = path;
            _end = end;
        }

        public TraceFile Read(Document document)
        {
            TraceFile trace = new()
            {
                Chips = [.. document.I2c.Select((chip, i) => Chip(chip, $"$.i2c[{i}]"))],
                Channels = [.. document.Adc.Select((channel, i) => Channel(channel, $"$.adc[{i}]"))],
                Settings = document.Settings,
                Edges = [.. document.Gpio.SelectMany((pin, i) => Edges(pin, $"$.gpio[{i}]"))],
            };
            if (trace.Chips.Select(c => (c.Bus, c.Address)).Distinct().Count() != trace.Chips.Count)
            {
                throw Wrong(_path, "$.i2c", "two chips have the same bus and address", "give each an address of its own");
            }

            return trace;
        }

        private TracedChip Chip(ChipEntry entry, string where)
        {
            int address = Address(entry.Address, where);
            bool imager = entry.Chip == Imager;
            if (!imager && MpuKind.All.All(k => k.Name != entry.Chip))
            {
                throw Wrong(_path, where, $"chip '{entry.Chip}' is not known", $"one of imager, {string.Join(", ", MpuKind.All.Select(k => k.Name))}");
            }

            if (imager && entry.FrameBytes is < 1 or > ushort.MaxValue)
            {
                throw Wrong(_path, where, $"frameBytes {entry.FrameBytes}", "an imager needs the bytes of one frame, 1 to 65,535");
            }

            if (!imager && entry.Columns is not (3 or 6))
            {
                throw Wrong(_path, where, $"columns {entry.Columns}", "3 for acceleration, or 6 for acceleration and rotation");
            }

            if (entry.AccelLsbPerG <= 0 || entry.GyroLsbPerDegree <= 0)
            {
                throw Wrong(_path, where, "a scale that is not positive", "accelLsbPerG and gyroLsbPerDegree are counts per g and per degree a second");
            }

            int frame = imager ? entry.FrameBytes : entry.Columns * sizeof(short);
            return new TracedChip(entry.Bus, address, entry.Chip, Recording(entry, frame, where), entry.AccelLsbPerG, entry.GyroLsbPerDegree)
            {
                Corruption = entry.Corrupt is null ? null : Corruption(entry.Corrupt, imager ? frame : 0, $"{where}.corrupt"),
            };
        }

        private FrameCorruption Corruption(CorruptEntry entry, int frameBytes, string where)
        {
            // Images are square unless the trace says otherwise.
            int width = entry.Width == 0 ? (int)Math.Sqrt(frameBytes) : entry.Width;
            if (frameBytes == 0)
            {
                throw Wrong(_path, where, "the chip has no images", "only an imager can have blur and brightness");
            }

            if (width < 1 || frameBytes % width != 0 || (entry.Width == 0 && width * width != frameBytes))
            {
                throw Wrong(_path, where, $"width {entry.Width}", $"the pixels in a row, of which {frameBytes} bytes are a whole number; may be absent where images are square");
            }

            if (entry.Blur is < 0 or > FrameCorruption.MaxBlur || entry.Brightness is < -255 or > 255 || entry.From < 0)
            {
                throw Wrong(
                    _path, where, $"blur {entry.Blur}, brightness {entry.Brightness}, from {entry.From}",
                    $"blur is 0 to {FrameCorruption.MaxBlur} pixels, brightness -255 to 255, from a frame number");
            }

            return new FrameCorruption(entry.Blur, entry.Brightness, width, entry.From);
        }

        private TracedChannel Channel(ChannelEntry entry, string where)
        {
            if (entry.Channel is < 0 or >= AdcInputs.Channels)
            {
                throw Wrong(_path, where, $"channel {entry.Channel}", $"a channel is 0 to {AdcInputs.Channels - 1}");
            }

            if (entry.Type is not ("int16" or "uint16"))
            {
                throw Wrong(_path, where, $"type '{entry.Type}'", "int16 or uint16, little-endian");
            }

            return new TracedChannel(entry.Channel, Recording(entry, sizeof(short), where), entry.Type == "int16", entry.Offset);
        }

        private IEnumerable<TracedEdge> Edges(PinEntry entry, string where)
        {
            if (entry.Pin is < 0 or >= PinBank.Count)
            {
                throw Wrong(_path, where, $"pin {entry.Pin}", $"a pin is 0 to {PinBank.Count - 1}");
            }

            double last = 0;
            foreach (double[] edge in entry.Edges)
            {
                if (edge.Length != 2 || edge[1] is not (0 or 1) || !(edge[0] >= last) || edge[0] > 1e9)
                {
                    throw Wrong(_path, where, $"edge [{string.Join(", ", edge)}]", "an edge is [seconds, level], in ascending order, level 0 or 1");
                }

                last = edge[0];
                yield return new TracedEdge(entry.Pin, (long)Math.Round(edge[0] * 1e6), edge[1] != 0);
            }
        }

        private int Address(string text, string where)
        {
            bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            return int.TryParse(hex ? text[2..] : text, hex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out int address)
                && address is >= 0x08 and <= 0x77
                ? address
                : throw Wrong(_path, where, $"address '{text}'", "an I2C address is text from \"0x08\" to \"0x77\"");
        }

        private Recording Recording(DataEntry entry, int frameBytes, string where)
        {
            if (!(entry.Rate is > 0 and <= 1e6))
            {
                throw Wrong(_path, where, $"rate {entry.Rate}", "frames a second, more than 0");
            }

            string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_path))!, entry.Data);
            if (!File.Exists(file))
            {
                throw Wrong(_path, where, $"no file '{entry.Data}'", "data is a path relative to the trace");
            }

            return new Recording(Traces.Recording.ReadFile(file), frameBytes, entry.Rate, entry.First, entry.Count, entry.End ?? _end, file);
        }
    }

    private sealed class Document
    {
        public required string Format { get; init; }

        public required int Version { get; init; }

        public string Comment { get; init; } = "";

        public TraceEnd End { get; init; } = TraceEnd.Stop;

        public Dictionary<string, string> Settings { get; init; } = [];

        public ChipEntry[] I2c { get; init; } = [];

        public ChannelEntry[] Adc { get; init; } = [];

        public PinEntry[] Gpio { get; init; } = [];
    }

    private abstract class DataEntry
    {
        public required string Data { get; init; }

        public required double Rate { get; init; }

        public int First { get; init; }

        public int Count { get; init; }

        public TraceEnd? End { get; init; }
    }

    private sealed class ChipEntry : DataEntry
    {
        public int Bus { get; init; } = 1;

        public required string Address { get; init; }

        public required string Chip { get; init; }

        public int FrameBytes { get; init; }

        public int Columns { get; init; } = 6;

        public double AccelLsbPerG { get; init; } = 16384;

        public double GyroLsbPerDegree { get; init; } = 131.072;

        public CorruptEntry? Corrupt { get; init; }
    }

    private sealed class CorruptEntry
    {
        public int Blur { get; init; }

        public int Brightness { get; init; }

        public int Width { get; init; }

        public long From { get; init; }
    }

    private sealed class ChannelEntry : DataEntry
    {
        public required int Channel { get; init; }

        public string Type { get; init; } = "uint16";

        public int Offset { get; init; }
    }

    private sealed class PinEntry
    {
        public required int Pin { get; init; }

        public required double[][] Edges { get; init; }
    }
}
