using TinyNano.Contracts;
using TinyNano.Simulator;
using TinyNano.VirtualDevice.Broker;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Run;
using TinyNano.VirtualDevice.Storage;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>Health messages and samples of whole devices.</summary>
public sealed class HealthRunTests : InTemporaryFolder
{
    private const int Count = 300;
    private const int Pixels = 784;

    [Theory]
    [InlineData(EngineChoice.Native)]
    [InlineData(EngineChoice.Managed)]
    public void Health_CountsWhatTheDeskCounts(EngineChoice engine)
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using Subscriber desk = new(broker.Port);
        (DeviceReport report, IReadOnlyList<HealthMessage> messages) = Run(broker, desk, "device", null, 0, engine);
        Assert.Equal(Count, report.Inferences);

        // 30 s of images, one message every 5 s, and one at the end.
        Assert.InRange(messages.Count, 6, 8);
        int[] counted = new int[messages[0].Counts];
        uint inferences = 0;
        HealthMessage? before = null;
        foreach (HealthMessage message in messages)
        {
            Assert.Equal(1, message.Restarts);
            Assert.Equal(0, message.Alarms);
            inferences += HealthDifference.Inferences(before, message);
            for (int i = 0; i < counted.Length; i++)
            {
                counted[i] += HealthDifference.Count(before, message, i);
            }

            before = message;
        }

        Assert.Equal((uint)Count, inferences);
        Assert.Equal(BitConverter.ToUInt32(FashionModel, 12), messages[0].ModelCrc);

        using HostModel model = new(FashionModel);
        OutputStatistics statistics = new(10, 1f / 256, -128);
        int[] expected = new int[16 + 8 + 10];
        byte[] images = Images;
        for (int i = 0; i < Count; i++)
        {
            statistics.Evaluate([.. model.Run([.. images.AsSpan(i * Pixels, Pixels).ToArray().Select(p => (byte)(p - 128))]).Select(b => (sbyte)b)]);
            expected[statistics.ConfidenceBin]++;
            expected[16 + statistics.EntropyBin]++;
            expected[24 + statistics.ClassBin]++;
        }

        Assert.Equal(expected, counted[..expected.Length]);
        for (int feature = 0; feature < 4; feature++)
        {
            Assert.Equal(Count, counted.AsSpan(expected.Length + 8 * feature, 8).ToArray().Sum());
        }
    }

    [Fact]
    public void Samples_AreInputsOfTheModel_AndOnlyWhereAllowed()
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using Subscriber desk = new(broker.Port);
        Run(broker, desk, "closed", null, 0, EngineChoice.Native);
        Run(broker, desk, "open", null, 50_000_000, EngineChoice.Native);
        Assert.DoesNotContain(desk.Messages, m => m.Topic == "tinynano/closed/sample");
        SampleMessage[] parts = [.. desk.Messages.Where(m => m.Topic == "tinynano/open/sample").Select(m =>
        {
            SampleMessage part = new();
            Assert.True(part.Decode(m.Payload, m.Payload.Length));
            return part;
        })];
        byte[] images = Images;
        int whole = 0;
        foreach (IGrouping<uint, SampleMessage> sample in parts.GroupBy(p => p.Sample))
        {
            if (sample.Sum(p => p.DataBytes) < Pixels)
            {
                continue;
            }

            byte[] input = new byte[Pixels];
            foreach (SampleMessage part in sample)
            {
                part.Data.AsSpan(0, part.DataBytes).CopyTo(input.AsSpan(part.Offset));
                Assert.NotEqual(0, part.Reasons);
            }

            byte[] pixels = [.. input.Select(b => (byte)(b + 128))];
            Assert.Contains(Enumerable.Range(0, Count), i => images.AsSpan(i * Pixels, Pixels).SequenceEqual(pixels));
            whole++;
        }

        Assert.InRange(whole, 2, 9);
    }

    [Fact]
    public void FaultOfTheCamera_ShowsInTheCounts()
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using Subscriber desk = new(broker.Port);
        HealthMessage clean = Run(broker, desk, "clean", null, 0, EngineChoice.Native).Messages[^1];
        HealthMessage broken = Run(broker, desk, "broken", new FrameCorruption(2, 40, 28, 0), 0, EngineChoice.Native).Messages[^1];

        // Blurred edges: the third feature, the mean difference of neighbours, falls.
        Assert.True(Mean(broken, broken.FeatureFirst + 16, 8) < Mean(clean, clean.FeatureFirst + 16, 8) - 0.5);

        // A brighter image has a larger mean.
        Assert.True(Mean(broken, broken.FeatureFirst, 8) > Mean(clean, clean.FeatureFirst, 8) + 0.5);
        Assert.True(Mean(broken, 0, 16) < Mean(clean, 0, 16) - 0.5);
    }

    private static double Mean(HealthMessage message, int first, int bins) =>
        Enumerable.Range(0, bins).Sum(b => (double)b * message.Values[first + b]) / Enumerable.Range(0, bins).Sum(b => message.Values[first + b]);

    private (DeviceReport Report, IReadOnlyList<HealthMessage> Messages) Run(
        EmbeddedBroker broker, Subscriber desk, string id, FrameCorruption? corruption, int sampleBytes, EngineChoice engine)
    {
        TraceFile trace = ImageTrace(Count);
        trace = trace with
        {
            Chips = [trace.Chips[0] with { Corruption = corruption }],
            Settings = new Dictionary<string, string>(trace.Settings)
            {
                ["healthSeconds"] = "5", ["sampleBytesPerDay"] = sampleBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
        DeviceOptions options = new()
        {
            Name = id, StateFolder = Path.Combine(Folder, id), BrokerPort = broker.Port, Speed = ClockSpeed.Max, Trace = trace, Model = FashionModel, Engine = engine,
        };
        using DeviceRun run = new(options);
        DeviceReport report = run.Run();
        Assert.Empty(report.Faults);
        Assert.True(Subscriber.Wait(() => desk.Messages.Any(m => m.Topic == $"tinynano/{id}/online" && m.Payload.Length == 7)));
        return (report, [.. desk.Messages.Where(m => m.Topic == $"tinynano/{id}/health").Select(m =>
        {
            HealthMessage message = new();
            Assert.True(message.Decode(m.Payload, m.Payload.Length));
            return message;
        })]);
    }
}
