using TinyNano.Contracts;

namespace TinyNano.Fleet.Store;

/// <summary>A device as it last reported. What it has not said yet is null.</summary>
public sealed record DeviceRow
{
    public required string Device { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    public bool Online { get; init; }

    /// <summary>One of <see cref="DeviceState"/>.</summary>
    public int? State { get; init; }

    /// <summary>One of <see cref="EngineKind"/>.</summary>
    public int? Engine { get; init; }

    public int? Status { get; init; }

    public int? Restarts { get; init; }

    public uint? ModelVersion { get; init; }

    public uint? ModelCrc { get; init; }

    public uint? ModelBytes { get; init; }

    public uint? ArenaBytes { get; init; }

    public uint? FreeHeap { get; init; }

    public string? ModelName { get; init; }

    public string? Firmware { get; init; }

    public string? Application { get; init; }

    /// <summary>Session of the manifest that the device was at last.</summary>
    public uint? UpdateSession { get; init; }

    public int? UpdateState { get; init; }

    public int? UpdateStatus { get; init; }

    public uint? UpdateRollout { get; init; }

    public DateTimeOffset? UpdateAt { get; init; }

    public int? PartsStored { get; init; }

    public int? Parts { get; init; }

    /// <summary>Crc32 in the header of the blob that the device runs, which deltas are made against.</summary>
    public uint? BaseCrc { get; init; }

    public uint? BaseBytes { get; init; }

    /// <summary>The device's security counter.</summary>
    public uint? Counter { get; init; }
}

/// <summary>The table of devices.</summary>
public static class Devices
{
    private const string Columns =
        "device, first_seen, last_seen, online, state, engine, status, restarts, model_version, model_crc, model_bytes, arena_bytes, free_heap, model_name, firmware, "
        + "application, update_session, update_state, update_status, update_rollout, update_at, parts_stored, parts, base_crc, base_bytes, counter";

    /// <summary>The device was heard of.</summary>
    public static void Seen(DbSession session, string device, DateTimeOffset at) => session.Execute(
        "insert into devices (device, first_seen, last_seen) values (@0, @1, @1) on conflict (device) do update set last_seen = excluded.last_seen", device, at);

    /// <summary>The device has connected or has left. A retained `offline` of a device that was never seen makes it known.</summary>
    public static void Online(DbSession session, string device, bool online, DateTimeOffset at) => session.Execute(
        "insert into devices (device, first_seen, last_seen, online) values (@0, @1, @1, @2) on conflict (device) do update set last_seen = excluded.last_seen, online = excluded.online",
        device, at, online);

    /// <summary>What a state message says.</summary>
    public static void Report(DbSession session, string device, StateMessage state, DateTimeOffset at)
    {
        Seen(session, device, at);
        session.Execute(
            "update devices set state = @1, engine = @2, slot = @3, status = @4, restarts = @5, model_version = @6, model_crc = @7, model_bytes = @8, arena_bytes = @9, "
            + "free_heap = @10, model_name = @11, firmware = @12, application = @13 where device = @0",
            device, state.State, state.Engine, state.Slot, state.Status, state.Restarts, state.ModelVersion, state.ModelCrc, state.ModelBytes, state.ArenaBytes,
            state.FreeHeap, Printable(state.ModelName), Printable(state.Firmware), Printable(state.Application));
    }

    /// <summary>What an update message says.</summary>
    public static void Report(DbSession session, string device, UpdateMessage update, DateTimeOffset at)
    {
        Seen(session, device, at);
        session.Execute(
            "update devices set update_session = @1, update_state = @2, update_status = @3, update_rollout = @4, update_version = @5, update_attempts = @6, update_at = @7, "
            + "parts_stored = @8, parts = @9, bytes_received = @10, base_crc = @11, base_bytes = @12, counter = @13, shadow_samples = @14, shadow_agreed = @15, "
            + "fault_step = @16, fault_tensor = @17 where device = @0",
            device, update.Session, update.State, update.Status, update.Rollout, update.ModelVersion, update.Attempts, at,
            update.PartsStored, update.Parts, update.BytesReceived, update.BaseCrc, update.BaseBytes, update.Counter, update.ShadowSamples, update.ShadowAgreed,
            update.FaultStep, update.FaultTensor);
    }

    // Anybody may have sent it: no zeros, which PostgreSQL does not take and with which a whole batch would fail, and nothing that terminals obey.
    private static string Printable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;

    public static DeviceRow? Find(DbSession session, string device) => session.First($"select {Columns} from devices where device = @0", Row, device);

    /// <summary>All, by name.</summary>
    public static List<DeviceRow> All(DbSession session) => session.Query($"select {Columns} from devices order by device", Row);

    private static DeviceRow Row(DbRow row) => new()
    {
        Device = row.Text(0),
        FirstSeen = row.Time(1),
        LastSeen = row.Time(2),
        Online = row.Truth(3),
        State = (int?)row.Int64OrNull(4),
        Engine = (int?)row.Int64OrNull(5),
        Status = (int?)row.Int64OrNull(6),
        Restarts = (int?)row.Int64OrNull(7),
        ModelVersion = (uint?)row.Int64OrNull(8),
        ModelCrc = (uint?)row.Int64OrNull(9),
        ModelBytes = (uint?)row.Int64OrNull(10),
        ArenaBytes = (uint?)row.Int64OrNull(11),
        FreeHeap = (uint?)row.Int64OrNull(12),
        ModelName = row.TextOrNull(13),
        Firmware = row.TextOrNull(14),
        Application = row.TextOrNull(15),
        UpdateSession = (uint?)row.Int64OrNull(16),
        UpdateState = (int?)row.Int64OrNull(17),
        UpdateStatus = (int?)row.Int64OrNull(18),
        UpdateRollout = (uint?)row.Int64OrNull(19),
        UpdateAt = row.TimeOrNull(20),
        PartsStored = (int?)row.Int64OrNull(21),
        Parts = (int?)row.Int64OrNull(22),
        BaseCrc = (uint?)row.Int64OrNull(23),
        BaseBytes = (uint?)row.Int64OrNull(24),
        Counter = (uint?)row.Int64OrNull(25),
    };
}
