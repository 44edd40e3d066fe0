using System.Diagnostics;
using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Signing;
using TinyNano.NanoPlatform;
using TinyNano.Ota;
using TinyNano.VirtualDevice.Updates;

namespace TinyNano.Fleet.Load;

/// <summary>
/// Light devices with all that decides in a real one: the updater of TinyNano.Ota, the C store with its signatures, flash in memory, and a
/// model that is proved and tried. As many threads as there are processors tick them.
/// </summary>
internal sealed class LightFleet : IDisposable
{
    private const string Hardware = "load";
    private static readonly TimeSpan IdleTick = TimeSpan.FromMilliseconds(100);
    private readonly List<(UpdateDevice Device, ClientBus Bus)> _all = [];
    private readonly List<Thread> _threads = [];
    private volatile bool _ended;

    private LightFleet()
    {
    }

    /// <summary>Devices that run this blob now, confirmed and proved.</summary>
    public int Confirmed(byte[] blob) => _all.Count(d => d.Device.Updater!.State == UpdateState.Confirmed && d.Device.ReadActive().AsSpan().SequenceEqual(blob) && d.Device.ProveActive());

    /// <summary>A manifest for the blob, signed with a key made for it.</summary>
    public static byte[] Sign(byte[] blob, out byte[] point)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Signer signer = new(key);
        point = signer.Key.Point.ToArray();
        return ManifestBuilder.Sign(
            ManifestBuilder.Install(blob, "load.tnb", new ManifestOptions { Rollout = 1, Counter = 1, Hardware = Hardware, Issued = DateTimeOffset.UtcNow, Health = TimeSpan.Zero }), signer);
    }

    /// <param name="loses">Whether the next part message is lost; null where none is.</param>
    public static async Task<LightFleet> ConnectAsync(int port, int count, string? group, byte[] factory, byte[] point, int slotBytes, Func<bool>? loses)
    {
        LightFleet fleet = new();
        for (int i = 0; i < count; i++)
        {
            string name = $"d{i:00000}";
            UpdateDevice device = new(new UpdateDeviceOptions { Name = name, SlotBytes = slotBytes, Hardware = Hardware, TrustedKeys = [new TrustedKey(point)] });
            device.Install(factory);
            ClientBus bus = new(name, port);
            device.Attach(loses is null ? bus : new LossyBus(bus, loses), new Topics("load", name, group), new UpdateOptions { Seed = i + 1 });
            fleet._all.Add((device, bus));
        }

        foreach ((UpdateDevice, ClientBus Bus)[] some in fleet._all.Chunk(50))
        {
            await Task.WhenAll(some.Select(d => d.Bus.ConnectAsync())).ConfigureAwait(false);
        }

        int threads = Environment.ProcessorCount;
        for (int t = 0; t < threads; t++)
        {
            int first = t;
            Thread thread = new(() => fleet.Run(first, threads)) { IsBackground = true, Name = $"devices {t}" };
            fleet._threads.Add(thread);
            thread.Start();
        }

        return fleet;
    }

    public void Dispose()
    {
        _ended = true;
        _threads.ForEach(t => t.Join());
        _all.ForEach(d =>
        {
            d.Bus.Dispose();
            d.Device.Dispose();
        });
    }

    // Those that have heard something or are at work in every round, the others now and then for their time-outs.
    private void Run(int first, int step)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan idle = TimeSpan.Zero;
        while (!_ended)
        {
            TimeSpan now = Stopwatch.GetElapsedTime(start);
            bool all = now >= idle;
            idle = all ? now + IdleTick : idle;
            for (int i = first; i < _all.Count; i += step)
            {
                (UpdateDevice device, ClientBus bus) = _all[i];
                if (bus.TakeHeard() || all || device.Updater!.State is UpdateState.Stored or UpdateState.Shadow or UpdateState.Trial)
                {
                    device.Tick((long)Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                }
            }

            Thread.Sleep(2);
        }
    }

    private sealed class Signer(ECDsa key) : ISigner
    {
        public PublicKey Key { get; } = PublicKey.Of(key, "load");

        public byte[] Sign(byte[] digest) => key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

        public void Dispose()
        {
            // The key is its maker's.
        }
    }
}
