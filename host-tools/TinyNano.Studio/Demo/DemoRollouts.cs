using TinyNano.Studio.Data;

namespace TinyNano.Studio.Demo;

/// <summary>Three invented rollouts: one under way, one that a gate stopped, one complete.</summary>
internal sealed class DemoRollouts
{
    private static readonly (string Name, double Percent)[] s_stages = [("canary", 1), ("early", 10), ("half", 50), ("all", 100)];
    private readonly Lock _gate = new();
    private readonly List<RolloutDetail> _rollouts = [];

    public DemoRollouts(int devices, long now)
    {
        const long hour = 3_600_000;
        _rollouts.Add(Make(9, 2, devices, 1, "running", "", now - (2 * hour), false));
        _rollouts.Add(Make(8, 3, devices, 1, "reverted", "gate 'agreement with the old model' failed at 10 %", now - (52 * hour), true));
        _rollouts.Add(Make(7, 1, devices, 3, "complete", "", now - (460 * hour), false));
    }

    public IReadOnlyList<RolloutDetail> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _rollouts];
            }
        }
    }

    public string? Change(uint id, RolloutAction action, string who, string reason, long now)
    {
        lock (_gate)
        {
            int i = _rollouts.FindIndex(r => r.Row.Id == id);
            if (i < 0 || !_rollouts[i].Actions.Contains(action))
            {
                return $"Rollout {id} cannot be changed like that: it is {(i < 0 ? "unknown" : _rollouts[i].Row.State)}.";
            }

            RolloutDetail old = _rollouts[i];
            string state = action switch { RolloutAction.Pause => "paused", RolloutAction.Resume => "running", _ => "reverted" };
            string what = action switch { RolloutAction.Pause => "paused", RolloutAction.Resume => "resumed", _ => "reverted" };
            IReadOnlyList<RolloutStage> stages = action == RolloutAction.Revert
                ? [.. old.Stages.Select(s => s.State is "running" ? s with { State = "failed", Ended = now } : s.State == "waiting" ? s with { State = "skipped" } : s)]
                : old.Stages;
            _rollouts[i] = old with
            {
                Row = old.Row with { State = state, Reason = reason },
                Stages = stages,
                Actions = ActionsIn(state),
                Audit = [new AuditEntry(now, who, what, reason), .. old.Audit],
            };
            return null;
        }
    }

    /// <summary>One more device of the running stage is done; the number of the rollout, or null where none runs.</summary>
    public uint? Advance()
    {
        lock (_gate)
        {
            int i = _rollouts.FindIndex(r => r.Row.State == "running");
            if (i < 0)
            {
                return null;
            }

            RolloutDetail old = _rollouts[i];
            int at = old.Row.Stage;
            RolloutStage stage = old.Stages[at];
            if (stage.Receiving == 0)
            {
                return null;
            }

            RolloutStage[] stages = [.. old.Stages];
            stages[at] = stage with { Receiving = stage.Receiving - 1, Trial = stage.Trial + (stage.Trial < 6 ? 1 : 0), Confirmed = stage.Confirmed + (stage.Trial < 6 ? 0 : 1) };
            _rollouts[i] = old with { Stages = stages, Row = old.Row with { Confirmed = stages.Sum(s => s.Confirmed) } };
            return old.Row.Id;
        }
    }

    private static IReadOnlyList<RolloutAction> ActionsIn(string state) => state switch
    {
        "running" => [RolloutAction.Pause, RolloutAction.Revert],
        "paused" => [RolloutAction.Resume, RolloutAction.Revert],
        "complete" => [RolloutAction.Revert],
        _ => [],
    };

    private static RolloutDetail Make(uint id, uint version, int devices, int at, string state, string reason, long created, bool failed)
    {
        const long minute = 60_000;
        List<RolloutStage> stages = [];
        double before = 0;
        for (int i = 0; i < s_stages.Length; i++)
        {
            int count = Math.Max(1, (int)Math.Round(devices * (s_stages[i].Percent - before) / 100));
            before = s_stages[i].Percent;
            bool done = i < at || state == "complete";
            bool here = i == at && !done;
            int trial = here && !failed ? Math.Min(4, count / 10) : 0;
            int confirmed = done ? count : here && !failed ? count * 2 / 5 : 0;
            stages.Add(new RolloutStage(
                s_stages[i].Name, s_stages[i].Percent, done ? "passed" : here ? failed ? "failed" : "running" : failed ? "skipped" : "waiting", count,
                here && !failed ? count - confirmed - trial : 0, trial, confirmed, here && failed ? count : 0,
                done || here ? created + (i * 40 * minute) : null, done || (here && failed) ? created + ((i + 1) * 40 * minute) : null));
        }

        RolloutRow row = new(id, DemoModels.Name, version, state, reason, at, stages.Count, devices, stages.Sum(s => s.Confirmed), stages.Sum(s => s.Failed), created, "release pipeline");
        List<AuditEntry> audit = [new(created, row.CreatedBy, "created", $"{row.Model} version {version} for {devices:N0} devices"), new(created + (2 * minute), "gates", "stage started", "canary, 1 %")];
        for (int i = 1; i <= at; i++)
        {
            audit.Insert(0, new(created + (i * 40 * minute), "gates", "stage started", $"{s_stages[i].Name}, {s_stages[i].Percent:0} %"));
        }

        if (failed)
        {
            audit.Insert(0, new(created + (80 * minute), "gates", "reverted", reason));
        }

        return new RolloutDetail(row, stages, Gates(failed, state == "running"), audit, ActionsIn(state));
    }

    private static IReadOnlyList<RolloutGate> Gates(bool failed, bool running) =>
    [
        new("agreement with the old model", failed ? "81.4 %" : "96.2 %", "at least 90 %", failed ? "failed" : "passed", "share of shadow samples with the same class"),
        new("mean confidence", failed ? "71 %" : "93 %", "at least 88 %", failed ? "failed" : "passed", "against 92 % of the devices that wait"),
        new("latency", "44.1 ms", "at most 60 ms", "passed", "mean of the stage"),
        new("restarts", running ? "" : "0.2", "at most 1", running ? "waiting" : "passed", running ? "per 100 device hours; judged after 200" : "per 100 device hours"),
        new("drift", failed ? "PSI 0.31" : "PSI 0.05", "at most 0.25", failed ? "failed" : "passed", "worst signal, median device"),
    ];
}
