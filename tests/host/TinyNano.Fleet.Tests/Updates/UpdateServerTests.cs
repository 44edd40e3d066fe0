using System.Buffers;
using MQTTnet;
using TinyNano.Contracts;
using TinyNano.Fleet.Load;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;
using TinyNano.TestBroker;

namespace TinyNano.Fleet.Tests.Updates;

public class UpdateServerTests
{
    private static readonly byte[] Model = SimModel.Blob(20_500, 2);

    [Fact]
    public async Task OneDevice_GetsEveryPartOnce_AndTheBytesAreCounted()
    {
        await using ServerRun run = await ServerRun.StartAsync();

        // A device that is in no hurry: what is counted here must not depend on this computer.
        await using SimFleet fleet = await SimFleet.ConnectAsync(run.Port, 1, (_, publish) =>
            new SimDevice(ServerRun.Root, "d000", null, publish, keepBlob: true) { FirstTimeout = TimeSpan.FromMinutes(5) });
        long id = run.Roll(Model, ServerRun.Plan(["d000"]));
        await run.UntilAsync(id, RolloutState.Finished);
        SimDevice device = fleet.Devices[0];
        Assert.Equal(Model, device.Blob);

        // One page of the index and 21 chunks, each with 20 bytes before the data.
        Assert.Equal(0, device.Duplicates);
        Assert.Equal(22, device.PartMessages);
        await run.Server.FlushAsync();
        RolloutDeviceRow row = Assert.Single(run.Rows(id));
        Assert.Equal((22, 22 * 20 + 21 * 16 + 20_500), (row.MessagesSent, row.BytesSent));
        Assert.Equal((22, row.BytesSent, device.Requests), (run.Server.Counts.Messages, run.Server.Counts.Bytes, run.Server.Counts.Requests));
        Assert.Equal(["rollout.finish"], run.Database.Read(s => Audit.Latest(s, rollout: id)).Select(a => a.Action));
    }

    // Whether a database is locked or full, devices are served on; what they report is written when that is over.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DatabaseLockedOrFull_DevicesAreServedOn_AndTheirReportsWrittenLater(bool full)
    {
        await using ServerRun run = await ServerRun.StartAsync();
        List<string> trouble = [];
        run.Server.Trouble += text =>
        {
            lock (trouble)
            {
                trouble.Add(text);
            }
        };
        bool open = false;
        using ManualResetEventSlim begun = new();
        await using SimFleet fleet = await FleetAsync(run, 30, (_, device) => device.Loses = () =>
        {
            begun.Set();
            return !Volatile.Read(ref open);
        });
        long id = run.Roll(Model, ServerRun.Plan(Names(30)));
        Assert.True(await Task.Run(() => begun.Wait(TimeSpan.FromSeconds(60))));
        using Microsoft.Data.Sqlite.SqliteConnection other = new($"Data Source={run.Test.Path};Pooling=False");
        other.Open();
        Microsoft.Data.Sqlite.SqliteTransaction? held = null;
        if (full)
        {
            run.Database.Write(s => s.Number("pragma max_page_count = 1"));
            run.Database.Write(s => s.Execute("update devices set model_name = null"));
        }
        else
        {
            held = other.BeginTransaction(deferred: false);
        }

        Volatile.Write(ref open, true);
        Assert.True(await ServerRun.WaitAsync(() => fleet.Devices.All(d => d.State == UpdateState.Confirmed)));
        Assert.All(fleet.Devices, d => Assert.Equal(Model, d.Blob));
        if (!full)
        {
            Assert.NotEqual(RolloutState.Finished, run.Row(id).State);
            Assert.True(await ServerRun.WaitAsync(() =>
            {
                lock (trouble)
                {
                    return trouble.Exists(t => t.Contains("TN6603", StringComparison.Ordinal));
                }
            }));
        }

        held?.Dispose();
        run.Database.Write(s => s.Number("pragma max_page_count = 1000000"));
        await run.UntilAsync(id, RolloutState.Finished);
    }

