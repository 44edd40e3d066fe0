using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Signing;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;
using TinyNano.NanoPlatform;
using TinyNano.TestBroker;
using TinyNano.VirtualDevice.Updates;

namespace TinyNano.Updates.Tests;

/// <summary>Mosquitto, an update server, a publisher with keys, devices, and somebody who notes what devices say.</summary>
internal sealed class UpdateSite : IAsyncDisposable
{
    public const string Hardware = "site";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-site-").FullName;
    private readonly ConcurrentQueue<BusMessage> _messages = new();
    private readonly List<SiteDevice> _devices = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Mosquitto _mosquitto;
    private readonly BrokerConnection _connection;
    private readonly BrokerConnection _listener;

    private UpdateSite()
    {
        _mosquitto = new Mosquitto(Path.Combine(_folder, "broker"));
        Database = FleetDatabase.Open($"sqlite:{Path.Combine(_folder, "fleet.db")}");
        _connection = BrokerConnection.Start(new BrokerOptions { Port = _mosquitto.Port });
        _listener = BrokerConnection.Start(new BrokerOptions { Port = _mosquitto.Port });
        Server = new UpdateServer(Database, _connection, new UpdateServerOptions { GroupGap = TimeSpan.FromMilliseconds(20), GroupWait = TimeSpan.FromSeconds(1) });
    }

    public UpdateServer Server { get; }

    public FleetDatabase Database { get; }

    /// <summary>The key that devices trust, and one that their firmware has revoked.</summary>
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa RevokedKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static async Task<UpdateSite> OpenAsync()
    {
        UpdateSite site = new();
        await site._connection.WaitAsync(TimeSpan.FromSeconds(30));
        await site._listener.WaitAsync(TimeSpan.FromSeconds(30));
        await site.Server.StartAsync();
        site._listener.Received += m => site._messages.Enqueue(m with { Payload = m.Payload.ToArray() });
        await site._listener.SubscribeAsync($"{Topics.DefaultRoot}/+/{Topics.UpdateStateSuffix}", atLeastOnce: true);
        await site._listener.SubscribeAsync($"{Topics.DefaultRoot}/+/{Topics.UpdateRequestSuffix}", atLeastOnce: true);
        return site;
    }

    /// <summary>A device with a model from its factory; not started yet.</summary>
    public SiteDevice Add(string name, byte[] factory, string? group = null, ChaosRates? rates = null, int slotBytes = 96 * 1024, int arenaBytes = 64 * 1024)
    {
        string folder = Path.Combine(_folder, name);
        Directory.CreateDirectory(folder);
        TrustedKey[] keys = [Trusted(Key), Trusted(RevokedKey) with { IsRevoked = true }];
        SiteDevice device = new(name, _mosquitto.Port, folder, new UpdateDeviceOptions { SlotBytes = slotBytes, ArenaBytes = arenaBytes, Hardware = Hardware, TrustedKeys = keys }, group, rates);
        device.Device.Install(factory);
        _devices.Add(device);
        return device;
    }

    public static ManifestOptions Options(int number) =>
        new() { Rollout = (uint)number, Counter = 1, Hardware = Hardware, Issued = DateTimeOffset.UnixEpoch.AddDays(20000).AddSeconds(number), Health = TimeSpan.Zero };

    public byte[] Sign(UpdateManifest manifest, ECDsa? key = null) => ManifestBuilder.Sign(manifest, new KeySigner(key ?? Key));

    /// <summary>Signs an update and makes it known to the server.</summary>
    public async Task<(byte[] Manifest, uint Session)> PrepareAsync(byte[] blob, ManifestOptions options) => await KeepAsync(Sign(ManifestBuilder.Install(blob, "site.tnb", options)), blob);

    public async Task<(byte[] Manifest, uint Session)> KeepAsync(byte[] manifest, byte[]? blob)
    {
        uint session = await Database.WriteAsync(s =>
        {
            if (blob is not null)
            {
                Blobs.Add(s, blob, "site", DateTimeOffset.UtcNow);
            }

            return Manifests.Add(s, manifest, DateTimeOffset.UtcNow);
        });
        Server.Refresh();
        return (manifest, session);
    }

    /// <summary>Makes a blob known that devices run.</summary>
    public Task KnowAsync(byte[] blob) => Database.WriteAsync(s => Blobs.Add(s, blob, "base", DateTimeOffset.UtcNow));

    public async Task<uint> OfferAsync(SiteDevice device, byte[] blob, ManifestOptions options)
    {
        (byte[] manifest, uint session) = await PrepareAsync(blob, options);
        Assert.True(await Server.OfferAsync(device.Name, manifest));
        return session;
    }

    public async Task ConfirmAsync(SiteDevice device, byte[] blob, ManifestOptions options)
    {
        uint session = await OfferAsync(device, blob, options);
        await UntilAsync(device, session, UpdateState.Confirmed);
        Assert.Equal(blob, device.Device.ReadActive());
    }

    /// <summary>What a device has said of a session so far.</summary>
    public IReadOnlyList<UpdateMessage> Said(SiteDevice device, uint session) =>
    [
        .. _messages.Where(m => m.Topic == $"{Topics.DefaultRoot}/{device.Name}/{Topics.UpdateStateSuffix}").Select(m =>
        {
            UpdateMessage message = new();
            Assert.True(message.Decode(m.Payload.ToArray(), m.Payload.Length));
            return message;
        }).Where(m => m.Session == session),
    ];

    /// <summary>How often a device has asked for parts of a session.</summary>
    public int Requests(SiteDevice device, uint session) => _messages.Count(m =>
    {
        PartRequest request = new();
        return m.Topic == $"{Topics.DefaultRoot}/{device.Name}/{Topics.UpdateRequestSuffix}" && request.Decode(m.Payload.ToArray(), m.Payload.Length) && request.Session == session;
    });

    /// <summary>Waits until the device has said this of the session; the message.</summary>
    public async Task<UpdateMessage> UntilAsync(SiteDevice device, uint session, int state)
    {
        UpdateMessage? found = null;
        await TickAsync(() => (found = Said(device, session).LastOrDefault(m => m.State == state)) is not null, () =>
            $"{device.Name} should say state {state} of {session:x8}; it is in state {device.Updater.State}, status {device.Updater.Status}; said {string.Join(", ", Said(device, session).Select(m => $"{m.State}/{m.Status}"))}");
        return found!;
    }

    /// <summary>All devices that have started go on until something holds.</summary>
    public async Task TickAsync(Func<bool> until, Func<string> what)
    {
        for (long begin = Stopwatch.GetTimestamp(); !until();)
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < Patience, what());
            foreach (SiteDevice device in _devices.Where(d => d.Device.Updater is not null))
            {
                device.Device.Tick((long)Stopwatch.GetElapsedTime(_start).TotalMicroseconds);
            }

            await Task.Delay(3);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _devices.ForEach(d => d.Dispose());
        await Server.DisposeAsync();
        await _listener.DisposeAsync();
        await _connection.DisposeAsync();
        Database.Dispose();
        _mosquitto.Dispose();
        Key.Dispose();
        RevokedKey.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static TrustedKey Trusted(ECDsa key) => new(PublicKey.Of(key, "test").Point.ToArray());
}
