using System.Diagnostics;
using System.Globalization;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Signing;
using TinyNano.Fleet.Store;
using TinyNano.Simulator;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Run;
using TinyNano.VirtualDevice.Traces;
using TinyNano.VirtualDevice.Updates;

namespace TinyNano.Demo.OverTheAir;

/// <summary>
/// Models over the air: a virtual device runs the sample application with fashion_v1 and gets fashion_v2 while it works, over TLS and
/// signed. Then three kinds of what must not get in are tried, while the device goes on answering.
/// </summary>
public sealed class UpdateDemo
{
    public const string Device = "camera";

    /// <summary>What to tell people where it <see cref="IsPossible">is not possible</see>.</summary>
    public const string WhyNot = "devices here cannot verify signatures: the desk library was built without mbedTLS (Debian: libmbedtls-dev; then ./build.sh build)";

    // Of the device: one loop of the images takes a few seconds of the computer.
    private const double ImagesPerSecond = 20;
    private const double Speed = 10;
    private const int ImagerAddress = 0x3A;
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(10);

    private readonly byte[] _v1;
    private readonly byte[] _v2;
    private readonly int _images;
    private readonly TimeSpan _patience;
    private double _sharePrinted;
    private uint _sessionPrinted;

    /// <param name="v1">The model that the device has from its factory.</param>
    /// <param name="v2">The one that it gets.</param>
    /// <param name="images">How many of the test images it sees, again and again.</param>
    /// <param name="patience">What each step may take of this computer's time; a minute and a half by default.</param>
    public UpdateDemo(byte[] v1, byte[] v2, int images, TimeSpan? patience = null)
    {
        _v1 = v1;
        _v2 = v2;
        _images = images;
        _patience = patience ?? TimeSpan.FromSeconds(90);
    }

    /// <summary>Whether virtual devices can verify signatures; without, they take no update.</summary>
    public static bool IsPossible
    {
        get
        {
            using RunKey key = new();
            byte[] manifest = ManifestBuilder.Sign(ManifestBuilder.Revert(null, "", new ManifestOptions { Rollout = 1, Counter = 1, Issued = DateTimeOffset.UtcNow }), key);
            using UpdateDevice device = new(new UpdateDeviceOptions { SlotBytes = 4096 });
            return device.Updates.Offer(manifest, 0, manifest.Length) != (int)Status.Crypto;
        }
    }

