using TinyNano.Fleet.Rollouts;

namespace TinyNano.Fleet.Store;

/// <summary>A rollout as the database has it.</summary>
public sealed record RolloutRow
{
    public long Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Session of the manifest that is rolled out.</summary>
    public required uint Session { get; init; }

    /// <summary>Session of the signed manifest that takes devices back; null where none was made.</summary>
    public uint? RevertSession { get; init; }

    public required RolloutPlan Plan { get; init; }

    public RolloutState State { get; init; }

    /// <summary>Index of the stage that is under way or waits.</summary>
    public int Stage { get; init; }

    public DateTimeOffset StageSince { get; init; }

    /// <summary>When enough devices of the stage had confirmed; null before.</summary>
    public DateTimeOffset? SoakSince { get; init; }

    /// <summary>Why it is in its state; empty where nobody needs to be told.</summary>
    public string Reason { get; init; } = "";

    public DateTimeOffset Created { get; init; }

    public string CreatedBy { get; init; } = "";

    public DateTimeOffset Changed { get; init; }

    /// <summary>Counts the changes.</summary>
    public long Revision { get; init; }
}

/// <summary>A device of a rollout.</summary>
/// <param name="Share">Its <see cref="StableHash.Share"/>.</param>
public sealed record RolloutDeviceRow(
    string Device, double Share, int Stage, RolloutDeviceState State, int Status, DateTimeOffset? Offered, DateTimeOffset? Changed,
    int PartsStored, int Parts, int? RestartsBefore, long BytesSent, long MessagesSent, long Requests);

/// <summary>The tables of rollouts.</summary>
public static class RolloutTable
{
    private const string Columns = "id, name, session, revert_session, plan, state, stage, stage_since, soak_since, reason, created, created_by, changed, revision";

    /// <summary>Adds a rollout with its devices, each in the stage that its hash gives it; returns the rollout's number.</summary>
    public static long Add(DbSession session, RolloutRow row)
    {
        long id = session.Number(
            "insert into rollouts (name, session, revert_session, plan, state, stage, stage_since, reason, created, created_by, changed) "
            + "values (@0, @1, @2, @3, @4, @5, @6, @7, @6, @8, @6) returning id",
            row.Name, row.Session, row.RevertSession, row.Plan.ToJson(), row.State, row.Stage, row.Created, row.Reason, row.CreatedBy);
        // By rank, so that a stage of 10 % has 10 % of the devices and never none.
        (string Device, double Share)[] order = [.. row.Plan.Targets.Devices.Distinct(StringComparer.Ordinal)
            .Select(device => (device, StableHash.Share(row.Plan.Salt, device))).OrderBy(d => d.Item2).ThenBy(d => d.device, StringComparer.Ordinal)];
        foreach ((int rank, (string device, double share)) in order.Index())
        {
            Add(session, id, device, share, row.Plan.Stages.Index().First(s => rank < Math.Ceiling(s.Item.Share * order.Length)).Index);
        }

        return id;
    }

    /// <summary>Adds a device that turned up later, in the stage that its hash gives it.</summary>
    public static void AddDevice(DbSession session, long rollout, RolloutPlan plan, string device)
    {
        double share = StableHash.Share(plan.Salt, device);
        Add(session, rollout, device, share, plan.Stages.Index().First(s => share < s.Item.Share).Index);
    }

    private static void Add(DbSession session, long rollout, string device, double share, int stage) => session.Execute(
            "insert into rollout_devices (rollout, device, hash_share, stage, state, restarts_before) values (@0, @1, @2, @3, @4, (select restarts from devices where device = @1)) "
            + "on conflict (rollout, device) do nothing",
            rollout, device, share, stage, RolloutDeviceState.Idle);

    /// <summary>Writes state, stage, times and reason where nobody has changed the row since it was read; false where somebody has.</summary>
    public static bool Update(DbSession session, RolloutRow row) => session.Execute(
        "update rollouts set state = @2, stage = @3, stage_since = @4, soak_since = @5, reason = @6, changed = @7, revert_session = @8, revision = revision + 1 where id = @0 and revision = @1",
        row.Id, row.Revision, row.State, row.Stage, row.StageSince, row.SoakSince, row.Reason, row.Changed, row.RevertSession) == 1;

    public static RolloutRow? Find(DbSession session, long id) => session.First($"select {Columns} from rollouts where id = @0", Row, id);

    /// <summary>All, newest first.</summary>
    public static List<RolloutRow> All(DbSession session) => session.Query($"select {Columns} from rollouts order by id desc", Row);

    /// <summary>Those that have not ended.</summary>
    public static List<RolloutRow> Active(DbSession session) => session.Query($"select {Columns} from rollouts where state < @0 order by id", Row, RolloutState.Reverted);

    public static List<RolloutDeviceRow> DevicesOf(DbSession session, long rollout) => session.Query(
        "select device, hash_share, stage, state, status, offered, changed, parts_stored, parts, restarts_before, bytes_sent, messages_sent, requests "
        + "from rollout_devices where rollout = @0 order by hash_share, device",
        r => new RolloutDeviceRow(
            r.Text(0), r.Double(1), r.Int32(2), (RolloutDeviceState)r.Int32(3), r.Int32(4), r.TimeOrNull(5), r.TimeOrNull(6), r.Int32(7), r.Int32(8),
            (int?)r.Int64OrNull(9), r.Int64(10), r.Int64(11), r.Int64(12)),
        rollout);

    /// <summary>The manifest was published to the device.</summary>
    public static void Offer(DbSession session, long rollout, string device, DateTimeOffset at) => session.Execute(
        "update rollout_devices set state = @2, offered = @3, changed = @3 where rollout = @0 and device = @1 and state = @4", rollout, device,
        RolloutDeviceState.Offered, at, RolloutDeviceState.Idle);

    /// <summary>The device was told something: <see cref="RolloutDeviceState.Recalled"/> or <see cref="RolloutDeviceState.Dropped"/>.</summary>
    public static void Tell(DbSession session, long rollout, string device, RolloutDeviceState state, DateTimeOffset at) => session.Execute(
        "update rollout_devices set state = @2, changed = @3 where rollout = @0 and device = @1", rollout, device, state, at);

    /// <summary>What the device says of the rollout's session.</summary>
    public static void Progress(DbSession session, long rollout, string device, RolloutDeviceState state, int status, int partsStored, int parts, DateTimeOffset at) => session.Execute(
        "update rollout_devices set state = @2, status = @3, parts_stored = @4, parts = @5, changed = @6 where rollout = @0 and device = @1", rollout, device, state, status,
        partsStored, parts, at);

    /// <summary>Adds to what was sent to the device.</summary>
    public static void Sent(DbSession session, long rollout, string device, long bytes, long messages, long requests) => session.Execute(
        "update rollout_devices set bytes_sent = bytes_sent + @2, messages_sent = messages_sent + @3, requests = requests + @4 where rollout = @0 and device = @1", rollout, device,
        bytes, messages, requests);

    private static RolloutRow Row(DbRow row) => new()
    {
        Id = row.Int64(0),
        Name = row.Text(1),
        Session = row.UInt32(2),
        RevertSession = (uint?)row.Int64OrNull(3),
        Plan = RolloutPlan.FromJson(row.Text(4)),
        State = (RolloutState)row.Int32(5),
        Stage = row.Int32(6),
        StageSince = row.Time(7),
        SoakSince = row.TimeOrNull(8),
        Reason = row.Text(9),
        Created = row.Time(10),
        CreatedBy = row.Text(11),
        Changed = row.Time(12),
        Revision = row.Int64(13),
    };
}
