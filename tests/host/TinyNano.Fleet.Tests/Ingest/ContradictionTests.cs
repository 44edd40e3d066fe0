using TinyNano.Contracts;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Tests.Store;

namespace TinyNano.Fleet.Tests.Ingest;

/// <summary>Messages that contradict one another: a device that lies, or two with one name.</summary>
public sealed class ContradictionTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly TestDatabase _test = TestDatabase.Sqlite();
    private readonly FleetDatabase _database;

    public ContradictionTests() => _database = _test.Open();

    public void Dispose()
    {
        _database.Dispose();
        _test.Dispose();
    }

    [Fact]
    public void HonestDevice_WithLossesRepeatsAndDelays_IsBelieved()
    {
        Messages device = new();
        byte[][] sent = [.. Enumerable.Range(0, 10).Select(_ => device.Next())];
        foreach (int i in new[] { 0, 1, 1, 4, 3, 9, 3, 2 })
        {
            Take("a", sent[i]);
        }

        device.Restart();
        Take("a", device.Next());
        Take("a", sent[8]);
        Assert.Empty(_database.Read(Incidents.All));
        Assert.Equal(8, _database.Read(Health.Count));
    }

    [Theory]
    [InlineData(2, 1, 30, 20, 5, 10)]
    [InlineData(2, 1, 30, 20, 20, 5)]
    public void CountsThatShrink_AreAnIncident_WhicheverComesFirst(int later, int earlier, int inferencesBefore, int uptimeBefore, int inferencesAfter, int uptimeAfter)
    {
        byte[] first = Message(earlier, inferencesBefore, uptimeBefore), second = Message(later, inferencesAfter, uptimeAfter);
        Take("forward", first);
        Take("forward", second);
        Take("backward", second);
        Take("backward", first);
        Assert.Equal(["backward", "forward"], Lying());
        Assert.Equal(4, _database.Read(Health.Count));
    }

    [Fact]
    public void TwoMessagesWithOneNumber_AreTwoDevices()
    {
        Take("a", Message(1, 10, 10));
        Take("a", Message(1, 20, 20));
        Assert.Equal(["a"], Lying());
    }

    [Fact]
    public void StartsInTurn_AreTwoDevices()
    {
        DuplicateWatch watch = new();
        string? found = null;
        int seen = 0;
        for (; found is null && seen < 20; seen++)
        {
            found = watch.Look("a", seen % 2 == 0 ? 7 : 3);
            Assert.Null(watch.Look("b", seen));
        }

        Assert.Equal(8, seen);
        Assert.Contains("starts 3 and 7 in turn", found, StringComparison.Ordinal);
    }

    [Fact]
    public void ItsData_StayOutOfGatesAndDrift()
    {
        foreach (string device in new[] { "liar", "honest" })
        {
            Messages messages = new();
            Take(device, messages.Next(200));
            Take(device, messages.Next(200));
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        RolloutRow rollout = new() { Name = "m", Session = 0, Plan = new RolloutPlan { Targets = new(), Stages = [] }, Created = At.AddSeconds(-1) };
        RolloutDeviceRow[] devices = [.. new[] { "honest", "liar" }.Select(d => new RolloutDeviceRow(d, 0, 0, RolloutDeviceState.Idle, 0, null, null, 0, 0, null, 0, 0, 0))];
        _database.Write(s => s.Execute("insert into manifests (session, kind, rollout, issued, counter, model_version, model, hardware, key_id, blob_hash, data, added) values (0, 1, 1, 0, 0, 9, 'm', '', '', '', @0, 0)", Array.Empty<byte>()));
        Assert.Equal(["honest", "liar"], HealthGates.Arms(_database, rollout, devices).Older.Select(d => d.Device));
        Take("liar", Message(1, 5, 5), now);
        Assert.Equal(["honest"], HealthGates.Arms(_database, rollout, devices).Older.Select(d => d.Device));
        Assert.Contains("contradict", DriftReport.OfDevice(_database, "liar").Note, StringComparison.Ordinal);
        Assert.DoesNotContain("contradict", DriftReport.OfDevice(_database, "honest").Note, StringComparison.Ordinal);
    }

    private List<string> Lying() => [.. _database.Read(Incidents.All).Where(i => i.Kind == IncidentKind.Lying).Select(i => i.Device).Order()];

    private void Take(string device, byte[] message, DateTimeOffset? at = null)
    {
        IngestMessage read = IngestMessage.Read("tinynano", $"tinynano/{device}/health", message);
        Assert.Null(read.Incident);
        _database.Write(s => read.Write(s, at ?? At));
    }

    private static byte[] Message(int sequence, int inferences, int uptime)
    {
        HealthMessage message = new() { ClassCount = 2, ModelCrc = 0xABCD, Restarts = 1, Sequence = (uint)sequence, Inferences = (uint)inferences, UptimeSeconds = (uint)uptime };
        message.Values[0] = inferences;
        byte[] bytes = new byte[MessageHeader.MaxMessageBytes];
        return bytes[..message.Encode(bytes)];
    }
}