    [Fact]
    public async Task LostMessages_AreAskedForAgain()
    {
        Random random = new(5);
        await using ServerRun run = await ServerRun.StartAsync();
        await using SimFleet fleet = await FleetAsync(run, 4, (_, device) => device.Loses = () =>
        {
            lock (random)
            {
                return random.Next(10) == 0;
            }
        });
        long id = run.Roll(Model, ServerRun.Plan(Names(4)));
        await run.UntilAsync(id, RolloutState.Finished);
        Assert.All(fleet.Devices, d => Assert.Equal(Model, d.Blob));
    }

    [Fact]
    public async Task KnownBase_TravelsAsDelta_OnceMade()
    {
        byte[] old = SimModel.Blob(60_000, 1);
        byte[] next = SimModel.Retrained(old, 2, 50_000, 3_000);
        await using ServerRun run = await ServerRun.StartAsync();
        run.Database.Write(s => Blobs.Add(s, old, "m", DateTimeOffset.UtcNow));
        await using SimFleet fleet = await SimFleet.ConnectAsync(run.Port, 5, (i, publish) => new SimDevice(ServerRun.Root, $"d{i:000}", null, publish, old, keepBlob: true));
        long id = run.Roll(next, ServerRun.Plan(Names(5)));
        await run.UntilAsync(id, RolloutState.Finished);
        Assert.All(fleet.Devices, d => Assert.Equal(next, d.Blob));
        Assert.InRange(run.Server.Counts.Bytes / 5, 3_000, 8_000);
    }

    [Fact]
    public async Task HostileMessages_AreCounted_AndServiceGoesOn()
    {
        await using ServerRun run = await ServerRun.StartAsync();
        long id = run.Roll(Model, ServerRun.Plan(["d000"]));
        uint session = run.Row(id).Session;
        using IMqttClient enemy = new MqttClientFactory().CreateMqttClient();
        await enemy.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", run.Port).Build());
        Random random = new(7);
        byte[] request = new byte[PartRequest.FixedBytes];
        new PartRequest { Session = session, Wanted = 1 }.Encode(request);
        for (int i = 0; i < 2000; i++)
        {
            byte[] payload = (i % 4) switch
            {
                0 => RandomNumberBytes(random, random.Next(300)),
                1 => Changed(request, random),
                2 => request[..random.Next(request.Length)],
                _ => Encoded(new PartRequest { Session = (uint)random.NextInt64(uint.MaxValue), Wanted = 0xFFFFFFFF, First = random.Next(65536) }),
            };
            await SendAsync(enemy, $"{ServerRun.Root}/{(i % 5 == 0 ? "group" : $"x{random.Next(50)}")}/update/{(i / 4 % 4 != 0 ? "request" : "state")}", payload);
        }

        await SendAsync(enemy, $"{ServerRun.Root}/x/update/request", new byte[100_000]);
        await using SimFleet fleet = await FleetAsync(run, 1);
        await run.UntilAsync(id, RolloutState.Finished);
        Assert.Equal(Model, fleet.Devices[0].Blob);

        // Only now is it certain that the server knows the session. The message is under way on a connection of its own.
        await SendAsync(enemy, $"{ServerRun.Root}/x/update/request", Encoded(new PartRequest { Session = session, First = 60_000, Wanted = 1 }));
        SpinWait.SpinUntil(() => run.Server.Counts.OutOfRange > 0, TimeSpan.FromSeconds(30));
        ServerCounts counts = run.Server.Counts;
        Assert.True(counts.Malformed > 500 && counts.Unknown > 100 && counts.OutOfRange >= 1, counts.ToString());
        Assert.InRange(run.Server.Devices, 1, 60);
    }

