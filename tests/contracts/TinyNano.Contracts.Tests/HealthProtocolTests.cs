namespace TinyNano.Contracts.Tests;

/// <summary>Health and sample messages: exact bytes at the desk, limits, and the example of docs/PROTOCOL.md.</summary>
public sealed class HealthProtocolTests
{
    private static readonly string Protocol = Sources.Read("docs", "PROTOCOL.md");

    // Packed by hand from the page's tables; tests/managed/Telemetry has the same bytes for the device.
    private const string HealthBytes =
        "0601280009000000100e00008813000002000000c0213a8f10080201080001c30300cd0000c80000"
        + "0000000000000000000000000000000000000000000000001b00d901dc05b80b540bdc05f4016400"
        + "0000000000000000280a600901000200e503d007dc05f4010000ffff";

    private const string SampleHeader =
        "070124000403020111000000c0213a8f1003000090020000070050460852000303000200";

    [Fact]
    public void Limits_AreThoseOfThePage()
    {
        Assert.Equal((6, 7), (MessageHeader.HealthKind, MessageHeader.SampleKind));
        Assert.Contains("6 health, 7 sample", Protocol, StringComparison.Ordinal);
        Assert.Equal((1, 1), (HealthMessage.Version, SampleMessage.Version));
        Assert.Equal(MessageHeader.MaxMessageBytes, HealthMessage.FixedBytes + 2 * HealthMessage.MaxCounts);
        Assert.Contains($"in parts of at most {SampleMessage.MaxDataBytes} bytes", Protocol, StringComparison.Ordinal);
        Assert.Contains($"of the input, at most {SampleMessage.MaxTotalBytes} |", Protocol, StringComparison.Ordinal);
        Assert.Contains($"| 26 | 2 | confidence | {SampleMessage.One} is 1 |", Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_IsTheExample()
    {
        byte[] data = Convert.FromHexString(HealthBytes);
        HealthMessage message = new();
        Assert.True(message.Decode(data, data.Length));
        Assert.Contains($"```\n{HealthText.ToJson(message)}\n```", Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void Health_HasExactBytes()
    {
        byte[] data = new byte[MessageHeader.MaxMessageBytes];
        int length = Health().Encode(data);
        Assert.Equal(HealthBytes, Convert.ToHexStringLower(data, 0, length));

        HealthMessage again = new();
        Assert.True(again.Decode(data, length));
        Assert.Equal((-61, 20500u, 34), (again.Rssi, again.LatencyMean, again.Counts));
        byte[] twice = new byte[MessageHeader.MaxMessageBytes];
        Assert.Equal(length, again.Encode(twice));
        Assert.Equal(data, twice);
    }

    [Fact]
    public void Health_RefusesWhatIsCutOrHasOtherBins()
    {
        byte[] data = Convert.FromHexString(HealthBytes);
        for (int length = 0; length < data.Length; length++)
        {
            Assert.False(new HealthMessage().Decode(data, length), $"length {length}");
        }

        foreach ((int at, byte value) in new (int, byte)[] { (0, 3), (1, 2), (2, 39), (24, 8), (25, 16), (26, 17), (27, 5), (28, 4), (29, 7) })
        {
            byte[] broken = [.. data];
            broken[at] = value;
            Assert.False(new HealthMessage().Decode(broken, broken.Length), $"byte {at}");
        }
    }

    [Fact]
    public void Health_ReadersSkipWhatANewerWriterPutsBehindTheFields()
    {
        byte[] data = Convert.FromHexString(HealthBytes);
        byte[] newer = [.. data[..HealthMessage.FixedBytes], 1, 2, .. data[HealthMessage.FixedBytes..]];
        newer[MessageHeader.FixedBytesAt] += 2;
        HealthMessage message = new();
        Assert.True(message.Decode(newer, newer.Length));
        Assert.Equal(27, message.Values[12]);
        Assert.Equal(65535, message.Values[33]);
    }

    [Fact]
    public void Sample_HasExactBytes()
    {
        byte[] input = new byte[784];
        for (int i = 0; i < 128; i++)
        {
            input[656 + i] = (byte)i;
        }

        byte[] data = new byte[MessageHeader.MaxMessageBytes];
        SampleMessage message = new()
        {
            Sequence = 0x01020304, Sample = 17, ModelCrc = 0x8F3A21C0, TotalBytes = 784, Offset = 656, ClassIndex = 7, Confidence = 18000, Entropy = 21000,
            Reasons = SampleMessage.EntropyReason | SampleMessage.MarginReason, Restarts = 3, ElementType = 2,
        };
        int length = message.Encode(data, input);
        Assert.Equal(SampleHeader + Convert.ToHexStringLower(input, 656, 128), Convert.ToHexStringLower(data, 0, length));

        SampleMessage again = new();
        Assert.True(again.Decode(data, length));
        Assert.Equal((656, 128, 18000), (again.Offset, again.DataBytes, again.Confidence));
        Assert.Equal(input[656..], again.Data[..again.DataBytes]);
    }

    [Theory]
    [InlineData(SampleMessage.TotalBytesAt, 65537u)]
    [InlineData(SampleMessage.TotalBytesAt, 700u)]
    [InlineData(SampleMessage.OffsetAt, 657u)]
    [InlineData(SampleMessage.OffsetAt, 0xFFFFFFF0u)]
    public void Sample_RefusesDataThatDoesNotFit(int at, uint value)
    {
        byte[] data = [.. Convert.FromHexString(SampleHeader), .. new byte[128]];
        Assert.True(new SampleMessage().Decode(data, data.Length));
        LittleEndian.PutUInt32(data, at, value);
        Assert.False(new SampleMessage().Decode(data, data.Length));
        Assert.False(new SampleMessage().Decode(data, SampleMessage.FixedBytes));
    }

    private static HealthMessage Health()
    {
        HealthMessage message = new()
        {
            Sequence = 9, UptimeSeconds = 3600, Inferences = 5000, ModelVersion = 2, ModelCrc = 0x8F3A21C0, ConfidenceCount = 16, EntropyCount = 8, ClassCount = 2,
            FeatureCount = 1, Alarms = HealthMessage.ConfidenceAlarm, Rssi = -61, Restarts = 3, LatencyMean = 20599, FreeHeap = 51200,
        };
        int[] counts = [.. new int[12], 27, 473, 1500, 3000, 2900, 1500, 500, 100, 0, 0, 0, 0, 2600, 2400, 1, 2, 997, 2000, 1500, 500, 65536, 65535];
        counts.CopyTo(message.Values, 0);
        return message;
    }
}
