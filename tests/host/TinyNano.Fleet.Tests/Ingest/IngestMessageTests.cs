using System.Text;
using TinyNano.Contracts;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Tests.Store;

namespace TinyNano.Fleet.Tests.Ingest;

public class IngestMessageTests
{
    [Theory]
    [InlineData("tinynano/a/health", 3, IncidentKind.Malformed)]
    [InlineData("tinynano/a/health", 201, IncidentKind.Oversized)]
    [InlineData("tinynano/a/state", 44, IncidentKind.Malformed)]
    [InlineData("tinynano/a/telemetry", 124, IncidentKind.Malformed)]
    [InlineData("tinynano/a/sample", 60, IncidentKind.Malformed)]
    [InlineData("tinynano/a/online", 6, IncidentKind.Malformed)]
    [InlineData("tinynano/a/nothing", 6, IncidentKind.Malformed)]
    [InlineData("other/a/health", 6, IncidentKind.Malformed)]
    [InlineData("tinynano//health", 6, IncidentKind.Malformed)]
    public void Rubbish_IsAnIncident(string topic, int bytes, IncidentKind kind)
    {
        byte[] payload = new byte[bytes];
        new Random(1).NextBytes(payload);
        Assert.Equal(kind, IngestMessage.Read("tinynano", topic, payload).Incident);
    }

    [Fact]
    public void RandomBytes_NeverThrow()
    {
        Random random = new(20261124);
        byte[] real = new Messages().Next();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] payload = i % 2 == 0 ? new byte[random.Next(260)] : [.. real];
            if (i % 2 == 0)
            {
                random.NextBytes(payload);
            }
            else
            {
                payload[random.Next(payload.Length)] ^= (byte)(1 << random.Next(8));
            }

            string suffix = IngestMessage.Suffixes[random.Next(IngestMessage.Suffixes.Count)];
            IngestMessage.Read("tinynano", $"tinynano/a/{suffix}", payload);
        }
    }

    [Fact]
    public void ALie_IsFoundOut_AndKeptFromTheStatistics()
    {
        byte[] message = new Messages().Next();
        Assert.Null(IngestMessage.Read("tinynano", "tinynano/a/health", message).Incident);
        message[HealthMessage.InferencesAt]++;
        IngestMessage lie = IngestMessage.Read("tinynano", "tinynano/a/health", message);
        Assert.Equal(IncidentKind.Lying, lie.Incident);

        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        DateTimeOffset at = DateTimeOffset.UnixEpoch.AddDays(20_000);
        for (int i = 0; i < 5; i++)
        {
            database.Write(s => lie.Write(s, at.AddSeconds(i)));
        }

        IncidentRow incident = Assert.Single(database.Read(Incidents.All));
        Assert.Equal(("a", IncidentKind.Lying, 5L, at, at.AddSeconds(4)), (incident.Device, incident.Kind, incident.Count, incident.First, incident.Last));
        Assert.Contains("confidence counts 10, inferences 11", incident.Detail, StringComparison.Ordinal);
        Assert.Equal(0, database.Read(Health.Count));
    }

    [Fact]
    public void Message_ThatComesTwice_IsOneRow_AndOrderIsTheDevices()
    {
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        Messages device = new();
        byte[][] sent = [device.Next(), device.Next(5), device.Restart().Next(7)];
        DateTimeOffset at = DateTimeOffset.UnixEpoch.AddDays(20_000);

        // Shared subscriptions mix the order, and the desk's clock goes backwards.
        foreach (int i in new[] { 2, 0, 1, 0, 2 })
        {
            DateTimeOffset now = at.AddHours(-i);
            database.Write(s => IngestMessage.Read("tinynano", "tinynano/a/health", sent[i]).Write(s, now));
        }

        List<HealthRow> rows = database.Read(s => Health.Of(s, "a"));
        Assert.Equal([(1, 1L), (1, 2L), (2, 1L)], rows.Select(r => (r.Restarts, r.Sequence)));
        Assert.Equal([10u, 5u, 7u], Fleet.Drift.HealthDelta.Of(rows).Select(d => d.Inferences));
    }

    [Fact]
    public void Sample_IsWholeWhenAllPartsAre_WhateverTheirOrder()
    {
        byte[] input = [.. Enumerable.Range(0, 400).Select(i => (byte)i)];
        List<byte[]> parts = [];
        SampleMessage sample = new() { Sample = 1, TotalBytes = input.Length, ClassIndex = 3, ElementType = 2, Restarts = 1 };
        byte[] buffer = new byte[MessageHeader.MaxMessageBytes];
        while (sample.Offset < input.Length)
        {
            parts.Add(buffer[..sample.Encode(buffer, input)]);
            sample.Offset += sample.DataBytes;
        }

        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        foreach (byte[] part in Enumerable.Reverse(parts).Concat(parts).SkipLast(1))
        {
            Assert.False(database.Read(s => Samples.All(s)).SingleOrDefault()?.Complete == true && parts.Count > 3);
            database.Write(s => IngestMessage.Read("tinynano", "tinynano/a/sample", part).Write(s, DateTimeOffset.UnixEpoch));
        }

        SampleRow row = Assert.Single(database.Read(s => Samples.All(s)));
        Assert.True(row.Complete);
        Assert.Equal(input, database.Read(s => Samples.Data(s, row)));
        database.Write(s => Samples.Label(s, "a", 1, 1, 7, "me", DateTimeOffset.UnixEpoch));
        Assert.Equal(7, Assert.Single(database.Read(s => Samples.All(s))).Label);
    }

    [Fact]
    public void OnlineAndState_ReachTheTableOfDevices()
    {
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        StateMessage state = new() { State = DeviceState.Running, ModelVersion = 9, ModelName = "kws", Firmware = "1", Application = "app" };
        byte[] bytes = new byte[MessageHeader.MaxMessageBytes];
        int length = state.Encode(bytes);
        database.Write(s =>
        {
            IngestMessage.Read("tinynano", "tinynano/a/online", Encoding.UTF8.GetBytes(Topics.OnlineText)).Write(s, DateTimeOffset.UnixEpoch);
            IngestMessage.Read("tinynano", "tinynano/a/state", bytes[..length]).Write(s, DateTimeOffset.UnixEpoch);
        });
        DeviceRow row = database.Read(s => Devices.Find(s, "a"))!;
        Assert.Equal((true, 9u, "kws"), (row.Online, row.ModelVersion!.Value, row.ModelName));
    }
}
