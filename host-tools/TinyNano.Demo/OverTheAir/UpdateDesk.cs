using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Signing;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;
using TinyNano.NanoPlatform;
using TinyNano.VirtualDevice.Broker;

namespace TinyNano.Demo.OverTheAir;

/// <summary>The desk's side of updates: a broker that speaks TLS only, a database, an update server and a signing key, all for one run.</summary>
public sealed class UpdateDesk : IAsyncDisposable
{
    public const int ChunkBytes = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RunCertificates _certificates = new();
    private readonly EmbeddedBroker _broker;
    private readonly FleetDatabase _database;
    private readonly BrokerConnection _bus;
    private uint _issued;

    /// <param name="folder">Gets the database and the authority's certificate.</param>
    public UpdateDesk(string folder)
    {
        Directory.CreateDirectory(folder);
        AuthorityFile = _certificates.WriteAuthority(folder);
        _broker = EmbeddedBroker.Start(certificate: _certificates.Server);
        string path = Path.Combine(folder, "updates.db");
        foreach (string old in Directory.GetFiles(folder, "updates.db*"))
        {
            File.Delete(old);
        }

        _database = FleetDatabase.Open("sqlite:" + path);
        _bus = Connect();
        Server = new UpdateServer(_database, _bus);
        _issued = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    }

    public int Port => _broker.Port;

    /// <summary>The authority that devices must trust, in PEM.</summary>
    public string AuthorityFile { get; }

    public RunKey Key { get; } = new();

    /// <summary>The key as devices hold it.</summary>
    public TrustedKey TrustedKey => new(Key.Key.Point.ToArray());

    public UpdateServer Server { get; }

    /// <summary>Another client of the broker, over TLS.</summary>
    public BrokerConnection Connect() => BrokerConnection.Start(new BrokerOptions { Port = _broker.Port, Tls = true, Authority = _certificates.Authority, RetryLimit = TimeSpan.FromSeconds(1) });

    public async Task StartAsync(CancellationToken cancel)
    {
        await _bus.WaitAsync(Patience, cancel).ConfigureAwait(false);
        await Server.StartAsync().ConfigureAwait(false);
    }

    /// <summary>A manifest for the demo's device, each issued a second after the one before.</summary>
    /// <param name="signer">Whose signature it gets.</param>
    public byte[] Sign(byte[] blob, string name, TimeSpan trial, ISigner signer) => ManifestBuilder.Sign(
        ManifestBuilder.Install(blob, name, new ManifestOptions
        {
            Rollout = 1,
            Counter = 1,
            Hardware = BoardSettings.DefaultHardware,
            Issued = DateTimeOffset.FromUnixTimeSeconds(_issued++),
            ChunkBytes = ChunkBytes,
            Health = trial,
        }), signer);

    /// <summary>Keeps a blob, as a base for deltas or to be sent.</summary>
    public void Keep(byte[] blob, string name) => _database.Write(s => Blobs.Add(s, blob, name, _database.Time.GetUtcNow()));

    /// <summary>Publishes a manifest; the server answers requests for it where it has the blob.</summary>
    /// <param name="blob">Null where this server has none for it.</param>
    /// <exception cref="InvalidOperationException">The broker did not take it.</exception>
    public async Task PublishAsync(string device, byte[] manifest, byte[]? blob, string name)
    {
        if (blob is not null)
        {
            Keep(blob, name);
            _database.Write(s => Manifests.Add(s, manifest, _database.Time.GetUtcNow()));
            Server.Refresh();
        }

        if (!await Server.OfferAsync(device, manifest).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"the broker did not take the manifest: {_bus.LastFailure}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync().ConfigureAwait(false);
        await _bus.DisposeAsync().ConfigureAwait(false);
        _database.Dispose();
        _broker.Dispose();
        Key.Dispose();
        _certificates.Dispose();
    }
}
