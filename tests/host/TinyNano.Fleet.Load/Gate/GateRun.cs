using System.Buffers;
using MQTTnet;
using MQTTnet.Protocol;
using TinyNano.Contracts;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;
using TinyNano.VirtualDevice.Broker;

namespace TinyNano.Fleet.Load.Gate;

/// <summary>How a rollout ended.</summary>
/// <param name="Samples">Of each device from the rollout's begin to its decision.</param>
/// <param name="Took">Devices that ran the candidate at most.</param>
/// <param name="Candidates">Devices whose last health message is the candidate's.</param>
public sealed record GateOutcome(RolloutState State, string Reason, int Samples, int Took, int Candidates, int Devices);

/// <summary>
/// A rollout with an accuracy gate to a fleet of simulated devices, nothing left out: binary messages through a broker, the ingester, a
/// database in a file, the update server, the driver with all gates on health. Goes round by round, so that a seed decides everything.
/// </summary>
public sealed class GateRun : IAsyncDisposable
{
    public const int Devices = 100;
    private const string Root = "gate";
    private const int PastMessages = 5;
    private const int PastSamples = 200;
    private const int Samples = 50;
    private const int MostRounds = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-gate-").FullName;
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private readonly FleetDatabase _database;
    private readonly Ingester _ingester;
    private readonly BrokerConnection _bus;
    private readonly UpdateServer _server;
    private readonly RolloutDriver _driver;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Dictionary<string, GateDevice> _devices = [];
    private long _sent;

    private GateRun(string setting)
    {
        _database = FleetDatabase.Open(setting.Length > 0 ? setting : $"sqlite:{Path.Combine(_folder, "fleet.db")}");
        _ingester = Ingester.Start(_database, new IngestOptions { Broker = new BrokerOptions { Port = _broker.Port, ClientId = "ingester" }, Root = Root });
        _bus = BrokerConnection.Start(new BrokerOptions { Port = _broker.Port });
        _server = new UpdateServer(_database, _bus, new UpdateServerOptions { Root = Root, DeviceMessagesPerSecond = 0 });
        _driver = new RolloutDriver(_database, _server, HealthGates.All(_database));
    }

