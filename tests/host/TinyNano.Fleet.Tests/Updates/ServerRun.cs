using TinyNano.Fleet.Load;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Tests.Store;
using TinyNano.Fleet.Updates;
using TinyNano.VirtualDevice.Broker;

namespace TinyNano.Fleet.Tests.Updates;

/// <summary>A broker, a database, and an update server that can be ended and started again.</summary>
public sealed class ServerRun : IAsyncDisposable
{
    public const string Root = "t";
    private readonly UpdateServerOptions _options;

    private readonly int? _port;

    private ServerRun(EmbeddedBroker broker, int? port, UpdateServerOptions options)
    {
        Broker = broker;
        _port = port;
        _options = options;
        Database = Test.Open();
    }

    public TestDatabase Test { get; } = TestDatabase.Sqlite();

    public EmbeddedBroker Broker { get; private set; }

    /// <summary>Of the broker that is used: the embedded one, or another that was given.</summary>
    public int Port => _port ?? Broker.Port;

    public FleetDatabase Database { get; }

    public BrokerConnection Bus { get; private set; } = null!;

    public UpdateServer Server { get; private set; } = null!;

    public RolloutDriver Driver { get; private set; } = null!;

    public List<string> Said { get; } = [];

    public static async Task<ServerRun> StartAsync(UpdateServerOptions? options = null, int? port = null)
    {
        ServerRun run = new(EmbeddedBroker.Start(), port, (options ?? new UpdateServerOptions()) with
        {
            Root = Root, Tick = TimeSpan.FromMilliseconds(100), GroupGap = TimeSpan.Zero, GroupWait = TimeSpan.FromSeconds(30), GroupSettle = TimeSpan.FromSeconds(1),
        });
        await run.StartServerAsync();
        return run;
    }

    public async Task StartServerAsync()
    {
        Bus = BrokerConnection.Start(new BrokerOptions { Port = Port, RetryLimit = TimeSpan.FromMilliseconds(300) });
        await Bus.WaitAsync(TimeSpan.FromSeconds(20));
        Server = new UpdateServer(Database, Bus, _options);
        Driver = new RolloutDriver(Database, Server);
        Bus.Connected += Driver.PublishAgain;
        Driver.Said += text =>
        {
            lock (Said)
            {
                Said.Add(text);
            }
        };
        await Server.StartAsync();
        Driver.Start();
    }

    public async Task EndServerAsync()
    {
        await Driver.DisposeAsync();
        await Server.DisposeAsync();
        await Bus.DisposeAsync();
    }

    /// <summary>Another broker at the same port that knows nothing.</summary>
    public void RestartBroker()
    {
        int port = Broker.Port;
        Broker.Dispose();
        Broker = EmbeddedBroker.Start(port);
    }

    /// <summary>Puts a rollout of a blob into the database.</summary>
    public long Roll(byte[] blob, RolloutPlan plan, uint number = 1)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return Database.Write(s =>
        {
            Blobs.Add(s, blob, "m", now);
            uint session = Manifests.Add(s, SimModel.Manifest(blob, number), now);
            uint revert = Manifests.Add(s, SimModel.Revert(number), now);
            return RolloutTable.Add(s, new RolloutRow { Name = "m", Session = session, RevertSession = revert, Plan = plan, State = RolloutState.Running, Created = now, CreatedBy = "test" });
        });
    }

    public static RolloutPlan Plan(IEnumerable<string> devices, string stages = "100%", string? group = null) => new()
    {
        Targets = new RolloutTargets { Devices = [.. devices], Group = group },
        Stages = RolloutPlan.ParseStages(stages, new RolloutStage { Share = 1, Success = 1 }),
    };

    public RolloutRow Row(long id) => Database.Read(s => RolloutTable.Find(s, id))!;

    public List<RolloutDeviceRow> Rows(long id) => Database.Read(s => RolloutTable.DevicesOf(s, id));

    /// <summary>Waits for a rollout's state; says how far it came where it does not.</summary>
    public async Task UntilAsync(long id, RolloutState state)
    {
        if (!await WaitAsync(() => Row(id).State == state))
        {
            string states = string.Join(", ", Rows(id).CountBy(d => d.State).Select(c => $"{c.Value} {c.Key}"));
            Assert.Fail($"the rollout is {Row(id).State} ({Row(id).Reason}), not {state}: {states}; {Server.Counts}; {string.Join("\n", Said)}");
        }
    }

    public static async Task<bool> WaitAsync(Func<bool> condition, int seconds = 90)
    {
        for (int i = 0; i < seconds * 20; i++)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(50);
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await EndServerAsync();
        Database.Dispose();
        Broker.Dispose();
        Test.Dispose();
    }
}