    [Fact]
    public async Task Group_GetsEachPartOnce_AndStragglersPullTheRest()
    {
        const int Count = 200;
        Random random = new(11);
        await using ServerRun run = await ServerRun.StartAsync();
        await using SimFleet fleet = await FleetAsync(run, Count, (i, device) => device.Loses = i % 10 == 0 ? () =>
        {
            lock (random)
            {
                return random.Next(5) == 0;
            }
        } : null, "barn");
        long id = run.Roll(Model, ServerRun.Plan(Names(Count), group: "barn"));
        await run.UntilAsync(id, RolloutState.Finished);
        Assert.All(fleet.Devices, d => Assert.Equal(Model, d.Blob));
        ServerCounts counts = run.Server.Counts;

        // A part may go to a device that asked before the group's delivery began; all of them together stay far below a pull by all.
        Assert.InRange(counts.GroupMessages, 22, 22 * 3);
        Assert.True(counts.Messages < Count * 22 / 4, counts.ToString());
        Assert.All(run.Rows(id), r => Assert.Equal(RolloutDeviceState.Confirmed, r.State));
    }

    [Fact]
    public async Task ServerRestartedMidway_GoesOnWhereItWas()
    {
        await using ServerRun run = await ServerRun.StartAsync(new UpdateServerOptions { DeviceMessagesPerSecond = 20 });
        await using SimFleet fleet = await FleetAsync(run, 20);
        long id = run.Roll(Model, ServerRun.Plan(Names(20), "50%,100%"));
        Assert.True(await ServerRun.WaitAsync(() => fleet.Devices.Count(d => d.PartMessages > 3) >= 8));
        await run.EndServerAsync();
        Assert.Equal(RolloutState.Running, run.Row(id).State);
        await run.StartServerAsync();
        await run.UntilAsync(id, RolloutState.Finished);
        Assert.All(fleet.Devices, d => Assert.Equal(Model, d.Blob));

        // Nothing that had arrived was sent again but what was under way.
        Assert.InRange(fleet.Devices.Sum(d => d.Duplicates), 0, 20 * 4);
    }

    [Fact]
    public async Task BrokerRestartedWithoutItsMemory_IsToldAgain()
    {
        await using ServerRun run = await ServerRun.StartAsync(new UpdateServerOptions { DeviceMessagesPerSecond = 20 });
        await using SimFleet fleet = await FleetAsync(run, 10);
        long id = run.Roll(Model, ServerRun.Plan([.. Names(10), "late"]));
        Assert.True(await ServerRun.WaitAsync(() => fleet.Devices.All(d => d.PartMessages > 3)));
        run.RestartBroker();
        await fleet.ReconnectAsync(run.Broker.Port);
        await using SimFleet late = await SimFleet.ConnectAsync(run.Port, 1, (_, publish) => new SimDevice(ServerRun.Root, "late", null, publish, keepBlob: true));
        await run.UntilAsync(id, RolloutState.Finished);
        Assert.All([.. fleet.Devices, .. late.Devices], d => Assert.Equal(Model, d.Blob));
    }

