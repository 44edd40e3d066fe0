using System.Globalization;
using TinyNano.Contracts;
using TinyNano.Simulator;
using TinyNano.TestKit;
using TinyNano.VirtualDevice.Broker;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Run;
using TinyNano.VirtualDevice.Storage;
using TinyNano.VirtualDevice.Traces;
using Xunit.Abstractions;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>The whole application on virtual devices.</summary>
public sealed class DeviceRunTests : InTemporaryFolder
{
    private readonly ITestOutputHelper _output;

    public DeviceRunTests(ITestOutputHelper output) => _output = output;

    [Theory]
    [InlineData(EngineChoice.Native)]
    [InlineData(EngineChoice.Managed)]
    public void Images_GiveTheResultsOfTheDesk(EngineChoice engine)
    {
        const int Count = 60;
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using Subscriber desk = new(broker.Port);
        using DeviceRun run = new(Options(broker.Port, ImageTrace(Count), FashionModel) with { Engine = engine });
        DeviceReport report = run.Run();
        Assert.Empty(report.Faults);
        Assert.Equal("trace ended", report.Ended);
        Assert.Equal(0, report.MessagesLost);
        Assert.True(Subscriber.Wait(() => desk.Results("device").Count >= Count), $"{desk.Results("device").Count} results of {report}");

        using HostModel model = new(FashionModel);
        byte[] images = Images;
        IReadOnlyList<ResultMessage> results = desk.Results("device");
        Assert.Equal(Count, results.Count);
        for (int i = 0; i < Count; i++)
        {
            sbyte[] outputs = [.. model.Run([.. images.AsSpan(i * 784, 784).ToArray().Select(p => (byte)(p - 128))]).Select(b => (sbyte)b)];
            Assert.Equal(Inference.Quantization.ArgMax(outputs), results[i].ClassIndex);
            Assert.Equal((uint)(i + 1), results[i].Inference);
        }

        Assert.Equal("offline", Text(desk, "tinynano/device/online"));
    }

    [SharedFact]
    public void HarTrace_BothEnginesPublishTheSame_AndTheThreadsAllocateNothing()
    {
        string[] results = [.. Enum.GetValues<EngineChoice>().Select(engine =>
        {
            using EmbeddedBroker broker = EmbeddedBroker.Start();
            using Subscriber desk = new(broker.Port);
            Recording recording = new(File.ReadAllBytes(SharedData.File("har", "signals.i16")), 12, 50, 0, 3200, TraceEnd.Stop, "har");
            TraceFile trace = new()
            {
                Chips = [new TracedChip(1, 0x68, "mpu6050", recording, 8192, 32.8)],
                Settings = new Dictionary<string, string> { ["sensor"] = "motion", ["windowStride"] = "16", ["scaleA"] = "0.0005", ["telemetrySeconds"] = "0", ["rotationRange"] = "1000" },
            };
            string folder = Path.Combine(Folder, engine.ToString());
            using DeviceRun run = new(Options(broker.Port, trace, DenseModel(7, 32, 6, 5)) with { Engine = engine, StateFolder = folder });
            DeviceReport report = run.Run();
            Assert.Empty(report.Faults);

            // One window of 32 frames, then one for each 16 of the rest.
            Assert.Equal((3200 - 32) / 16 + 1, report.Inferences);
            Assert.Equal(0, report.AllocatedBytes);
            Assert.Equal(0, report.CaptureAllocatedBytes);
            Assert.True(Subscriber.Wait(() => desk.Results("device").Count >= report.Inferences));
            return string.Join('\n', desk.Results("device").Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Inference} {r.ClassIndex} {r.Score:R} {r.Frame} {r.Flags} {r.UptimeMilliseconds}")));
        })];
        Assert.NotEmpty(results[0]);
        Assert.Equal(results[0], results[1]);
        Assert.True(results[0].Split('\n').Select(l => l.Split(' ')[1]).Distinct().Count() > 1, "all windows gave the same class");
    }

