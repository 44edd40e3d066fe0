using System.Globalization;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.NanoPlatform;
using TinyNano.Ota;
using TinyNano.TestKit;
using TinyNano.VirtualDevice.Updates;
using Xunit.Abstractions;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>Light devices: updates by their functions, by their updater over a bus, through power cuts, and many of them.</summary>
public sealed class UpdateDeviceTests : InTemporaryFolder
{
    private const long Step = 50_000;
    private static readonly byte[] Old = DenseModel(1, 20, 6, 10);
    private static readonly byte[] New = DenseModel(2, 20, 6, 10);
    private readonly ITestOutputHelper _output;

    public UpdateDeviceTests(ITestOutputHelper output) => _output = output;

    [UpdateFact]
    public void Functions_BringAModelAllTheWay()
    {
        SignedUpdate update = new(New, 1000);
        using UpdateDevice device = Make();
        device.Install(Old);
        Assert.Equal(Old, device.ReadActive());
        Assert.Equal(0, device.Updates.Boot());
        Assert.Equal(0, device.Updates.Offer(update.Manifest, 0, update.Manifest.Length));
        Assert.Equal(0, device.Updates.Begin());
        Store(device, update);
        Assert.Equal(InferenceStatus.Empty, device.Updates.Missing(0));
        Assert.Equal(0, device.Updates.Finish());
        Assert.Equal(0, device.ActiveSlot);
        Assert.Equal(0, device.Updates.Activate());
        Assert.Equal(1, device.ActiveSlot);
        device.Restart();
        Assert.Equal(0, device.Updates.Boot());
        Assert.Equal((UpdateState.Trial, 1), (Field(device, 0), Field(device, 13)));
        Assert.Equal(0, device.Updates.Confirm());
        device.Restart();
        Assert.Equal(UpdateState.Confirmed, Field(device, 0));
        Assert.Equal(New, device.ReadActive());
        Assert.True(device.ProveActive());
    }

    [UpdateFact]
    public void FlashInAFile_OutlivesTheProcess()
    {
        SignedUpdate update = new(New, 1000);
        UpdateDeviceOptions options = Options with { StateFolder = Folder };
        using (UpdateDevice device = new(options))
        {
            device.Install(Old);
            Assert.Equal(0, device.Updates.Offer(update.Manifest, 0, update.Manifest.Length));
            Assert.Equal(0, device.Updates.Begin());
            Assert.Equal(0, device.Updates.Store(0, update.Parts[0], 0, update.Parts[0].Length));
        }

        using UpdateDevice again = new(options);
        Assert.Equal(UpdateState.Receiving, Field(again, 0));
        Assert.Equal(1, again.Updates.Missing(0));
        Assert.Throws<InvalidOperationException>(() => again.Flash.CutPowerAfter(1));
    }

    [UpdateFact]
    public void WrongTrust_IsRefused()
    {
        SignedUpdate update = new(New, 1000);
        int Offer(UpdateDeviceOptions options)
        {
            using UpdateDevice device = new(options);
            return device.Updates.Offer(update.Manifest, 0, update.Manifest.Length);
        }

        Assert.Equal(0, Offer(Options));
        Assert.Equal(InferenceStatus.Key, Offer(Options with { TrustedKeys = [] }));
        Assert.Equal(InferenceStatus.Revoked, Offer(Options with { TrustedKeys = [SignedUpdate.Key with { IsRevoked = true }] }));
        Assert.Equal(InferenceStatus.Hardware, Offer(Options with { Hardware = "other" }));
        update.Manifest[9]++;
        Assert.Equal(InferenceStatus.Signature, Offer(Options));
    }

    [UpdateFact]
    public void PowerCutAnywhere_LeavesOneOfTheTwo_AndTheUpdateGoesOn()
    {
        SignedUpdate update = new(New, 1000);
        int cuts = 0;
        bool whole = false;
        for (int after = 1; !whole; after += after < 40 ? 1 : 3)
        {
            using UpdateDevice device = Make();
            device.Install(Old);
            device.Flash.CutPowerAfter(after);
            whole = TryAll(device, update);
            if (!whole)
            {
                cuts++;
                device.Restart();
                byte[] active = device.ReadActive();
                Assert.True(active.SequenceEqual(Old) || active.SequenceEqual(New), $"cut after {after}");
                Assert.True(device.ProveActive());
                device.Updates.Boot();
                Assert.True(TryAll(device, update), $"cut after {after}: state {Field(device, 0)}, status {Field(device, 1)}");
            }

            Assert.Equal(New, device.ReadActive());
            Assert.True(device.ProveActive());
        }

        Assert.True(cuts > 20, $"{cuts} cuts");
        _output.WriteLine($"{cuts} cuts");
    }

    [UpdateFact]
    public void Updater_BringsAModelOverABus()
    {
        TestServer server = new(new SignedUpdate(New, 1000, healthSeconds: 2));
        using UpdateDevice device = Make();
        device.Install(Old);
        TestServer.Bus bus = Attach(device, server);
        Until(device, bus, UpdateState.Confirmed);
        Assert.Equal(New, device.ReadActive());
        Assert.Contains((UpdateState.Receiving, 0), bus.Said);
        Assert.Contains((UpdateState.Trial, 0), bus.Said);
        Assert.Equal((UpdateState.Confirmed, 0), bus.Said[^1]);
    }

