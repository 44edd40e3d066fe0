using TinyNano.Contracts;

namespace TinyNano.Fleet.Store;

/// <summary>A health message as it was stored.</summary>
/// <param name="Message">Its bytes; <see cref="HealthMessage.Decode"/> reads them.</param>
public sealed record HealthRow(string Device, int Restarts, long Sequence, DateTimeOffset At, uint ModelCrc, uint ModelVersion, uint Inferences, uint LatencyMicroseconds, byte[] Message)
{
    /// <summary>The message again.</summary>
    public HealthMessage Decode()
    {
        HealthMessage message = new();
        return message.Decode(Message, Message.Length) ? message : throw new InvalidOperationException("the database holds a health message that is none");
    }
}

/// <summary>The table of health messages.</summary>
public static class Health
{
    private const string Columns = "device, restarts, sequence, at, model_crc, model_version, inferences, latency_us, message";

    /// <summary>Keeps a message; false where it is there already.</summary>
    public static bool Add(DbSession session, string device, HealthMessage health, byte[] message, DateTimeOffset at) => session.Execute(
        "insert into health (device, restarts, sequence, at, model_crc, model_version, inferences, latency_us, free_heap, rssi, alarms, message) "
        + "values (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11) on conflict (device, restarts, sequence) do nothing",
        device, health.Restarts, health.Sequence, at, health.ModelCrc, health.ModelVersion, health.Inferences, health.LatencyMean, health.FreeHeap, health.Rssi, health.Alarms, message) == 1;

    /// <summary>All of a device in the order in which it sent them, whatever the desk's clock did.</summary>
    /// <param name="since">Only those that came after.</param>
    public static List<HealthRow> Of(DbSession session, string device, DateTimeOffset? since = null) => session.Query(
        $"select {Columns} from health where device = @0 and at >= @1 order by restarts, sequence", Row, device, since ?? DateTimeOffset.UnixEpoch);

    /// <summary>Devices that have sent any.</summary>
    public static List<string> Devices(DbSession session) => session.Query("select distinct device from health order by device", r => r.Text(0));

    /// <summary>The latest message of a device; null where there is none.</summary>
    public static HealthRow? Latest(DbSession session, string device) =>
        session.First($"select {Columns} from health where device = @0 order by restarts desc, sequence desc limit 1", Row, device);

    /// <summary>The message of the same start that has this number, and those before and after it; null where there is none.</summary>
    public static (HealthRow? Before, HealthRow? Same, HealthRow? After) Around(DbSession session, string device, int restarts, long sequence) => (
        session.First($"select {Columns} from health where device = @0 and restarts = @1 and sequence < @2 order by sequence desc limit 1", Row, device, restarts, sequence),
        session.First($"select {Columns} from health where device = @0 and restarts = @1 and sequence = @2", Row, device, restarts, sequence),
        session.First($"select {Columns} from health where device = @0 and restarts = @1 and sequence > @2 order by sequence limit 1", Row, device, restarts, sequence));

    public static long Count(DbSession session) => session.Number("select count(*) from health");

    /// <summary>Forgets messages that came before a time; returns how many.</summary>
    public static int Forget(DbSession session, DateTimeOffset before) => session.Execute("delete from health where at < @0", before);

    private static HealthRow Row(DbRow row) =>
        new(row.Text(0), row.Int32(1), row.Int64(2), row.Time(3), row.UInt32(4), row.UInt32(5), row.UInt32(6), row.UInt32(7), row.Bytes(8));
}

/// <summary>The telemetry message of a device that came last.</summary>
public sealed record TelemetryRow(
    string Device, DateTimeOffset At, uint Uptime, uint Inferences, uint Frames, uint LostFrames, uint SensorErrors, uint Dropped, uint Reconnects, uint FreeHeap, uint LatencyMin, uint Latency, uint LatencyMax);

/// <summary>The table of telemetry.</summary>
public static class Telemetry
{
    public static void Report(DbSession session, string device, TelemetryMessage message, DateTimeOffset at) => session.Execute(
        "insert into telemetry (device, at, uptime, inferences, frames, lost_frames, sensor_errors, dropped, reconnects, free_heap, latency_min_us, latency_us, latency_max_us) "
        + "values (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12) on conflict (device) do update set at = excluded.at, uptime = excluded.uptime, inferences = excluded.inferences, "
        + "frames = excluded.frames, lost_frames = excluded.lost_frames, sensor_errors = excluded.sensor_errors, dropped = excluded.dropped, reconnects = excluded.reconnects, "
        + "free_heap = excluded.free_heap, latency_min_us = excluded.latency_min_us, latency_us = excluded.latency_us, latency_max_us = excluded.latency_max_us",
        device, at, message.UptimeSeconds, message.Inferences, message.Frames, message.LostFrames, message.SensorErrors, message.DroppedMessages, message.Reconnects, message.FreeHeap,
        message.LatencyMin, message.LatencyMean, message.LatencyMax);

    public static List<TelemetryRow> All(DbSession session) => session.Query(
        "select device, at, uptime, inferences, frames, lost_frames, sensor_errors, dropped, reconnects, free_heap, latency_min_us, latency_us, latency_max_us from telemetry order by device",
        r => new TelemetryRow(r.Text(0), r.Time(1), r.UInt32(2), r.UInt32(3), r.UInt32(4), r.UInt32(5), r.UInt32(6), r.UInt32(7), r.UInt32(8), r.UInt32(9), r.UInt32(10), r.UInt32(11), r.UInt32(12)));
}
