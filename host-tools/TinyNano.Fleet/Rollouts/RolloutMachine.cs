using System.Globalization;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Rollouts;

/// <summary>What is to be done about a rollout now.</summary>
/// <param name="Row">The rollout as it is from now on.</param>
/// <param name="Offer">Devices that the manifest is to be published to.</param>
/// <param name="Recall">Devices that run or try the model and are to go back.</param>
/// <param name="Drop">Devices that have not taken it, and must not.</param>
/// <param name="Action">For the audit trail, with the row's reason; null where the state has not changed.</param>
public sealed record RolloutDecision(RolloutRow Row, IReadOnlyList<string> Offer, IReadOnlyList<string> Recall, IReadOnlyList<string> Drop, string? Action);

/// <summary>The rules of rollouts. Pure: what it knows it is given, and what it wants it returns.</summary>
public static class RolloutMachine
{
    /// <summary>Looks at a rollout; called again and again, and after every change that a person makes.</summary>
    /// <param name="gates">Verdicts of the plan's gates; empty where it has none.</param>
    public static RolloutDecision Next(RolloutRow row, IReadOnlyList<RolloutDeviceRow> devices, IReadOnlyList<GateResult> gates, DateTimeOffset now) => row.State switch
    {
        RolloutState.Running => Run(row, devices, gates, now),
        RolloutState.Reverting => Revert(row, devices, now),
        RolloutState.Cancelled => new RolloutDecision(row, [], [], [.. devices.Where(d => d.State == RolloutDeviceState.Offered).Select(d => d.Device)], null),
        _ => new RolloutDecision(row, [], [], [], null),
    };

    /// <summary>A person starts the stage that waits, or goes on after a pause.</summary>
    /// <exception cref="FleetException">TN6402: not possible in this state.</exception>
    public static RolloutRow Resume(RolloutRow row, DateTimeOffset now) => row.State is RolloutState.Waiting or RolloutState.Paused
        ? row with { State = RolloutState.Running, StageSince = now, SoakSince = null, Reason = "", Changed = now }
        : throw Impossible(row, "resumed");

    /// <exception cref="FleetException">TN6402: not possible in this state.</exception>
    public static RolloutRow Pause(RolloutRow row, string reason, DateTimeOffset now) => row.State is RolloutState.Running or RolloutState.Waiting
        ? row with { State = RolloutState.Paused, Reason = reason, Changed = now }
        : throw Impossible(row, "paused");

    /// <summary>A person takes the model back, even after the last stage.</summary>
    /// <exception cref="FleetException">TN6402: not possible in this state. TN6403: there is no manifest that takes devices back.</exception>
    public static RolloutRow StartRevert(RolloutRow row, string reason, DateTimeOffset now) =>
        row.RevertSession is null ? throw new FleetException("TN6403", "no manifest takes the devices of this rollout back", $"rollout {row.Id}", "sign one with `tinynano sign --revert-to` and give it with --revert-manifest")
        : row.State is RolloutState.Reverting or RolloutState.Reverted or RolloutState.Cancelled ? throw Impossible(row, "reverted")
        : row with { State = RolloutState.Reverting, Reason = reason, Changed = now };

    /// <exception cref="FleetException">TN6402: not possible in this state.</exception>
    public static RolloutRow Cancel(RolloutRow row, string reason, DateTimeOffset now) => row.State < RolloutState.Reverting
        ? row with { State = RolloutState.Cancelled, Reason = reason, Changed = now }
        : throw Impossible(row, "cancelled");