    [UpdateFact]
    public void Updater_GoesOnAfterRestarts_AndGivesUpATrialWithTooMany()
    {
        TestServer server = new(new SignedUpdate(New, 1000, healthSeconds: 3600));
        using UpdateDevice device = Make();
        device.Install(Old);
        TestServer.Bus bus = Attach(device, server);
        for (int i = 0; i < 3; i++)
        {
            device.Tick(i * Step);
            bus.Deliver();
        }

        device.Restart();
        Assert.Throws<InvalidOperationException>(() => device.Tick(0));
        long now = Until(device, Attach(device, server), UpdateState.Trial);
        for (int i = 0; i < 4 && Field(device, 0) == UpdateState.Trial; i++)
        {
            Assert.Equal(New, device.ReadActive());
            device.Restart();
            Attach(device, server);
            device.Tick(now += Step);
        }

        Assert.Equal((UpdateState.Reverted, InferenceStatus.Restarts), (Field(device, 0), Field(device, 1)));
        Assert.Equal(Old, device.ReadActive());
    }

    /// <summary>TINYNANO_DEVICES says how many; a run of 2,000 is for a machine at leisure.</summary>
    [UpdateFact]
    public void ManyDevices_FitIntoOneProcess_WithoutThreads()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("TINYNANO_DEVICES"), CultureInfo.InvariantCulture, out int asked) ? asked : 100;
        Seeded random = new(5);
        TestServer server = new(new SignedUpdate(New, 1000)) { Loses = () => random.Next(0, 19) == 0 };
        long before = Environment.WorkingSet;
        int threads = System.Diagnostics.Process.GetCurrentProcess().Threads.Count;
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        List<(UpdateDevice Device, TestServer.Bus Bus)> all = [];
        try
        {
            for (int i = 0; i < count; i++)
            {
                UpdateDevice device = new(Options with { Name = $"device-{i}" });
                device.Install(Old);
                all.Add((device, Attach(device, server, i + 1)));
            }

            long now = 0;
            for (int round = 0; all.Any(d => d.Device.Updater!.State != UpdateState.Confirmed); round++)
            {
                Assert.True(round < 5000, "not all are confirmed");
                now += Step;
                foreach ((UpdateDevice device, TestServer.Bus bus) in all)
                {
                    bus.Deliver();
                    device.Tick(now);
                }
            }

            Assert.All(all, d => Assert.Equal(New, d.Device.ReadActive()));
            _output.WriteLine($"{count} devices: {watch.Elapsed.TotalSeconds:F1} s, {(Environment.WorkingSet - before) / count / 1024.0:F0} KB each, "
                + $"{System.Diagnostics.Process.GetCurrentProcess().Threads.Count - threads} threads more, {server.Parts} parts");
        }
        finally
        {
            all.ForEach(d => d.Device.Dispose());
        }
    }

    private static UpdateDeviceOptions Options => new()
    {
        SlotBytes = 8192,
        SectorBytes = 1024,
        ArenaBytes = 4096,
        Hardware = "bench",
        TrustedKeys = [SignedUpdate.Key],
    };

    private static UpdateDevice Make() => new(Options);

    private static TestServer.Bus Attach(UpdateDevice device, TestServer server, int seed = 1)
    {
        Topics topics = new(Topics.DefaultRoot, device.Name);
        TestServer.Bus bus = new(server, topics);
        device.Attach(bus, topics, new UpdateOptions { Seed = seed });
        return bus;
    }

    private static long Until(UpdateDevice device, TestServer.Bus bus, int state)
    {
        long now = 0;
        for (; device.Updater!.State != state; now += Step)
        {
            Assert.True(now < 600_000_000, $"state {device.Updater.State}, status {device.Updater.Status}");
            bus.Deliver();
            device.Tick(now);
        }

        return now;
    }

    private static int Field(UpdateDevice device, int index)
    {
        int[] fields = new int[UpdateSession.Fields];
        Assert.Equal(fields.Length, device.Updates.Status(fields));
        return fields[index];
    }

    private static bool Store(UpdateDevice device, SignedUpdate update)
    {
        int part;
        while ((part = device.Updates.Missing(0)) >= 0)
        {
            if (device.Updates.Store(part, update.Parts[part], 0, update.Parts[part].Length) < 0)
            {
                return false;
            }
        }

        return part == InferenceStatus.Empty;
    }

    // From wherever the device is to the confirmed model; false where the flash fails.
    private static bool TryAll(UpdateDevice device, SignedUpdate update)
    {
        NativeUpdates updates = device.Updates;
        for (int round = 0; round < 20; round++)
        {
            int result;
            switch (Field(device, 0))
            {
                case UpdateState.Confirmed:
                    return true;
                case UpdateState.Receiving:
                    result = Store(device, update) ? updates.Finish() : InferenceStatus.Flash;
                    break;
                case UpdateState.Stored:
                    result = updates.Activate();
                    break;
                case UpdateState.Trial:
                    result = updates.Confirm();
                    break;
                default:
                    result = updates.Offer(update.Manifest, 0, update.Manifest.Length);
                    result = result < 0 ? result : updates.Begin();
                    break;
            }

            if (result < 0 && result != InferenceStatus.Empty)
            {
                return false;
            }
        }

        return false;
    }
}