    [Fact]
    public void TenThousandInferences_AllocateNothing()
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using DeviceRun run = new(Options(broker.Port, ImageTrace(1000, 50, TraceEnd.Loop), FashionModel) with { Inferences = 10_000 + EngineMeter.WarmUp });
        DeviceReport report = run.Run();
        _output.WriteLine($"{report.MeasuredInferences} inferences, {report.AllocatedBytes} bytes allocated, {report.WallSeconds:N1} s, {report.MessagesPublished} messages");
        Assert.Equal(10_000, report.MeasuredInferences);
        Assert.Equal(0, report.AllocatedBytes);
        Assert.Equal(0, report.CaptureAllocatedBytes);
        Assert.Equal(0, report.MessagesLost);
    }

    [Fact]
    public void AdcAndGpio_PlayTheirTrace()
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using Subscriber desk = new(broker.Port);
        byte[] samples = [.. Enumerable.Range(0, 2000).SelectMany(i => BitConverter.GetBytes((ushort)(i * 7 % 4096)))];
        TraceFile trace = new()
        {
            Channels = [new TracedChannel(3, new Recording(samples, 2, 100, 0, 0, TraceEnd.Loop, "adc"), false, 0)],
            Edges = [new TracedEdge(4, 1_000_000, true), new TracedEdge(4, 2_000_000, false), new TracedEdge(4, 4_000_000, true), new TracedEdge(4, 5_000_000, false)],
            Settings = new Dictionary<string, string>
            {
                ["sensor"] = "adc", ["adcChannels"] = "3", ["sampleRate"] = "100", ["scaleA"] = "0.001", ["triggerPin"] = "4", ["triggerFalling"] = "false", ["telemetrySeconds"] = "0",
            },
        };
        using DeviceRun run = new(Options(broker.Port, trace, DenseModel(3, 50, 1, 4)) with { Seconds = 8, Speed = new ClockSpeed(4) });
        DeviceReport report = run.Run();
        Assert.Empty(report.Faults);
        Assert.Equal("time", report.Ended);
        Assert.Equal(2, report.Inferences);
    }

    [Fact]
    public void DeepSleep_StartsAnew_AndTheTraceGoesOn()
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using Subscriber desk = new(broker.Port);
        DeviceOptions options = Options(broker.Port, ImageTrace(1000), FashionModel) with
        {
            Seconds = 30,
            Settings = new Dictionary<string, string> { ["deepSleepSeconds"] = "5" },
        };
        using DeviceRun run = new(options);
        DeviceReport report = run.Run();
        Assert.Empty(report.Faults);
        Assert.InRange(report.Starts, 4, 7);
        Assert.InRange(report.Inferences, report.Starts - 1, report.Starts);
        Assert.True(desk.Results("device").Select(r => r.Frame).Distinct().Count() >= 3);
    }

    [Fact]
    public void HundredDevices_AtOneBroker()
    {
        const int Devices = 100;
        const int Each = 20;
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using Subscriber desk = new(broker.Port);
        using DeviceFleet fleet = new(DeviceFleet.Of(Options(broker.Port, ImageTrace(Each, 2), FashionModel) with { Speed = new ClockSpeed(2), ArenaBytes = 16 * 1024, SlotBytes = 64 * 1024 }, Devices));
        IReadOnlyList<DeviceReport> reports = fleet.Run();
        double wall = reports.Max(r => r.WallSeconds);
        _output.WriteLine($"{Devices} devices, {reports.Sum(r => r.Inferences)} inferences, {reports.Sum(r => r.MessagesPublished)} messages in {wall:N1} s, {reports.Sum(r => r.MessagesLost)} lost");
        Assert.All(reports, r => Assert.Empty(r.Faults));
        Assert.All(reports, r => Assert.Equal(Each, r.Inferences));
        Assert.All(reports, r => Assert.Equal(1, r.Connections));
        Assert.True(Subscriber.Wait(() => desk.Messages.Count(m => m.Topic.EndsWith("/result", StringComparison.Ordinal)) >= Devices * Each));
        Assert.Equal(Devices, desk.Messages.Where(m => m.Topic.EndsWith("/result", StringComparison.Ordinal)).Select(m => m.Topic).Distinct().Count());
    }

    [Fact]
    public void BrokerDownAtStart_AndGoneInBetween_IsFoundAgain()
    {
        EmbeddedBroker broker = EmbeddedBroker.Start();
        int port = broker.Port;
        broker.Dispose();
        DeviceOptions options = Options(port, ImageTrace(1000, 10, TraceEnd.Loop), FashionModel) with { Speed = ClockSpeed.Real };
        using DeviceRun run = new(options);
        DeviceReport report = null!;
        Thread thread = new(() => report = run.Run());
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => run.Board?.Mqtt.Refusals > 0, TimeSpan.FromSeconds(60)), "nobody tried to connect");
        using (EmbeddedBroker first = EmbeddedBroker.Start(port))
        {
            using Subscriber desk = new(port);
            Assert.True(Subscriber.Wait(() => desk.Results("device").Count > 10, 60), "no results after the broker came");
        }

        using (EmbeddedBroker second = EmbeddedBroker.Start(port))
        {
            using Subscriber desk = new(port);
            Assert.True(Subscriber.Wait(() => desk.Results("device").Count > 10, 90), "no results after the broker came back");

            // Only the oldest of those that waited are missing: what comes is in order and without gaps.
            uint[] numbers = [.. desk.Results("device").Select(r => r.Inference)];
            Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => numbers[0] + (uint)i), numbers);
            run.End("test");
            Assert.True(thread.Join(TimeSpan.FromSeconds(60)));
        }

        Assert.Empty(report.Faults);
        Assert.True(report.Connections >= 2);
    }

    [Fact]
    public void UnknownSetting_IsRefusedByName()
    {
        DeviceOptions options = Options(1, ImageTrace(1), FashionModel) with { Settings = new Dictionary<string, string> { ["colour"] = "red" } };
        using DeviceRun run = new(options);
        Assert.Contains("colour", Assert.Throws<SimulatorException>(() => run.Run()).Message, StringComparison.Ordinal);
    }

    private static string Text(Subscriber desk, string topic)
    {
        Subscriber.Wait(() => desk.Messages.Any(m => m.Topic == topic && m.Payload.Length == "offline".Length));
        return System.Text.Encoding.UTF8.GetString(desk.Messages.Last(m => m.Topic == topic).Payload);
    }

    private DeviceOptions Options(int port, TraceFile trace, byte[] model) => new()
    {
        StateFolder = Path.Combine(Folder, "state"),
        Model = model,
        Trace = trace,
        BrokerPort = port,
        Speed = ClockSpeed.Max,
    };
}