    [Fact]
    public async Task TwoServers_SplitTheRequests()
    {
        if (Mosquitto.SkipReason is string reason)
        {
            Console.WriteLine($"skipped: {reason}, and the embedded broker has no shared subscriptions");
            return;
        }

        string folder = Directory.CreateTempSubdirectory("tinynano-mosquitto-").FullName;
        using Mosquitto broker = new(folder);
        UpdateServerOptions options = new() { Share = "servers", Root = ServerRun.Root };
        await using (ServerRun run = await ServerRun.StartAsync(options, broker.Port))
        {
            await using BrokerConnection bus = BrokerConnection.Start(new BrokerOptions { Port = broker.Port });
            await bus.WaitAsync(TimeSpan.FromSeconds(20));
            long id = run.Roll(Model, ServerRun.Plan(Names(20)));
            await using UpdateServer second = new(run.Database, bus, options);
            await second.StartAsync();
            await using SimFleet fleet = await FleetAsync(run, 20);
            await run.UntilAsync(id, RolloutState.Finished);
            Assert.All(fleet.Devices, d => Assert.Equal(Model, d.Blob));
            long sent = run.Server.Counts.Messages + second.Counts.Messages;

            // Not twice by both; a device that waited too long may have asked again.
            Assert.InRange(sent, 20 * 22, 20 * 22 + 100);
            Assert.True(run.Server.Counts.Messages > 0 && second.Counts.Messages > 0, $"{run.Server.Counts} {second.Counts}");
        }

        broker.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task BadModel_IsStoppedAtTheFirstStage_AndTakenBack()
    {
        await using ServerRun run = await ServerRun.StartAsync();
        string[] names = Names(40);
        string first = names.OrderBy(n => StableHash.Share("rollout", n)).First();
        await using SimFleet fleet = await SimFleet.ConnectAsync(run.Port, 40, (i, publish) =>
            new SimDevice(ServerRun.Root, names[i], null, publish, outcome: names[i] == first ? SimOutcome.FailTrial : SimOutcome.Confirm));
        long id = run.Roll(Model, ServerRun.Plan(names, "10%,100%"));
        await run.UntilAsync(id, RolloutState.Reverted);
        Assert.Contains("-24", run.Row(id).Reason, StringComparison.Ordinal);
        Assert.Equal(36, run.Rows(id).Count(d => d.State == RolloutDeviceState.Idle));
        Assert.Equal(36, fleet.Devices.Count(d => d.State == UpdateState.Empty));
        Assert.DoesNotContain(fleet.Devices, d => d.State == UpdateState.Confirmed);
        Assert.Contains("rollout.revert", run.Database.Read(s => Audit.Latest(s, rollout: id)).Select(a => a.Action));
    }

    [Fact]
    public async Task WithdrawnSession_IsRefused()
    {
        await using ServerRun run = await ServerRun.StartAsync(new UpdateServerOptions { DeviceMessagesPerSecond = 5 });
        await using SimFleet fleet = await FleetAsync(run, 1);
        long id = run.Roll(Model, ServerRun.Plan(["d000"]));
        Assert.True(await ServerRun.WaitAsync(() => fleet.Devices[0].PartMessages > 1));
        await run.Server.WithdrawAsync(run.Row(id).Session);
        Assert.True(await ServerRun.WaitAsync(() => fleet.Devices[0].State == UpdateState.Refused));
        Assert.Equal(-26, fleet.Devices[0].Status);
    }

    [Fact]
    public async Task Memory_DoesNotGrowWithDevices()
    {
        await using ServerRun run = await ServerRun.StartAsync();
        await using SimFleet few = await FleetAsync(run, 1);
        await run.UntilAsync(run.Roll(Model, ServerRun.Plan(["d000"])), RolloutState.Finished);
        long kept = run.Server.KeptBytes;
        await using SimFleet many = await SimFleet.ConnectAsync(run.Port, 50, (i, publish) => new SimDevice(ServerRun.Root, $"e{i:000}", null, publish));
        await run.UntilAsync(run.Roll(Model, ServerRun.Plan(Enumerable.Range(0, 50).Select(i => $"e{i:000}"))), RolloutState.Finished);
        Assert.Equal(kept, run.Server.KeptBytes);
    }

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"d{i:000}")];

    private static Task<SimFleet> FleetAsync(ServerRun run, int count, Action<int, SimDevice>? change = null, string? group = null) => SimFleet.ConnectAsync(run.Port, count, (i, publish) =>
    {
        SimDevice device = new(ServerRun.Root, $"d{i:000}", group, publish, keepBlob: true);
        change?.Invoke(i, device);
        return device;
    });

    private static byte[] Encoded(PartRequest request)
    {
        byte[] bytes = new byte[PartRequest.FixedBytes];
        request.Encode(bytes);
        return bytes;
    }

    private static byte[] RandomNumberBytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Changed(byte[] bytes, Random random)
    {
        byte[] copy = (byte[])bytes.Clone();
        copy[random.Next(8)] ^= (byte)random.Next(1, 256);
        return copy;
    }

    private static Task SendAsync(IMqttClient client, string topic, byte[] payload) =>
        client.PublishAsync(new MqttApplicationMessage { Topic = topic, Payload = new ReadOnlySequence<byte>(payload) });
}