    private static RolloutDecision Run(RolloutRow row, IReadOnlyList<RolloutDeviceRow> devices, IReadOnlyList<GateResult> gates, DateTimeOffset now)
    {
        RolloutStage stage = row.Plan.Stages[row.Stage];
        RolloutDeviceRow[] due = [.. devices.Where(d => d.Stage <= row.Stage)];
        int failed = due.Count(d => d.State is RolloutDeviceState.Reverted or RolloutDeviceState.Refused);
        int confirmed = due.Count(d => d.State == RolloutDeviceState.Confirmed);

        // Rates of few devices say little, so that the limit is a number: at 5 %, none of 19 and one of 20.
        if (failed > Math.Floor(stage.Errors * due.Length + 1e-9))
        {
            string codes = string.Join(", ", due.Where(d => d.State is RolloutDeviceState.Reverted or RolloutDeviceState.Refused).CountBy(d => d.Status).OrderByDescending(c => c.Value)
                .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value} with {c.Key}")));
            return Fail(row, devices, string.Create(CultureInfo.InvariantCulture, $"{failed} of {due.Length} devices refused or reverted ({codes}); the limit is {stage.Errors:P0}"), now);
        }

        if (gates.FirstOrDefault(g => g.Verdict == GateVerdict.Stop) is GateResult stop)
        {
            return Fail(row, devices, $"gate {stop.Gate}: {stop.Reason}", now);
        }

        string[] offer = [.. due.Where(d => d.State == RolloutDeviceState.Idle).Select(d => d.Device)];
        RolloutDecision goOn = new(row, offer, [], [], null);
        if (confirmed < Math.Ceiling(stage.Success * due.Length - 1e-9) || offer.Length > 0)
        {
            return stage.Timeout > TimeSpan.Zero && now - row.StageSince > stage.Timeout
                ? goOn with { Row = row with { State = RolloutState.Paused, Reason = $"only {confirmed} of {due.Length} devices have confirmed within {stage.Timeout}", Changed = now }, Offer = [], Action = "rollout.pause" }
                : goOn with { Row = row.SoakSince is null ? row : row with { SoakSince = null } };
        }

        // A clock that was set back starts the soak again.
        if (row.SoakSince is not DateTimeOffset soak || soak > now)
        {
            row = row with { SoakSince = now };
            soak = now;
        }

        if (now - soak < stage.Soak || gates.Any(g => g.Verdict == GateVerdict.Wait))
        {
            return goOn with { Row = row };
        }

        if (row.Stage + 1 == row.Plan.Stages.Count)
        {
            return goOn with { Row = row with { State = RolloutState.Finished, Reason = $"{confirmed} of {due.Length} devices have confirmed", Changed = now }, Action = "rollout.finish" };
        }

        RolloutStage next = row.Plan.Stages[row.Stage + 1];
        row = row with { Stage = row.Stage + 1, StageSince = now, SoakSince = null, Changed = now, Reason = next.Approval ? "waits for approval" : "" };
        return next.Approval
            ? goOn with { Row = row with { State = RolloutState.Waiting }, Action = "rollout.wait" }
            : new RolloutDecision(row, [.. devices.Where(d => d.Stage <= row.Stage && d.State == RolloutDeviceState.Idle).Select(d => d.Device)], [], [], "rollout.stage");
    }

    private static RolloutDecision Fail(RolloutRow row, IReadOnlyList<RolloutDeviceRow> devices, string reason, DateTimeOffset now)
    {
        if (row.Plan.OnFailure == RolloutFailure.Revert && row.RevertSession is not null)
        {
            return Revert(row with { State = RolloutState.Reverting, Reason = reason, Changed = now }, devices, now) with { Action = "rollout.revert" };
        }

        string why = row.Plan.OnFailure == RolloutFailure.Revert ? reason + "; there is no manifest to revert with" : reason;
        return new RolloutDecision(row with { State = RolloutState.Paused, Reason = why, Changed = now }, [], [], [], "rollout.pause");
    }

    private static RolloutDecision Revert(RolloutRow row, IReadOnlyList<RolloutDeviceRow> devices, DateTimeOffset now)
    {
        // What was dropped and had taken it all the same says so, and is recalled then.
        string[] recall = [.. devices.Where(d => d.State is RolloutDeviceState.Trial or RolloutDeviceState.Confirmed).Select(d => d.Device)];
        string[] drop = [.. devices.Where(d => d.State is RolloutDeviceState.Offered or RolloutDeviceState.Receiving or RolloutDeviceState.Stored or RolloutDeviceState.Shadow).Select(d => d.Device)];
        bool done = recall.Length + drop.Length == 0 && !devices.Any(d => d.State == RolloutDeviceState.Recalled);
        return done
            ? new RolloutDecision(row with { State = RolloutState.Reverted, Changed = now }, [], [], [], "rollout.reverted")
            : new RolloutDecision(row, [], recall, drop, null);
    }

    private static FleetException Impossible(RolloutRow row, string what) => new(
        "TN6402", $"a rollout that is {row.State.ToString().ToLowerInvariant()} cannot be {what}", $"rollout {row.Id}", "see `tinynano fleet rollouts` for its state");
}
