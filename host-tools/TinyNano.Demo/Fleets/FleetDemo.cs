using System.Diagnostics;
using System.Globalization;
using TinyNano.Demo.OverTheAir;
using TinyNano.Fleet.Store;
using TinyNano.Simulator;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Run;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.Demo.Fleets;

/// <summary>
/// A fleet of virtual devices that report the health of their model: the camera of one goes wrong and the drift alarm names it; a bad model
/// is rolled out, stopped at a tenth of the devices by the gate on accuracy, and taken back, with nobody looking on.
/// </summary>
public sealed class FleetDemo
{
    // Of the devices: 20 images and one health message a second.
    private const double ImagesPerSecond = 20;
    private const double Speed = 4;
    private const int CleanImages = 200;
    private const int ImagerAddress = 0x3A;
    private const double Noise = 11;
    private const int NoiseSeed = 3;
    private const string Stages = "10%,100%";
    private const string AccuracyLimit = "0.05";
    private static readonly FrameCorruption Fault = new(Blur: 1, Brightness: 24, Width: 28, From: CleanImages);
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly byte[] _model;
    private readonly int _devices;
    private readonly TimeSpan _patience;

    /// <param name="model">What all devices run, version 2; with reference histograms.</param>
    /// <param name="devices">How many, at least 4.</param>
    /// <param name="patience">What each step may take of this computer's time; three minutes by default.</param>
    public FleetDemo(byte[] model, int devices, TimeSpan? patience = null)
    {
        _model = model;
        _devices = Math.Max(4, devices);
        _patience = patience ?? TimeSpan.FromMinutes(3);
    }

    /// <summary>Plays it; <paramref name="say"/> hears what happens, line by line.</summary>
    /// <param name="folder">For flashes and the database; what an earlier run left there is deleted.</param>
    /// <exception cref="TimeoutException">A step took longer than the patience.</exception>
    /// <exception cref="SimulatorException">Devices here cannot verify signatures.</exception>
    public async Task<FleetDemoResult> RunAsync(string folder, Action<string> say, CancellationToken cancel)
    {
        if (!UpdateDemo.IsPossible)
        {
            throw new SimulatorException(UpdateDemo.WhyNot);
        }

        long start = Stopwatch.GetTimestamp();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        byte[] bad = ModelNoise.Degrade(_model, Noise, NoiseSeed, 3);
        double goodAccuracy = new DeskAnswers(_model, 1000, cancel).Accuracy, badAccuracy = new DeskAnswers(bad, 1000, cancel).Accuracy;
        await using FleetDesk desk = new(folder, line => say("  " + line));
        desk.Keep(_model, "fashion_v2");
        await desk.StartAsync(cancel).ConfigureAwait(false);

        DeviceOptions[] options = [.. DeviceFleet.Of(Pattern(desk, folder), _devices)];
        int drifted = _devices / 3;
        byte[] pixels = Recording.ReadFile(DemoAssets.TestImages);
        pixels = [.. pixels, .. pixels];
        options = [.. options.Select((o, i) => o with { Trace = Trace(pixels, i, i == drifted) })];
        string name = options[drifted].Name;
        using DeviceFleet fleet = new(options);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        IReadOnlyList<DeviceReport> reports = [];
        Task devices = Task.Factory.StartNew(() => reports = fleet.Run(over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        FleetWatch watch = new(desk, devices, _patience, cancel);
        try
        {
            string fault = $"a blur of 3 x 3 pixels and {Fault.Brightness} levels of stray light";
            say($"{_devices} devices run fashion_v2 and report their model's health into SQLite; after {CleanImages} images {name}'s camera gets {fault}");
            List<FleetAlarm> alarms = watch.AwaitAlarm(name, CleanImages, Look);
            double alarmAt = Stopwatch.GetElapsedTime(start).TotalSeconds;
            foreach (FleetAlarm alarm in alarms)
            {
                say($"  drift alarm: {alarm.Device}, {alarm.Samples} images {(alarm.Device == name ? "after its camera had gone wrong" : "after its start")}: {alarm.Finding}");
            }

            watch.AwaitPast(_devices, Look);
            string[] targets = [.. options.Select(o => o.Name).Where(n => n != name)];
            say(string.Create(CultureInfo.InvariantCulture, $"rollout of version 3, properly signed and {100 * (goodAccuracy - badAccuracy):0.0} points worse, to the other {targets.Length} at {Stages}, gate accuracy={AccuracyLimit}"));
            long id = desk.Roll(bad, "fashion_v3", _model, "fashion_v2", targets, Stages, new Dictionary<string, string> { ["accuracy"] = AccuracyLimit }, Trial);
            RolloutRow row = watch.AwaitRollout(id, Look, say);
            int back = watch.AwaitVersion(2, _devices, Look);
            (int got, long samples) = watch.Ran(3);
            say($"  {row.State.ToString().ToLowerInvariant()}: {got} devices had version 3, {back} of {_devices} run version 2");
            double end = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await over.CancelAsync().ConfigureAwait(false);
            await devices.ConfigureAwait(false);
            return new FleetDemoResult(
                _devices, name, fault, alarms, goodAccuracy, badAccuracy, targets.Length, got, row.State.ToString(), row.Reason, samples, back, desk.Written, fleet.Inferences, alarmAt, end - alarmAt,
                reports.Max(r => r.DeviceSeconds), Stopwatch.GetElapsedTime(start).TotalSeconds, [.. reports.SelectMany(r => r.Faults.Select(f => $"{r.Name}: {f}"))]);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(devices).ConfigureAwait(false);
        }
    }

    private DeviceOptions Pattern(FleetDesk desk, string folder) => new()
    {
        Name = "camera",
        StateFolder = Path.Combine(folder, "flash"),
        Model = _model,
        Speed = new ClockSpeed(Speed),
        BrokerPort = desk.Port,
        TrustedKeys = [desk.TrustedKey],
        SlotBytes = 128 * 1024,
        Settings = new Dictionary<string, string> { ["healthSeconds"] = "1", ["telemetrySeconds"] = "0" },
    };

    // The same images for all, each beginning elsewhere.
    private TraceFile Trace(byte[] pixels, int device, bool wrong)
    {
        int images = pixels.Length / FashionImages.Bytes / 2;
        return new TraceFile
        {
            Chips =
            [
                new TracedChip(1, ImagerAddress, TraceFile.Imager, new Recording(pixels, FashionImages.Bytes, ImagesPerSecond, device * images / _devices, images, TraceEnd.Loop, DemoAssets.TestImages), 1, 1)
                {
                    Corruption = wrong ? Fault : null,
                },
            ],
            Settings = new Dictionary<string, string>
            {
                ["sensor"] = "imager", ["i2cAddress"] = ImagerAddress.ToString(CultureInfo.InvariantCulture), ["scaleA"] = "0.003921569",
            },
        };
    }
}
