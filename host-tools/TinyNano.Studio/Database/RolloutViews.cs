using TinyNano.Fleet;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Studio.Data;
using Audit = TinyNano.Fleet.Store.Audit;
using Row = TinyNano.Studio.Data.RolloutRow;
using Stored = TinyNano.Fleet.Store.RolloutRow;

namespace TinyNano.Studio.Database;

/// <summary>Rollouts of the database as the page shows them, and what a person may do to them.</summary>
internal sealed class RolloutViews(FleetDatabase database, IReadOnlyList<IRolloutGate> gates)
{
    private const int AuditRows = 100;
    private const int Attempts = 5;

    public IReadOnlyList<Row> All() => [.. database.Read(s => RolloutTable.All(s).Select(r => (Rollout: r, Devices: RolloutTable.DevicesOf(s, r.Id), Manifest: Manifests.Find(s, r.Session))).ToList())
        .Select(r => MakeRow(r.Rollout, r.Devices, r.Manifest))];

    public RolloutDetail? Find(uint id) => database.Read(s => RolloutTable.Find(s, id) is Stored row
        ? (Rollout: row, Devices: RolloutTable.DevicesOf(s, id), Manifest: Manifests.Find(s, row.Session), Audit: Audit.Latest(s, AuditRows, id))
        : ((Stored Rollout, List<RolloutDeviceRow> Devices, ManifestRow? Manifest, List<AuditRow> Audit)?)null) is (Stored rollout, List<RolloutDeviceRow> devices, ManifestRow manifest, List<AuditRow> audit)
            ? new RolloutDetail(
                MakeRow(rollout, devices, manifest), [.. rollout.Plan.Stages.Select((stage, i) => MakeStage(rollout, stage, i, devices))], [.. rollout.Plan.Gates.Select(g => MakeGate(rollout, g.Key, g.Value, devices))],
                [.. audit.Select(a => new AuditEntry(a.At.ToUnixTimeMilliseconds(), a.Actor, a.Action, a.Reason))], ActionsOf(rollout))
            : null;

    /// <summary>Numbers and revisions of all: whatever differs later has changed.</summary>
    public Dictionary<long, (long Revision, int Confirmed, int Moving)> Revisions() => database.Read(s => s.Query(
        "select r.id, r.revision, (select count(*) from rollout_devices d where d.rollout = r.id and d.state = @0), (select count(*) from rollout_devices d where d.rollout = r.id and d.state <> @1) from rollouts r",
        r => (Id: r.Int64(0), Revision: r.Int64(1), Confirmed: r.Int32(2), Moving: r.Int32(3)), RolloutDeviceState.Confirmed, RolloutDeviceState.Idle))
        .ToDictionary(r => r.Id, r => (r.Revision, r.Confirmed, r.Moving));

    /// <summary>Writes the change with its audit row in one transaction; null when done, else why not.</summary>
    public async Task<string?> ChangeAsync(uint id, RolloutAction action, string who, string reason)
    {
        DateTimeOffset now = database.Time.GetUtcNow();
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (database.Read(s => RolloutTable.Find(s, id)) is not Stored row)
            {
                return "There is no such rollout.";
            }

            Stored changed;
            try
            {
                changed = action switch
                {
                    RolloutAction.Pause => RolloutMachine.Pause(row, reason, now),
                    RolloutAction.Resume => RolloutMachine.Resume(row, now),
                    _ => RolloutMachine.StartRevert(row, reason, now),
                };
            }
            catch (FleetException e)
            {
                return $"{e.Diagnostic.Message}. {e.Diagnostic.Hint}";
            }

            bool written = await database.WriteAsync(s =>
            {
                bool mine = RolloutTable.Update(s, changed);
                if (mine)
                {
                    Audit.Add(s, now, who, "rollout." + action.ToString().ToLowerInvariant(), row.Name, id, reason);
                }

                return mine;
            });
            if (written)
            {
                return null;
            }
        }

        return "The rollout was changed by somebody else at the same time.";
    }

    private static Row MakeRow(Stored row, List<RolloutDeviceRow> devices, ManifestRow? manifest) => new(
        (uint)row.Id, manifest?.Manifest.Model is { Length: > 0 } model ? model : row.Name, manifest?.Manifest.ModelVersion ?? 0, Names.Rollout(row.State), row.Reason, row.Stage, row.Plan.Stages.Count, devices.Count,
        devices.Count(d => d.State == RolloutDeviceState.Confirmed), devices.Count(Failed), row.Created.ToUnixTimeMilliseconds(), row.CreatedBy);

    private static Data.RolloutStage MakeStage(Stored row, Fleet.Rollouts.RolloutStage stage, int index, List<RolloutDeviceRow> all)
    {
        RolloutDeviceRow[] devices = [.. all.Where(d => d.Stage == index)];
        bool ended = row.State is RolloutState.Reverting or RolloutState.Reverted or RolloutState.Cancelled;
        string state = index < row.Stage || row.State == RolloutState.Finished ? "passed" : index > row.Stage ? ended ? "skipped" : "waiting" : ended ? "failed" : row.State == RolloutState.Running ? "running" : "waiting";
        DateTimeOffset? started = devices.Min(d => d.Offered);
        return new Data.RolloutStage(
            $"stage {index + 1}", Math.Round(stage.Share * 100, 2), state, devices.Length, devices.Count(d => d.State is RolloutDeviceState.Offered or RolloutDeviceState.Receiving or RolloutDeviceState.Stored),
            devices.Count(d => d.State is RolloutDeviceState.Shadow or RolloutDeviceState.Trial), devices.Count(d => d.State == RolloutDeviceState.Confirmed), devices.Count(Failed), started?.ToUnixTimeMilliseconds(), null);
    }

    private RolloutGate MakeGate(Stored row, string name, string limit, List<RolloutDeviceRow> devices)
    {
        GateResult? result = gates.FirstOrDefault(g => g.Name == name)?.Judge(row, limit, devices, database.Time.GetUtcNow());
        string state = result?.Verdict switch { GateVerdict.Pass => "passed", GateVerdict.Stop => "failed", _ => "waiting" };
        return new RolloutGate(name, "", limit, state, result?.Reason ?? "judged by the program that drives the rollout");
    }

    private static RolloutAction[] ActionsOf(Stored row) => row.State switch
    {
        RolloutState.Running => [RolloutAction.Pause, .. Revert(row)],
        RolloutState.Waiting or RolloutState.Paused => [RolloutAction.Resume, .. Revert(row)],
        RolloutState.Finished => Revert(row),
        _ => [],
    };

    private static RolloutAction[] Revert(Stored row) => row.RevertSession is null ? [] : [RolloutAction.Revert];

    private static bool Failed(RolloutDeviceRow device) => device.State is RolloutDeviceState.Reverted or RolloutDeviceState.Refused;
}
