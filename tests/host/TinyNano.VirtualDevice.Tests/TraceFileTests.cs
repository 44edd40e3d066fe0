using System.IO.Compression;
using TinyNano.Simulator;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>Trace files: what they bind, and what is said about wrong ones.</summary>
public sealed class TraceFileTests : InTemporaryFolder
{
    [Fact]
    public void Read_BindsChipsChannelsAndEdges()
    {
        File.WriteAllBytes(Path.Combine(Folder, "m.i16"), new byte[24]);
        using (GZipStream packed = new(File.Create(Path.Combine(Folder, "a.bin.gz")), CompressionLevel.Fastest))
        {
            packed.Write(new byte[8]);
        }

        TraceFile trace = Read("""
            {
              "format": "tinynano-trace", "version": 1, "end": "loop",
              "settings": { "sensor": "motion" },
              "i2c": [ { "address": "0x68", "chip": "mpu6050", "data": "m.i16", "rate": 50, "accelLsbPerG": 8192, "end": "hold" } ],
              "adc": [ { "channel": 2, "data": "a.bin.gz", "type": "int16", "rate": 100, "first": 1, "count": 2 } ],
              "gpio": [ { "pin": 4, "edges": [[0.5, 1], [1, 0]] } ]
            }
            """);
        Assert.Equal((1, 0x68, 2, TraceEnd.Hold), (trace.Chips[0].Bus, trace.Chips[0].Address, trace.Chips[0].Recording.Frames, trace.Chips[0].Recording.End));
        Assert.Equal((2, 2, TraceEnd.Loop, true), (trace.Channels[0].Channel, trace.Channels[0].Recording.Frames, trace.Channels[0].Recording.End, trace.Channels[0].IsSigned));
        Assert.Equal([new TracedEdge(4, 500_000, true), new TracedEdge(4, 1_000_000, false)], trace.Edges);
        Assert.Equal("motion", trace.Settings["sensor"]);
    }

    [Theory]
    [InlineData("""{ "format": "other", "version": 1 }""", "tinynano-trace")]
    [InlineData("""{ "format": "tinynano-trace", "version": 1, "spi": [] }""", "spi")]
    [InlineData("""{ "format": "tinynano-trace", "version": 1, "i2c": [ { "address": "0x68", "chip": "abc", "data": "d", "rate": 1 } ] }""", "$.i2c[0]: chip 'abc'")]
    [InlineData("""{ "format": "tinynano-trace", "version": 1, "i2c": [ { "address": "0x99", "chip": "imager", "data": "d", "rate": 1 } ] }""", "address '0x99'")]
    [InlineData("""{ "format": "tinynano-trace", "version": 1, "adc": [ { "channel": 99, "data": "d", "rate": 1 } ] }""", "channel 99")]
    [InlineData("""{ "format": "tinynano-trace", "version": 1, "adc": [ { "channel": 1, "data": "nowhere", "rate": 1 } ] }""", "no file 'nowhere'")]
    [InlineData("""{ "format": "tinynano-trace", "version": 1, "gpio": [ { "pin": 1, "edges": [[2, 1], [1, 0]] } ] }""", "ascending")]
    [InlineData("""{ "format": "tinynano-trace", "version": 1, "i2c": [ { "address": "0x68", "chip": "mpu6050", "data": "six", "rate": 1, "columns": 3, "corrupt": {} } ] }""", "$.i2c[0].corrupt: the chip has no images")]
    [InlineData("""{ "format": "tinynano-trace", "version": 1, "i2c": [ { "address": "0x3A", "chip": "imager", "frameBytes": 6, "data": "six", "rate": 1, "corrupt": { "blur": 1 } } ] }""", "width 0")]
    [InlineData("""{ "format": "tinynano-trace", "version": 1, "i2c": [ { "address": "0x3A", "chip": "imager", "frameBytes": 6, "data": "six", "rate": 1, "corrupt": { "width": 3, "blur": 17 } } ] }""", "blur 17")]
    public void Read_SaysWhereAndWhat(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<SimulatorException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Corruption_IsReadAndApplied()
    {
        TraceFile trace = Read("""
            { "format": "tinynano-trace", "version": 1, "i2c": [ { "address": "0x3A", "chip": "imager", "frameBytes": 6, "data": "six", "rate": 1,
              "corrupt": { "width": 3, "blur": 1, "brightness": 40, "from": 5 } } ] }
            """);
        FrameCorruption corruption = trace.Chips[0].Corruption!;
        Assert.Equal(new FrameCorruption(1, 40, 3, 5), corruption);
        byte[] frame = [0, 60, 240, 0, 0, 0];
        corruption.Apply(4, frame, new byte[6]);
        Assert.Equal([0, 60, 240, 0, 0, 0], frame);

        // Rows give 30, 100, 150 and 0, 0, 0; columns half of that; then 40 more.
        corruption.Apply(5, frame, new byte[6]);
        Assert.Equal([55, 90, 115, 55, 90, 115], frame);
        byte[] bright = [250, 3];
        new FrameCorruption(0, 40, 2, 0).Apply(0, bright, []);
        Assert.Equal([255, 43], bright);
        new FrameCorruption(0, -50, 2, 0).Apply(0, bright, []);
        Assert.Equal([205, 0], bright);
    }

    [Fact]
    public void Recording_ThatIsNoWholeNumberOfFrames_IsRefused() =>
        Assert.Contains("whole number", Assert.Throws<SimulatorException>(() => new Recording(new byte[13], 12, 50, 0, 0, TraceEnd.Stop, "x")).Message, StringComparison.Ordinal);

    private TraceFile Read(string json)
    {
        File.WriteAllBytes(Path.Combine(Folder, "six"), new byte[6]);
        string path = Path.Combine(Folder, "trace.json");
        File.WriteAllText(path, json);
        return TraceFile.Read(path);
    }
}
