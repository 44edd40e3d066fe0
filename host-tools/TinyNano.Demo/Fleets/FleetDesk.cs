using TinyNano.Demo.OverTheAir;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Signing;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;
using TinyNano.NanoPlatform;
using TinyNano.VirtualDevice.Broker;

namespace TinyNano.Demo.Fleets;

/// <summary>What `tinynano serve` and `tinynano fleet ingest` are in one: broker, database, ingester, update server and the rollouts' driver.</summary>
public sealed class FleetDesk : IAsyncDisposable
{
    private const uint RolloutNumber = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private readonly BrokerConnection _bus;
    private readonly Ingester _ingester;
    private readonly UpdateServer _server;
    private readonly RolloutDriver _driver;
    private readonly RunKey _key = new();

    /// <param name="folder">Gets the database.</param>
    public FleetDesk(string folder, Action<string> say)
    {
        Directory.CreateDirectory(folder);
        Database = FleetDatabase.Open("sqlite:" + Path.Combine(folder, "fleet.db"));
        BrokerOptions broker = new() { Port = _broker.Port };
        _bus = BrokerConnection.Start(broker);
        _ingester = Ingester.Start(Database, new IngestOptions { Broker = broker with { ClientId = "demo-ingester" } });
        _server = new UpdateServer(Database, _bus, new UpdateServerOptions { Tick = TimeSpan.FromMilliseconds(500) });
        _driver = new RolloutDriver(Database, _server, HealthGates.All(Database));
        _driver.Said += say;
    }

    public int Port => _broker.Port;

    public FleetDatabase Database { get; }

    public TrustedKey TrustedKey => new(_key.Key.Point.ToArray());

    /// <summary>Messages in the database.</summary>
    public long Written => _ingester.Written;

    public async Task StartAsync(CancellationToken cancel)
    {
        await _bus.WaitAsync(Patience, cancel).ConfigureAwait(false);
        await _server.StartAsync().ConfigureAwait(false);
        _driver.Start();
    }

    public void Keep(byte[] blob, string name) => Database.Write(s => Blobs.Add(s, blob, name, Database.Time.GetUtcNow()));

    /// <summary>The drift alarm's word on every device that has been heard of.</summary>
    public List<DriftReportRow> Drift() => DriftReport.Of(Database);

    /// <summary>Puts a rollout of a blob into the database, with a manifest that takes devices back to another one; the driver does the rest.</summary>
    /// <returns>The rollout's number.</returns>
    public long Roll(byte[] blob, string name, byte[] back, string backName, IReadOnlyList<string> devices, string stages, IReadOnlyDictionary<string, string> gates, TimeSpan trial)
    {
        DateTimeOffset now = Database.Time.GetUtcNow();
        ManifestOptions options = new() { Rollout = RolloutNumber, Counter = 1, Hardware = BoardSettings.DefaultHardware, Issued = now, ChunkBytes = 1024, Health = trial };
        byte[] manifest = ManifestBuilder.Sign(ManifestBuilder.Install(blob, name, options), _key);
        byte[] revert = ManifestBuilder.Sign(ManifestBuilder.Revert(System.Security.Cryptography.SHA256.HashData(back), backName, options), _key);
        RolloutPlan plan = new()
        {
            Targets = new RolloutTargets { Devices = devices },
            Stages = RolloutPlan.ParseStages(stages, new RolloutStage { Share = 1, Soak = TimeSpan.FromSeconds(1) }),
            Gates = gates,
            OnFailure = RolloutFailure.Revert,
        };
        return Database.Write(s =>
        {
            Blobs.Add(s, blob, name, now);
            uint session = Manifests.Add(s, manifest, now), backSession = Manifests.Add(s, revert, now);
            return RolloutTable.Add(s, new RolloutRow { Name = name, Session = session, RevertSession = backSession, Plan = plan, State = RolloutState.Running, Created = now, CreatedBy = "demo" });
        });
    }

    public RolloutRow Rollout(long id) => Database.Read(s => RolloutTable.Find(s, id))!;

    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        await _ingester.DisposeAsync().ConfigureAwait(false);
        await _bus.DisposeAsync().ConfigureAwait(false);
        Database.Dispose();
        _broker.Dispose();
        _key.Dispose();
    }
}
