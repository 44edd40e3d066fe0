using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Tests.Rollouts;

public class RolloutMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
    private readonly List<RolloutDeviceRow> _devices = [];
    private RolloutRow _row = null!;
    private DateTimeOffset _now = Start;

    [Fact]
    public void Stages_FollowOneAnother_WhenEnoughHaveConfirmed()
    {
        Make("10%,50%,100%", 100);
        Assert.Equal(10, Step().Offer.Count);
        Confirm(9);
        Assert.Equal(0, Step().Row.Stage);
        Confirm(1);
        RolloutDecision second = Step();
        Assert.Equal((1, 40, "rollout.stage"), (second.Row.Stage, second.Offer.Count, second.Action));
        Confirm(40);
        Assert.Equal(50, Step().Offer.Count);
        Confirm(45);
        Assert.Equal(RolloutState.Finished, Step().Row.State);
    }

    [Fact]
    public void Soak_MustPass_AndBeginsAgainWhenTheClockIsSetBack()
    {
        Make("10%,100%", 20, new RolloutStage { Share = 1, Soak = TimeSpan.FromMinutes(10) });
        Step();
        Confirm(2);
        Assert.Equal((0, Start), (Step().Row.Stage, _row.SoakSince!.Value));
        _now += TimeSpan.FromMinutes(9);
        Assert.Equal(0, Step().Row.Stage);
        _now -= TimeSpan.FromHours(1);
        Assert.Equal(0, Step().Row.Stage);
        _now += TimeSpan.FromMinutes(9.9);
        Assert.Equal(0, Step().Row.Stage);
        _now += TimeSpan.FromMinutes(0.2);
        Assert.Equal(1, Step().Row.Stage);
    }

    [Theory]
    [InlineData(19, 1, true)]
    [InlineData(20, 1, false)]
    [InlineData(20, 2, true)]
    [InlineData(1, 1, true)]
    public void Errors_AboveTheLimit_TakeItBack(int inStage, int failed, bool stops)
    {
        Make($"{inStage}%,100%", 100);
        Step();
        Set(failed, RolloutDeviceState.Refused, -9);
        Confirm(inStage - failed);
        RolloutDecision decision = Step();
        Assert.Equal(stops, decision.Row.State is RolloutState.Reverting or RolloutState.Reverted);
        if (stops)
        {
            Assert.Contains("-9", decision.Row.Reason, StringComparison.Ordinal);
            Assert.Equal(inStage - failed, decision.Recall.Count);
        }
    }

    [Fact]
    public void Revert_RecallsWhoHasIt_DropsWhoHasNot_AndEndsWhenAllAreBack()
    {
        Make("50%,100%", 20);
        Step();
        Set(2, RolloutDeviceState.Reverted, -24);
        Confirm(3);
        Set(2, RolloutDeviceState.Receiving, 0);
        RolloutDecision decision = Step();
        Assert.Equal((3, 5, "rollout.revert"), (decision.Recall.Count, decision.Drop.Count, decision.Action));
        Tell(decision);
        Assert.Equal(RolloutState.Reverting, Step().Row.State);

        // One that was dropped was too quick, and says that it has the model.
        int quick = _devices.FindIndex(d => d.State == RolloutDeviceState.Dropped);
        _devices[quick] = _devices[quick] with { State = RolloutDeviceState.Trial };
        decision = Step();
        Assert.Equal([_devices[quick].Device], decision.Recall);
        Tell(decision);
        for (int i = 0; i < _devices.Count; i++)
        {
            _devices[i] = _devices[i].State == RolloutDeviceState.Recalled ? _devices[i] with { State = RolloutDeviceState.Reverted } : _devices[i];
        }

        decision = Step();
        Assert.Equal((RolloutState.Reverted, "rollout.reverted"), (decision.Row.State, decision.Action));
    }

    [Fact]
    public void WithoutARevertManifest_OrByThePlan_FailuresPause()
    {
        Make("50%,100%", 4);
        _row = _row with { RevertSession = null };
        Step();
        Set(1, RolloutDeviceState.Refused, -9);
        Assert.Equal(RolloutState.Paused, Step().Row.State);
        Assert.Contains("no manifest to revert", _row.Reason, StringComparison.Ordinal);
        Assert.Empty(Step().Offer);
        _row = RolloutMachine.Resume(_row, _now);
        Assert.Equal(RolloutState.Running, _row.State);
        Assert.Throws<FleetException>(() => RolloutMachine.StartRevert(_row, "", _now));
    }

    [Fact]
    public void Gates_StopAtOnce_OrLetWait()
    {
        Make("50%,100%", 4);
        Step();
        Confirm(2);
        Assert.Equal(0, Step(new GateResult("drift", GateVerdict.Wait, "few samples")).Row.Stage);
        Assert.Equal(1, Step(new GateResult("drift", GateVerdict.Pass, "")).Row.Stage);
        RolloutDecision decision = Step(new GateResult("drift", GateVerdict.Stop, "psi 0.4 above 0.25"));
        Assert.Equal((RolloutState.Reverting, 2), (decision.Row.State, decision.Recall.Count));
        Assert.Equal("gate drift: psi 0.4 above 0.25", _row.Reason);
    }

    [Fact]
    public void ApprovalAndTimeout_WaitForAPerson()
    {
        Make("50%,100%", 4, new RolloutStage { Share = 1, Approval = true, Timeout = TimeSpan.FromHours(1) });
        Step();
        Confirm(2);
        Assert.Equal((RolloutState.Waiting, 1), (Step().Row.State, _row.Stage));
        Assert.Empty(Step().Offer);
        _now += TimeSpan.FromDays(1);
        _row = RolloutMachine.Resume(_row, _now);
        Assert.Equal(2, Step().Offer.Count);
        _now += TimeSpan.FromMinutes(61);
        Assert.Equal(RolloutState.Paused, Step().Row.State);
        Assert.Throws<FleetException>(() => RolloutMachine.Pause(_row, "", _now));
        Assert.Equal(RolloutState.Cancelled, RolloutMachine.Cancel(_row, "", _now).State);
    }

    private void Make(string stages, int devices, RolloutStage? pattern = null)
    {
        RolloutPlan plan = new() { Targets = new RolloutTargets(), Stages = RolloutPlan.ParseStages(stages, pattern) };
        _row = new RolloutRow { Id = 1, Name = "r", Session = 1, RevertSession = 2, Plan = plan, State = RolloutState.Running, StageSince = Start };
        for (int i = 0; i < devices; i++)
        {
            int stage = plan.Stages.Index().First(s => i < Math.Ceiling(s.Item.Share * devices)).Index;
            _devices.Add(new RolloutDeviceRow($"d{i:000}", i / (double)devices, stage, RolloutDeviceState.Idle, 0, null, null, 0, 0, null, 0, 0, 0));
        }
    }

    private RolloutDecision Step(params GateResult[] gates)
    {
        RolloutDecision decision = RolloutMachine.Next(_row, _devices, gates, _now);
        _row = decision.Row;
        for (int i = 0; i < _devices.Count; i++)
        {
            _devices[i] = decision.Offer.Contains(_devices[i].Device) ? _devices[i] with { State = RolloutDeviceState.Offered } : _devices[i];
        }

        return decision;
    }

    private void Tell(RolloutDecision decision)
    {
        for (int i = 0; i < _devices.Count; i++)
        {
            _devices[i] = decision.Recall.Contains(_devices[i].Device) ? _devices[i] with { State = RolloutDeviceState.Recalled }
                : decision.Drop.Contains(_devices[i].Device) ? _devices[i] with { State = RolloutDeviceState.Dropped } : _devices[i];
        }
    }

    private void Confirm(int count) => Set(count, RolloutDeviceState.Confirmed, 0);

    private void Set(int count, RolloutDeviceState state, int status)
    {
        for (int i = 0; i < _devices.Count && count > 0; i++)
        {
            if (_devices[i].State == RolloutDeviceState.Offered)
            {
                _devices[i] = _devices[i] with { State = state, Status = status };
                count--;
            }
        }
    }
}
