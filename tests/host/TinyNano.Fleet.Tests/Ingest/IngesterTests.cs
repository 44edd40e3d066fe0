using Microsoft.Data.Sqlite;
using MQTTnet;
using MQTTnet.Protocol;
using TinyNano.Contracts;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Tests.Store;
using TinyNano.TestBroker;

namespace TinyNano.Fleet.Tests.Ingest;

/// <summary>The ingester with a real broker: what was acknowledged to a publisher is in the database in the end, whatever fails between.</summary>
[Collection("database")]
public sealed class IngesterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-ingest-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [MosquittoFact]
    public async Task BrokerRestarted_NothingIsLost()
    {
        using Mosquitto broker = new(_folder);
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        await using Ingester ingester = Start(database, broker, "one");
        await Until(() => ingester.Connections == 1);
        Messages device = new();
        await PublishAsync(broker, "a", [.. Enumerable.Range(0, 20).Select(_ => device.Next())]);
        broker.Restart();
        await PublishAsync(broker, "a", [.. Enumerable.Range(0, 20).Select(_ => device.Next())]);
        await Until(() => database.Read(Health.Count) == 40);
        Assert.True(ingester.Connections >= 2);
        Assert.Null(ingester.Trouble);
    }

    // What is published while nobody is subscribed after the kill is lost with QoS 1 as well: a killed broker has forgotten the ingester's
    // session unless it had saved it. What the ingester had acknowledged is not.
    [MosquittoFact]
    public async Task BrokerKilled_WhatWasAcknowledgedIsThere_AndTheIngesterComesBack()
    {
        using Mosquitto broker = new(_folder);
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        await using Ingester ingester = Start(database, broker, "one");
        await Until(() => ingester.Connections == 1);
        Messages device = new();
        for (int kill = 1; kill <= 3; kill++)
        {
            await PublishAsync(broker, "a", [.. Enumerable.Range(0, 50).Select(_ => device.Next())]);
            long written = ingester.Written;
            broker.Stop(kill: true);
            Assert.True(database.Read(Health.Count) >= written, $"{written} written, {database.Read(Health.Count)} in the database");
            await Until(() => ingester.Trouble is not null);
            broker.Start();
            await Until(() => ingester.Connections == kill + 1 && ingester.Trouble is null);
        }

        long before = database.Read(Health.Count);
        Messages after = new();
        await PublishAsync(broker, "c", [.. Enumerable.Range(0, 20).Select(_ => after.Next())]);
        await Until(() => database.Read(s => Health.Of(s, "c")).Count == 20);
        Assert.True(before >= 1 && database.Read(Health.Count) == before + 20);
    }

    [MosquittoFact]
    public async Task Messages_ThatCameWhileTheIngesterWasAway_ComeWhenItIsBack()
    {
        using Mosquitto broker = new(_folder);
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        await using (Ingester first = Start(database, broker, "one"))
        {
            await Until(() => first.Connections == 1);
        }

        Messages device = new();
        await PublishAsync(broker, "a", [.. Enumerable.Range(0, 30).Select(_ => device.Next())]);
        await using Ingester second = Start(database, broker, "one");
        await Until(() => database.Read(Health.Count) == 30);
    }

    [MosquittoFact]
    public async Task TwoIngesters_SplitTheMessages()
    {
        using Mosquitto broker = new(_folder);
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        await using Ingester one = Start(database, broker, "one", "share"), two = Start(database, broker, "two", "share");
        await Until(() => one.Connections == 1 && two.Connections == 1);
        Messages device = new();
        await PublishAsync(broker, "a", [.. Enumerable.Range(0, 100).Select(_ => device.Next())]);
        await Until(() => database.Read(Health.Count) == 100);
        Assert.True(one.Written > 0 && two.Written > 0, $"{one.Written} and {two.Written}");
        Assert.Equal(100, one.Written + two.Written);
    }

    [MosquittoFact]
    public async Task LockedDatabase_HoldsTheMessagesBack_UntilItIsFree()
    {
        using Mosquitto broker = new(_folder);
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        await using Ingester ingester = Start(database, broker, "one");
        await Until(() => ingester.Connections == 1);
        Messages device = new();
        using (SqliteConnection other = new($"Data Source={test.Path};Pooling=False"))
        {
            other.Open();
            using SqliteTransaction held = other.BeginTransaction(deferred: false);
            await PublishAsync(broker, "a", [.. Enumerable.Range(0, 10).Select(_ => device.Next())]);
            await Until(() => ingester.Retried > 0);
            Assert.Contains("TN6603", ingester.Trouble, StringComparison.Ordinal);
            Assert.Equal(0, database.Read(Health.Count));
        }

        await Until(() => database.Read(Health.Count) == 10);
        await Until(() => ingester.Trouble is null);
    }

    [MosquittoFact]
    public async Task FullDisk_HoldsTheMessagesBack_UntilThereIsRoom()
    {
        using Mosquitto broker = new(_folder);
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        await using Ingester ingester = Start(database, broker, "one");
        await Until(() => ingester.Connections == 1);
        database.Write(s => s.Number($"pragma max_page_count = {s.Number("pragma page_count") + 2}"));
        Messages device = new();
        byte[][] messages = [.. Enumerable.Range(0, 400).Select(_ => device.Next())];
        await PublishAsync(broker, "a", messages);
        await Until(() => ingester.Retried > 0);
        Assert.Contains("TN6604", ingester.Trouble, StringComparison.Ordinal);
        database.Write(s => s.Number("pragma max_page_count = 1000000"));
        await Until(() => database.Read(Health.Count) == messages.Length);
    }

    [MosquittoFact]
    public async Task ClockThatJumps_IsAnIncident_AndLosesNothing()
    {
        using Mosquitto broker = new(_folder);
        using TestDatabase test = TestDatabase.Sqlite();
        JumpingClock clock = new();
        using FleetDatabase database = FleetDatabase.Open(test.Setting, clock);
        await using Ingester ingester = Start(database, broker, "one");
        await Until(() => ingester.Connections == 1);
        Messages device = new();
        await PublishAsync(broker, "a", [device.Next()]);
        await Until(() => database.Read(Health.Count) == 1);
        clock.Offset = TimeSpan.FromDays(-400);
        await PublishAsync(broker, "a", [device.Next()]);
        await Until(() => database.Read(Health.Count) == 2);
        Assert.Equal([1L, 2L], database.Read(s => Health.Of(s, "a")).Select(r => r.Sequence));
        Assert.Contains("jumped by -345", Assert.Single(database.Read(Incidents.All), i => i.Kind == IncidentKind.Clock).Detail, StringComparison.Ordinal);
    }

    [MosquittoFact]
    public async Task Rubbish_IsAcknowledgedAndCounted_AndHoldsNobodyUp()
    {
        using Mosquitto broker = new(_folder);
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        await using Ingester ingester = Start(database, broker, "one");
        await Until(() => ingester.Connections == 1);
        await PublishAsync(broker, "bad", [.. Enumerable.Range(0, 50).Select(i => new byte[i * 10])]);
        await PublishAsync(broker, "good", [new Messages().Next()]);
        await Until(() => ingester.Written == 51);
        Assert.Equal(50, ingester.NotBelieved);
        Assert.Equal(50, database.Read(Incidents.All).Where(i => i.Device == "bad").Sum(i => i.Count));
        Assert.Equal("good", Assert.Single(database.Read(Health.Devices)));
    }

    // PostgreSQL takes no text with a zero in it, so that nothing of it must get there. What is not taken all the same holds nobody up.
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Message_ThatTheDatabaseDoesNotTake_HoldsNobodyUp(string kind)
    {
        using TestDatabase? test = Mosquitto.SkipReason is null ? TestDatabase.Make(kind) : null;
        if (test is null)
        {
            return;
        }

        using Mosquitto broker = new(_folder);
        using FleetDatabase database = test.Open();
        await using Ingester ingester = Start(database, broker, "one");
        await Until(() => ingester.Connections == 1);
        StateMessage state = new() { ModelName = "a\0b", Firmware = "", Application = "" };
        byte[] bytes = new byte[MessageHeader.MaxMessageBytes];
        int length = state.Encode(bytes);
        database.Write(s => s.Execute("drop table telemetry"));
        await PublishAsync(broker, "zero", [bytes[..length]], "state");
        length = new TelemetryMessage().Encode(bytes);
        await PublishAsync(broker, "bad", [bytes[..length]], "telemetry");
        await PublishAsync(broker, "good", [new Messages().Next()]);
        await Until(() => ingester.Written == 3);
        Assert.Equal("a?b", database.Read(s => Devices.Find(s, "zero"))!.ModelName);
        Assert.Equal("good", Assert.Single(database.Read(Health.Devices)));
        Assert.Equal("bad", Assert.Single(database.Read(Incidents.All)).Device);
    }

    private static Ingester Start(FleetDatabase database, Mosquitto broker, string name, string? share = null) => Ingester.Start(
        database, new IngestOptions { Broker = new BrokerOptions { Port = broker.Port, ClientId = name }, Share = share, RetryLimit = TimeSpan.FromSeconds(1) });

    private static async Task PublishAsync(Mosquitto broker, string device, IReadOnlyList<byte[]> messages, string suffix = "health")
    {
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).Build());
        foreach (byte[] message in messages)
        {
            Assert.True((await client.PublishBinaryAsync($"tinynano/{device}/{suffix}", message, MqttQualityOfServiceLevel.AtLeastOnce)).IsSuccess);
        }

        await client.DisconnectAsync();
    }

    private static async Task Until(Func<bool> holds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "it did not come about in time");
            await Task.Delay(20);
        }
    }

    private sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}

/// <summary>A fact that needs mosquitto.</summary>
public sealed class MosquittoFactAttribute : FactAttribute
{
    public MosquittoFactAttribute() => Skip = Mosquitto.SkipReason;
}