    /// <param name="labels">Of the images that the models were run over.</param>
    /// <param name="setting">Of the database; empty for a file of its own.</param>
    /// <param name="gate">The plan's only gate.</param>
    /// <param name="own">Share of what a device sees that is of two classes of its own.</param>
    /// <param name="look">Sees the database before it is closed.</param>
    public static async Task<GateOutcome> RunAsync(GateModel old, GateModel candidate, IReadOnlyList<int> labels, int seed, string setting = "", string gate = "accuracy=0.05", double own = 0.5, Action<FleetDatabase>? look = null)
    {
        await using GateRun run = new(setting);
        string[] limit = gate.Split('=');
        GateOutcome outcome = await run.RollAsync(old, candidate, labels, seed, own, new Dictionary<string, string> { [limit[0]] = limit[1] }).ConfigureAwait(false);
        look?.Invoke(run._database);
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
        await _ingester.DisposeAsync().ConfigureAwait(false);
        await _bus.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
        _database.Dispose();
        _broker.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<GateOutcome> RollAsync(GateModel old, GateModel candidate, IReadOnlyList<int> labels, int seed, double own, IReadOnlyDictionary<string, string> gates)
    {
        await StartAsync(old, candidate, labels, new Random(seed), own).ConfigureAwait(false);
        for (int i = 0; i < PastMessages; i++)
        {
            await RoundAsync(PastSamples).ConfigureAwait(false);
        }

        long id = Begin(old, candidate, gates);
        int rounds = 0, took = 0, decided = 0;
        while (rounds < MostRounds)
        {
            await _driver.TickAsync().ConfigureAwait(false);
            RolloutState state = Row(id).State;
            decided = state == RolloutState.Running || decided > 0 ? decided : rounds * Samples;
            if (state is not (RolloutState.Running or RolloutState.Reverting))
            {
                break;
            }

            await UntilAsync(() => _database.Read(s => RolloutTable.DevicesOf(s, id)).All(d => d.State is RolloutDeviceState.Idle or RolloutDeviceState.Confirmed or RolloutDeviceState.Reverted or RolloutDeviceState.Dropped)).ConfigureAwait(false);
            await RoundAsync(Samples).ConfigureAwait(false);
            took = Math.Max(took, _devices.Values.Count(d => d.ModelCrc == candidate.Crc));
            rounds++;
        }

        await RoundAsync(Samples).ConfigureAwait(false);
        RolloutRow row = Row(id);
        int candidates = _devices.Keys.Count(d => _database.Read(s => Health.Latest(s, d))!.ModelCrc == candidate.Crc);
        return new GateOutcome(row.State, row.Reason, decided, took, candidates, _devices.Count);
    }

    private async Task StartAsync(GateModel old, GateModel candidate, IReadOnlyList<int> labels, Random random, double own)
    {
        await _bus.WaitAsync(Patience).ConfigureAwait(false);
        await _server.StartAsync().ConfigureAwait(false);
        for (int i = 0; i < Devices; i++)
        {
            SimDevice update = new(Root, $"camera-{i:000}", null, PublishAsync, old.Blob);
            _devices.Add(update.Name, new GateDevice(update, old, candidate, labels, random.Next(), own));
        }

        _client.ApplicationMessageReceivedAsync += e =>
        {
            string device = e.ApplicationMessage.Topic.Split('/')[1];
            _devices[device].Update.OnMessage(e.ApplicationMessage.Topic, e.ApplicationMessage.Payload.ToArray(), DateTimeOffset.UtcNow);
            return Task.CompletedTask;
        };
        await _client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _broker.Port).Build()).ConfigureAwait(false);
        Topics any = new(Root, "+");
        await _client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(any.UpdateManifest, MqttQualityOfServiceLevel.AtLeastOnce).WithTopicFilter(any.UpdatePart).Build()).ConfigureAwait(false);
        await UntilAsync(() => _ingester.Connections == 1).ConfigureAwait(false);
    }

    private long Begin(GateModel old, GateModel candidate, IReadOnlyDictionary<string, string> gates)
    {
        DateTimeOffset now = _database.Time.GetUtcNow();
        RolloutPlan plan = new()
        {
            Targets = new RolloutTargets { Devices = [.. _devices.Keys] },
            Stages = RolloutPlan.ParseStages("10%,100%", new RolloutStage { Share = 1, Success = 1 }),
            Gates = gates,
        };
        return _database.Write(s =>
        {
            Blobs.Add(s, old.Blob, "fashion", now);
            Blobs.Add(s, candidate.Blob, "fashion", now);
            uint session = Manifests.Add(s, SimModel.Manifest(candidate.Blob, 1), now), revert = Manifests.Add(s, SimModel.Revert(1), now);
            return RolloutTable.Add(s, new RolloutRow { Name = "fashion", Session = session, RevertSession = revert, Plan = plan, State = RolloutState.Running, Created = now, CreatedBy = "test" });
        });
    }

    private RolloutRow Row(long id) => _database.Read(s => RolloutTable.Find(s, id))!;

    // Every device says something, and all of it is in the database.
    private async Task RoundAsync(int samples)
    {
        await Task.WhenAll(_devices.Select(d => PublishAsync($"{Root}/{d.Key}/{Topics.HealthSuffix}", d.Value.Run(samples), true, retain: false))).ConfigureAwait(false);
        _sent += _devices.Count;
        await UntilAsync(() => _ingester.Written == _sent).ConfigureAwait(false);
    }

    private Task PublishAsync(string topic, byte[] payload, bool report) => PublishAsync(topic, payload, report, retain: report);

    private Task PublishAsync(string topic, byte[] payload, bool report, bool retain) => _client.PublishAsync(new MqttApplicationMessage
    {
        Topic = topic, Payload = new ReadOnlySequence<byte>(payload), Retain = retain,
        QualityOfServiceLevel = report ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce,
    });

    // Devices' time-outs go on meanwhile.
    private async Task UntilAsync(Func<bool> holds)
    {
        for (long start = TimeProvider.System.GetTimestamp(); !holds(); await Task.Delay(20).ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"it did not come about in time: {_sent} messages sent, {_ingester.Written} written, {_ingester.Trouble}");
            }

            foreach (GateDevice device in _devices.Values)
            {
                device.Update.Tick(DateTimeOffset.UtcNow);
            }
        }
    }
}
