using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Export;
using TinyNano.Fleet.Load.Gate;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Tests.Store;

namespace TinyNano.Fleet.Tests.Rollouts;

/// <summary>Two runs of each kind; `TinyNano.Fleet.Load --gate` makes twenty.</summary>
[Collection("database")]
public class HealthGatesTests(GateCases cases) : IClassFixture<GateCases>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task WorseModel_IsStoppedAtATenth_AndTakenBack(int seed)
    {
        (GateModel old, GateModel candidate) = cases.Worse(seed);
        Assert.True(candidate.Accuracy - old.Accuracy <= -0.05);
        GateOutcome outcome = await GateRun.RunAsync(old, candidate, cases.Labels, seed);
        Assert.True(GateCases.IsRight(outcome, RolloutState.Reverted), $"seed {seed}: {outcome}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task EqualModel_ReachesEveryDevice(int seed)
    {
        (GateModel old, GateModel candidate) = cases.Equal(seed);
        GateOutcome outcome = await GateRun.RunAsync(old, candidate, cases.Labels, seed);
        Assert.True(GateCases.IsRight(outcome, RolloutState.Finished), $"seed {seed}: {outcome}");
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task DriftGate_StopsADamagedModel_AndPassesTheEqualOne(int seed, bool worse)
    {
        (GateModel old, GateModel candidate) = worse ? cases.Damaged(seed) : cases.Equal(seed);
        GateOutcome outcome = await GateRun.RunAsync(old, candidate, cases.Labels, seed, gate: "drift=0.2", own: 0);
        Assert.True(GateCases.IsRight(outcome, worse ? RolloutState.Reverted : RolloutState.Finished, "drift"), $"seed {seed}: {outcome}");
    }

    [Fact]
    public async Task PostgreSql_HoldsTheSame_FromHealthToDriftAndAudit()
    {
        using TestDatabase? test = TestDatabase.Make("postgres");
        if (test is null)
        {
            return;
        }

        (GateModel old, GateModel candidate) = cases.Worse(1);
        GateOutcome outcome = await GateRun.RunAsync(old, candidate, cases.Labels, 1, test.Setting, look: database =>
        {
            Assert.All(DriftReport.Of(database), r => Assert.Equal(old.Crc, r.ModelCrc));
            Assert.InRange(DriftReport.Of(database).Count(r => r.Verdict is { Drifts: true }), GateRun.Devices / 2, GateRun.Devices);
            RolloutRow row = Assert.Single(database.Read(RolloutTable.All));
            Assert.Equal(["rollout.reverted", "rollout.revert"], database.Read(s => Audit.Latest(s, rollout: row.Id)).Select(a => a.Action));
            AbReport report = AbReport.Of(database, row);
            Assert.Equal((GateRun.Devices / 10, GateRun.Devices * 9 / 10), (report.NewDevices, report.OldDevices));
            Assert.Contains("tinynano_device_inferences_total{device=\"camera-000\"}", PrometheusText.Write(database, []), StringComparison.Ordinal);
        });
        Assert.True(GateCases.IsRight(outcome, RolloutState.Reverted), outcome.ToString());
    }
}
