using System.Collections.Concurrent;
using System.Globalization;
using MQTTnet;
using TinyNano.Contracts;
using TinyNano.NanoPlatform;
using TinyNano.Simulator.Evaluation;
using TinyNano.VirtualDevice.Broker;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Run;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.Demo;

/// <summary>An inference that arrived at the desk over MQTT.</summary>
/// <param name="PinIsHigh">Whether the device switched its output pin on, as the message says.</param>
public sealed record DemoInference(uint Number, string Label, string Expected, float Score, bool PinIsHigh, uint DeviceMicroseconds);

/// <summary>What the virtual device did.</summary>
/// <param name="Accuracy">Share of the replayed images that were classified right.</param>
/// <param name="PinChanges">Of the output pin, which is on for <see cref="PinLabel"/>.</param>
/// <param name="Lost">Messages lost on the way.</param>
public sealed record DemoDeviceResult(
    string Model, int Images, double Accuracy, string PinLabel, long PinChanges, long Messages, long Lost, double DeviceSeconds, double WallSeconds,
    long AllocatedBytes, IReadOnlyList<DemoInference> Inferences);

/// <summary>
/// The last part of the tour: an embedded broker, a virtual device that runs the sample application on a model and a replayed stream of
/// test images, and a subscriber at the desk that hears what it finds.
/// </summary>
public sealed class DemoDevice
{
    private const string Name = "demo";
    private const int ImagerAddress = 0x3A;
    private const int ImagesPerSecond = 10;
    private const int OutputPin = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] _blob;
    private readonly string _model;
    private readonly int _images;

    /// <param name="images">How many of the test images are replayed.</param>
    public DemoDevice(string model, byte[] blob, int images)
    {
        _model = model;
        _blob = blob;
        _images = images;
    }

    /// <summary>Runs the device to the end of its images; <paramref name="heard"/> hears of each inference when it arrives.</summary>
    public DemoDeviceResult Run(string stateFolder, Action<DemoInference> heard, Action<PinChange> pinChanged, CancellationToken cancel)
    {
        string[] labels = DemoAssets.Labels;
        int[] expected = LabelFile.Read(DemoAssets.TestLabels);
        int pinClass = Array.IndexOf(labels, "Trouser") is var trouser and >= 0 ? trouser : 1;
        ConcurrentQueue<DemoInference> inferences = new();
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using IMqttClient desk = new MqttClientFactory().CreateMqttClient();
        desk.ApplicationMessageReceivedAsync += e =>
        {
            byte[] payload = System.Buffers.BuffersExtensions.ToArray(e.ApplicationMessage.Payload);
            ResultMessage result = new();
            if (result.Decode(payload, payload.Length) && result.ClassIndex < labels.Length && result.Frame < expected.Length)
            {
                DemoInference inference = new(result.Inference, labels[result.ClassIndex], labels[expected[result.Frame]], result.Score,
                    (result.Flags & ResultMessage.OutputOnFlag) != 0, result.LatencyMicroseconds);
                inferences.Enqueue(inference);
                heard(inference);
            }

            return Task.CompletedTask;
        };
        desk.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build(), cancel).GetAwaiter().GetResult();
        desk.SubscribeAsync($"{Topics.DefaultRoot}/{Name}/{Topics.ResultSuffix}", cancellationToken: cancel).GetAwaiter().GetResult();

        using DeviceRun run = new(new DeviceOptions
        {
            Name = Name,
            StateFolder = stateFolder,
            Model = _blob,
            Trace = Trace(pinClass),
            BrokerPort = broker.Port,
            Speed = ClockSpeed.Max,
        });
        run.PinChanged += pinChanged;
        DeviceReport report = run.Run(cancel);
        cancel.ThrowIfCancellationRequested();
        SpinWait.SpinUntil(() => inferences.Count >= report.Inferences, Patience);
        return new DemoDeviceResult(
            _model, inferences.Count, inferences.Count(i => i.Label == i.Expected) / (double)Math.Max(1, inferences.Count), labels[pinClass],
            report.PinChanges, report.MessagesPublished, report.MessagesLost, report.DeviceSeconds, report.WallSeconds, report.AllocatedBytes, [.. inferences]);
    }

    private TraceFile Trace(int pinClass) => new()
    {
        Chips =
        [
            new TracedChip(1, ImagerAddress, TraceFile.Imager,
                new Recording(Recording.ReadFile(DemoAssets.TestImages), 28 * 28, ImagesPerSecond, 0, _images, TraceEnd.Stop, DemoAssets.TestImages), 1, 1),
        ],
        Settings = new Dictionary<string, string>
        {
            ["sensor"] = "imager",
            ["scaleA"] = "0.003921569",
            ["i2cAddress"] = ImagerAddress.ToString(CultureInfo.InvariantCulture),
            ["outputPin"] = OutputPin.ToString(CultureInfo.InvariantCulture),
            ["outputClass"] = pinClass.ToString(CultureInfo.InvariantCulture),
        },
    };
}
