using System.Globalization;
using System.Text;
using TinyNano.Contracts;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Export;

/// <summary>
/// The fleet in Prometheus's text format 0.0.4, which OpenTelemetry collectors read as well. Throughput and failures of an ingester are
/// instruments of the meter `TinyNano.Fleet`, for any exporter of System.Diagnostics.Metrics.
/// </summary>
public static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4";

    public static string Write(FleetDatabase database, IReadOnlyList<DriftReportRow> drift)
    {
        StringBuilder text = new();
        List<DeviceRow> devices = database.Read(Devices.All);
        Metric(text, "tinynano_device_online", "gauge", "1 while the device is connected.", devices.Select(d => (Of(d.Device), d.Online ? 1.0 : 0)));
        Metric(text, "tinynano_device_last_seen_seconds", "gauge", "When the device was heard of last, seconds since 1970.", devices.Select(d => (Of(d.Device), d.LastSeen.ToUnixTimeMilliseconds() / 1000.0)));
        Metric(text, "tinynano_device_restarts_total", "counter", "Starts of the device.", devices.Where(d => d.Restarts is not null).Select(d => (Of(d.Device), (double)d.Restarts!.Value)));
        Metric(text, "tinynano_device_model_version", "gauge", "Version of the confirmed model.", devices.Where(d => d.ModelVersion is not null).Select(d => (Of(d.Device), (double)d.ModelVersion!.Value)));
        List<(string Device, HealthMessage Health)> health = [.. devices.Select(d => (d.Device, database.Read(s => Health.Latest(s, d.Device))?.Decode())).Where(h => h.Item2 is not null).Select(h => (h.Device, h.Item2!))];
        Metric(text, "tinynano_device_inferences_total", "counter", "Inferences since the start of the device or its model.", health.Select(h => (Of(h.Device), (double)h.Health.Inferences)));
        Metric(text, "tinynano_device_latency_seconds", "gauge", "Mean latency of an inference.", health.Select(h => (Of(h.Device), h.Health.LatencyMean / 1e6)));
        Metric(text, "tinynano_device_free_heap_bytes", "gauge", "Free bytes of the managed heap.", health.Select(h => (Of(h.Device), (double)h.Health.FreeHeap)));
        Metric(text, "tinynano_device_alarm", "gauge", "1 while the device's own Page-Hinkley test is on.", health.Select(h => (Of(h.Device), h.Health.Alarms != 0 ? 1.0 : 0)));
        Metric(text, "tinynano_device_drift", "gauge", "1 while the device drifts from the reference of its model.", drift.Where(d => d.Verdict is not null).Select(d => (Of(d.Subject), d.Verdict!.Drifts ? 1.0 : 0)));
        Metric(text, "tinynano_device_drift_ratio", "gauge", "The largest statistic over its threshold, where it is above.", drift.Where(d => d.Verdict is { Drifts: true })
            .Select(d => ($"{Of(d.Subject)},family=\"{Escape(d.Verdict!.Findings[0].Family)}\",statistic=\"{d.Verdict.Findings[0].Statistic}\"", d.Verdict.Findings[0].Value / d.Verdict.Findings[0].Threshold)));
        Metric(text, "tinynano_incidents_total", "counter", "Messages that were not believed.", database.Read(Incidents.All).Select(i => ($"{Of(i.Device)},kind=\"{i.Kind}\"", (double)i.Count)));
        return text.ToString();
    }

    /// <summary>Numbers of a process without labels: name, type, help, value.</summary>
    public static string Own(params IEnumerable<(string Name, string Type, string Help, double Value)> values)
    {
        StringBuilder text = new();
        foreach ((string name, string type, string help, double value) in values)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n{name} {value.ToString("R", CultureInfo.InvariantCulture)}\n");
        }

        return text.ToString();
    }

    /// <summary>Devices of each state of each rollout that has not ended.</summary>
    public static string Rollouts(FleetDatabase database)
    {
        StringBuilder text = new();
        Metric(text, "tinynano_rollout_devices", "gauge", "Devices of a rollout, by their state.", database.Read(RolloutTable.Active)
            .SelectMany(r => database.Read(s => RolloutTable.DevicesOf(s, r.Id)).CountBy(d => d.State).Select(c => ($"rollout=\"{r.Id}\",state=\"{c.Key}\"", (double)c.Value))));
        return text.ToString();
    }

    private static string Of(string device) => $"device=\"{Escape(device)}\"";

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static void Metric(StringBuilder text, string name, string type, string help, IEnumerable<(string Labels, double Value)> values)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach ((string labels, double value) in values)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {value.ToString("R", CultureInfo.InvariantCulture)}\n");
        }
    }
}