    /// <summary>Plays it; <paramref name="say"/> hears what happens, line by line.</summary>
    /// <param name="folder">For flash, database and certificate; what an earlier run left there is deleted.</param>
    /// <exception cref="TimeoutException">A step took longer than the patience.</exception>
    /// <exception cref="SimulatorException">The device did not take version 2.</exception>
    public async Task<UpdateDemoResult> RunAsync(string folder, Action<string> say, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        DeskAnswers old = new(_v1, _images, cancel), now = new(_v2, _images, cancel);
        await using UpdateDesk desk = new(folder);
        await desk.StartAsync(cancel).ConfigureAwait(false);
        desk.Keep(_v1, "fashion_v1");
        await using BrokerConnection bus = desk.Connect();
        await bus.WaitAsync(_patience, cancel).ConfigureAwait(false);
        DeskEar ear = new(Device, _images);
        ear.Said += s => Show(s, say);
        await ear.StartAsync(bus).ConfigureAwait(false);
        say($"broker localhost:{desk.Port} speaks TLS with a certificate made for this run; signing key {desk.Key.Key.IdText}, made for this run");

        using DeviceRun run = new(Options(desk, folder));
        DeviceReport? report = null;
        Task device = Task.Factory.StartNew(() => report = run.Run(cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        List<UpdatePush> pushes = [];
        double before, after;
        try
        {
            Story story = new(desk, ear, run, device, _patience, cancel);
            say($"device '{Device}' trusts that key and runs fashion_v1 on {_images} images, {ImagesPerSecond:0} a second, its time {Speed:0} times as fast");
            before = DeskAnswers.Right([.. story.Listen(1, _images).Classes.Values]);
            say(Accuracy("v1", before));

            UpdatePush update = story.Push("version 2, signed with the device's key", _v2, "fashion_v2", Trial, desk.Key, say);
            if (update.End != "confirmed")
            {
                throw new SimulatorException($"the device did not take version 2: {update.End}, {update.Status} ({(Status)update.Status})");
            }

            (IReadOnlyDictionary<int, int> classes, int strangers) = story.Listen(2, _images);
            after = DeskAnswers.Right([.. classes.Values]);
            say(Accuracy("v2", after));
            pushes.Add(update with { StillAnswers = classes.Count, Wrong = classes.Count(c => c.Value != now.Classes[c.Key]), Strangers = strangers });

            foreach (UpdatePush push in Attacks(story, bus, say))
            {
                (classes, strangers) = story.Listen(2, Math.Min(100, _images));
                int wrong = classes.Count(c => c.Value != now.Classes[c.Key]);
                say($"    the device answers with v2: {classes.Count} images, {classes.Count - wrong} as at the desk");
                pushes.Add(push with { StillAnswers = classes.Count, Wrong = wrong, Strangers = strangers });
            }
        }
        finally
        {
            run.End("demo over");
            await device.ConfigureAwait(false);
        }

        return new UpdateDemoResult(
            desk.Key.Key.IdText, _images, before, after, old.Accuracy, now.Accuracy, pushes, report!.DeviceSeconds, Stopwatch.GetElapsedTime(start).TotalSeconds, report.Starts, report.Faults);
    }

    private IEnumerable<UpdatePush> Attacks(Story story, IFleetBus bus, Action<string> say)
    {
        UpdateDesk desk = story.Desk;
        byte[] v3 = BlobTampering.Renumber(_v2, 3);
        yield return story.PushRotten("version 3, signed, from a server whose copy of it has rotted", v3, "fashion_v3", bus, say);

        byte[] v4 = BlobTampering.Renumber(_v2, 4);
        using RunKey thief = new();
        yield return story.Push("version 4, signed with a key that the device does not know", v4, "fashion_v4", Trial, thief, say);

        using RunKey forger = new(desk.Key.Key);
        yield return story.Push("version 4, with the name of the device's key and a forged signature", v4, "fashion_v4", Trial, forger, say);

        byte[] v5 = BlobTampering.SpoilGolden(BlobTampering.Renumber(_v2, 5));
        yield return story.Push("version 5, properly signed, but its golden vectors do not come out", v5, "fashion_v5", Trial, desk.Key, say);
    }

    private static string Accuracy(string version, double share) => string.Create(CultureInfo.InvariantCulture, $"    {version}: {100 * share:0.0} % of the results that arrived over MQTT are right");

    // All states, and of the parts every fifth of them.
    private void Show(UpdateSaid said, Action<string> say)
    {
        if (said.State != "receiving")
        {
            _sessionPrinted = 0;
            string why = said.Status == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({said.Status}, {(Status)said.Status})");
            say($"    {said.State}{why}{(said.State == "stored" ? ": all parts verified; next its golden vectors must come out (proof)" : said.State == "trial" ? ": proved, and on trial" : "")}");
            return;
        }

        double share = said.Parts == 0 ? 0 : (double)said.PartsStored / said.Parts;
        if (said.Session != _sessionPrinted || share < _sharePrinted || share - _sharePrinted >= 0.2)
        {
            (_sessionPrinted, _sharePrinted) = (said.Session, share);
            say(string.Create(CultureInfo.InvariantCulture, $"    receiving {100 * share,3:0} %  {said.PartsStored} of {said.Parts} parts, {said.BytesReceived:N0} B"));
        }
        else if (share == 0)
        {
            say("    receiving anew: the index that came is not the signed one, nothing of it is kept");
        }
    }

    private DeviceOptions Options(UpdateDesk desk, string folder) => new()
    {
        Name = Device,
        StateFolder = Path.Combine(folder, "flash"),
        Model = _v1,
        Speed = new ClockSpeed(Speed),
        BrokerHost = "localhost",
        BrokerPort = desk.Port,
        UseTls = true,
        CaFile = desk.AuthorityFile,
        TrustedKeys = [desk.TrustedKey],
        Trace = new TraceFile
        {
            Chips = [new TracedChip(1, ImagerAddress, TraceFile.Imager, new Recording(Recording.ReadFile(DemoAssets.TestImages), FashionImages.Bytes, ImagesPerSecond, 0, _images, TraceEnd.Loop, DemoAssets.TestImages), 1, 1)],
            Settings = new Dictionary<string, string>
            {
                ["sensor"] = "imager", ["i2cAddress"] = ImagerAddress.ToString(CultureInfo.InvariantCulture), ["scaleA"] = "0.003921569",
            },
        },
    };

    /// <summary>The steps that all pushes have in common.</summary>
    private sealed class Story(UpdateDesk desk, DeskEar ear, DeviceRun run, Task device, TimeSpan patience, CancellationToken cancel)
    {
        public UpdateDesk Desk => desk;

        public (IReadOnlyDictionary<int, int> Classes, int Strangers) Listen(uint version, int images) => Watch(() => ear.Listen(version, images, patience, cancel));

        public UpdatePush Push(string what, byte[] blob, string name, TimeSpan trial, ISigner signer, Action<string> say)
        {
            byte[] manifest = desk.Sign(blob, name, trial, signer);
            return Push(what, blob, manifest, say, () => desk.PublishAsync(Device, manifest, blob, name));
        }

        public UpdatePush PushRotten(string what, byte[] blob, string name, IFleetBus bus, Action<string> say)
        {
            byte[] manifest = desk.Sign(blob, name, Trial, desk.Key);
            RottenServer rotten = new(bus, Device, Manifests.SessionOf(manifest), BlobTampering.Rot(blob, UpdateDesk.ChunkBytes), UpdateDesk.ChunkBytes);
            try
            {
                return Push(what, blob, manifest, say, async () =>
                {
                    await rotten.StartAsync().ConfigureAwait(false);
                    await desk.PublishAsync(Device, manifest, null, name).ConfigureAwait(false);
                });
            }
            finally
            {
                rotten.Stop();
            }
        }

        private UpdatePush Push(string what, byte[] blob, byte[] manifest, Action<string> say, Func<Task> publish)
        {
            say($"push: {what}");
            double at = run.DeviceSeconds;
            publish().GetAwaiter().GetResult();
            IReadOnlyList<UpdateSaid> said = Watch(() => ear.AwaitEnd(Manifests.SessionOf(manifest), patience, cancel));
            return new UpdatePush(what, Manifests.Decode(manifest).ModelVersion, blob.Length, said, run.DeviceSeconds - at, 0, 0, 0);
        }

        // A device that ends early says why, instead of nothing for as long as the patience lasts.
        private T Watch<T>(Func<T> wait)
        {
            Task<T> waiting = Task.Run(wait, CancellationToken.None);
            Task.WaitAny([waiting, device], CancellationToken.None);
            if (!waiting.IsCompleted)
            {
                device.GetAwaiter().GetResult();
                cancel.ThrowIfCancellationRequested();
                throw new InvalidOperationException("the device ended before the demo did");
            }

            return waiting.GetAwaiter().GetResult();
        }
    }
}
