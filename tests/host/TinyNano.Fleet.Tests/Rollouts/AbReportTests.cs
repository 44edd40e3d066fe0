using TinyNano.Contracts;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Load;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Tests.Store;

namespace TinyNano.Fleet.Tests.Rollouts;

/// <summary>Two models side by side: who has which, what is said of them, and how it ends.</summary>
public sealed class AbReportTests : IDisposable
{
    private const int Devices = 40;
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly byte[] Candidate = SimModel.Blob(2000, 2);
    private readonly TestDatabase _test = TestDatabase.Sqlite();
    private readonly FleetDatabase _database;

    public AbReportTests() => _database = _test.Open();

    public void Dispose()
    {
        _database.Dispose();
        _test.Dispose();
    }

    [Fact]
    public void SlowerModelOfOtherConfidence_IsFoundOut_AndTheSameIsNot()
    {
        AbReport same = AbReport.Of(_database, Run("same", 0, 0));
        Assert.Equal((Devices / 2, Devices / 2), (same.NewDevices, same.OldDevices));
        Assert.All(same.Figures.Take(3), f => Assert.Equal("no difference", f.Verdict));
        Assert.Equal("too few devices", same.Figures[3].Verdict);

        AbReport other = AbReport.Of(_database, Run("other", 300, -3));
        Assert.Equal(["lower", "higher", "no difference"], other.Figures.Take(3).Select(f => f.Verdict));
        Assert.Equal(0.3, other.Figures[1].Difference, 0.1);
        Assert.InRange(other.Figures[1].HalfWidth!.Value, 0.01, 0.2);
    }

    [Fact]
    public void Interval_IsWelchs()
    {
        // By hand: means 2 and 5, variances 1 and 4, 3 and 3 values: 2.94 degrees of freedom, 3.22 * sqrt(5/3).
        AbFigure figure = AbReport.Compare("x", "", [1, 2, 3], [3, 5, 7]);
        Assert.Equal(-3, figure.Difference, 12);
        Assert.Equal(4.16, figure.HalfWidth!.Value, 0.15);
        Assert.Equal("no difference", figure.Verdict);
        Assert.Equal("lower", AbReport.Compare("x", "", [1, 2, 3], [13, 15, 17]).Verdict);
        Assert.Null(AbReport.Compare("x", "", [1, 2], [3, 5, 7]).HalfWidth);
    }

    [Fact]
    public void Plan_HoldsForItsTime_ThenWaitsForAPerson()
    {
        IReadOnlyList<RolloutStage> stages = RolloutPlan.AbStages("50%", TimeSpan.FromHours(1), new RolloutStage { Share = 1, Success = 1 });
        RolloutRow row = Row(stages, ["a", "b", "c", "d"]);
        RolloutDeviceRow[] devices = [.. row.Plan.Targets.Devices.Select((d, i) => new RolloutDeviceRow(d, i / 4.0, i < 2 ? 0 : 1, i < 2 ? RolloutDeviceState.Confirmed : RolloutDeviceState.Idle, 0, null, null, 0, 0, null, 0, 0, 0))];
        row = RolloutMachine.Next(row, devices, [], At).Row;
        RolloutDecision early = RolloutMachine.Next(row, devices, [], At.AddMinutes(59));
        Assert.Equal((RolloutState.Running, 0), (early.Row.State, early.Offer.Count));
        RolloutDecision end = RolloutMachine.Next(row, devices, [], At.AddMinutes(61));
        Assert.Equal((RolloutState.Waiting, 0), (end.Row.State, end.Offer.Count));
        Assert.Equal(["c", "d"], RolloutMachine.Next(RolloutMachine.Resume(end.Row, At.AddHours(2)), devices, [], At.AddHours(2)).Offer);
        RolloutRow dropped = RolloutMachine.StartRevert(end.Row with { RevertSession = 5 }, "worse", At.AddHours(2));
        Assert.Equal(["a", "b"], RolloutMachine.Next(dropped, devices, [], At.AddHours(2)).Recall);
        Assert.Throws<FleetException>(() => RolloutPlan.AbStages("100%", TimeSpan.FromHours(1)));
    }

    // Half of the devices have the candidate; all of them have a past with the old model.
    private RolloutRow Run(string name, uint slower, int confidence)
    {
        Random random = new(11);
        string[] names = [.. Enumerable.Range(0, Devices).Select(i => $"{name}-{i:00}")];
        RolloutRow row = Row(RolloutPlan.AbStages("50%", TimeSpan.FromHours(1)), names);
        _database.Write(s =>
        {
            Blobs.Add(s, Candidate, "m", At);
            foreach (string device in names)
            {
                State(s, device, 1, At.AddMinutes(-10));
            }

            row = row with { Session = Manifests.Add(s, SimModel.Manifest(Candidate, 1), At) };
            row = row with { Id = RolloutTable.Add(s, row) };
        });
        foreach (RolloutDeviceRow device in _database.Read(s => RolloutTable.DevicesOf(s, row.Id)))
        {
            bool newer = device.Stage == 0;
            int usual = random.Next(9, 13);
            uint latency = (uint)random.Next(2000, 2300);
            Say(device.Device, 1, 0xABCD, usual, latency, At.AddMinutes(-5));
            Say(device.Device, 2, newer ? LittleEndian.GetUInt32(Candidate, 12) : 0xABCD, usual + (newer ? confidence : 0), latency + (newer ? slower : 0), At.AddMinutes(5));
        }

        return row;

        void Say(string device, int start, uint crc, int bin, uint latency, DateTimeOffset at)
        {
            HealthMessage message = new() { ConfidenceCount = 16, ClassCount = 2, Restarts = start, Sequence = 1, Inferences = 200, ModelCrc = crc, LatencyMean = latency };
            for (int i = 0; i < 200; i++)
            {
                message.Values[Math.Clamp(bin + random.Next(-2, 3), 0, 15)]++;
                message.Values[16 + i % 2]++;
            }

            byte[] bytes = new byte[MessageHeader.MaxMessageBytes];
            int length = message.Encode(bytes);
            _database.Write(s => IngestMessage.Read("t", $"t/{device}/health", bytes[..length]).Write(s, at));
            _database.Write(s => State(s, device, start, at));
        }

        void State(DbSession session, string device, int start, DateTimeOffset at) =>
            TinyNano.Fleet.Store.Devices.Report(session, device, new StateMessage { Restarts = start, ModelName = "m", Firmware = "", Application = "" }, at);
    }

    private static RolloutRow Row(IReadOnlyList<RolloutStage> stages, string[] devices) => new()
    {
        Name = "m", Session = 1, State = RolloutState.Running, Created = At, StageSince = At, Changed = At,
        Plan = new RolloutPlan { Targets = new RolloutTargets { Devices = devices }, Stages = stages, Salt = RolloutPlan.AbSalt },
    };
}
