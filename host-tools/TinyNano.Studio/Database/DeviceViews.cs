using TinyNano.Fleet.Store;
using TinyNano.Studio.Data;
using Row = TinyNano.Studio.Data.DeviceRow;

namespace TinyNano.Studio.Database;

/// <summary>A device's page from the database.</summary>
internal static class DeviceViews
{
    public static DeviceDetail? Of(FleetDatabase database, ModelShelf shelf, Row row)
    {
        if (database.Read(s => Devices.Find(s, row.Name)) is not Fleet.Store.DeviceRow device)
        {
            return null;
        }

        HealthRow? health = database.Read(s => Health.Latest(s, row.Name));
        Contracts.HealthMessage? last = health?.Decode();
        TelemetryRow? telemetry = database.Read(s => s.First(
            "select device, at, uptime, inferences, frames, lost_frames, sensor_errors, dropped, reconnects, free_heap, latency_min_us, latency_us, latency_max_us from telemetry where device = @0",
            r => new TelemetryRow(r.Text(0), r.Time(1), r.UInt32(2), r.UInt32(3), r.UInt32(4), r.UInt32(5), r.UInt32(6), r.UInt32(7), r.UInt32(8), r.UInt32(9), r.UInt32(10), r.UInt32(11), r.UInt32(12)), row.Name));
        uint crc = device.ModelCrc ?? 0;
        IReadOnlyList<string> labels = shelf.Decoded(crc)?.Labels ?? [];
        string hardware = device.UpdateSession is uint session && database.Read(s => Manifests.Find(s, session)) is ManifestRow manifest ? manifest.Manifest.Hardware : "";
        int status = device.UpdateStatus is int failed && failed != 0 ? failed : device.Status ?? 0;
        return new DeviceDetail(
            row, device.Firmware ?? "", hardware, Names.Engine(device.Engine), crc == 0 ? "" : ModelShelf.Id(crc), (int)(device.ModelBytes ?? 0), (int)(device.ArenaBytes ?? 0),
            (int)(last?.FreeHeap ?? telemetry?.FreeHeap ?? device.FreeHeap ?? 0), last?.Rssi ?? 0, last?.UptimeSeconds ?? telemetry?.Uptime ?? 0, last?.Inferences ?? telemetry?.Inferences ?? 0, telemetry?.Dropped ?? 0, labels,
            new UpdateProgress(row.Update, device.UpdateRollout ?? 0, device.ModelVersion ?? 0, device.PartsStored ?? 0, device.Parts ?? 0, status, Names.Explain(status)), Events(database, device, status));
    }

    private static List<DeviceEvent> Events(FleetDatabase database, Fleet.Store.DeviceRow device, int status)
    {
        List<DeviceEvent> events =
        [
            .. database.Read(s => s.Query("select kind, last_at, count, detail from incidents where device = @0", r => (Kind: r.Text(0), At: r.Time(1), Count: r.Int64(2), Detail: r.Text(3)), device.Device))
                .Select(i => new DeviceEvent(i.At.ToUnixTimeMilliseconds(), "warn", $"Not believed ({i.Kind.ToLowerInvariant()}, {i.Count:N0} so far): {i.Detail}")),
        ];
        if (device.UpdateAt is DateTimeOffset update)
        {
            bool bad = device.UpdateState is Contracts.UpdateState.Refused or Contracts.UpdateState.Reverted;
            events.Add(new DeviceEvent(update.ToUnixTimeMilliseconds(), bad ? "bad" : "good", $"Update {Names.Update(device.UpdateState)}{(status == 0 ? "" : $": {Names.Explain(status)}")}"));
        }

        events.Add(new DeviceEvent(device.FirstSeen.ToUnixTimeMilliseconds(), "info", "First heard of"));
        return [.. events.OrderByDescending(e => e.At)];
    }
}
