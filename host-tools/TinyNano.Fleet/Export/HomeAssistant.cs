using System.Text.Json;
using TinyNano.Contracts;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Export;

/// <summary>A message for Home Assistant; all are retained.</summary>
public sealed record DiscoveryMessage(string Topic, string Payload);

/// <summary>
/// Home Assistant's MQTT discovery: each device becomes a device there with sensors and an `update` entity. Devices speak bytes, so the desk
/// publishes what Home Assistant reads below `ROOT/DEVICE/ha`.
/// </summary>
public static class HomeAssistant
{
    public const string DefaultPrefix = "homeassistant";
    public const string StateSuffix = "ha";

    private sealed record Sensor(string Key, string Name, string? Unit, string? DeviceClass, string Component = "sensor");

    private static readonly Sensor[] s_sensors =
    [
        new("inferences", "Inferences", null, null),
        new("latency_ms", "Latency", "ms", "duration"),
        new("confidence", "Mean confidence", "%", null),
        new("free_heap", "Free heap", "B", "data_size"),
        new("rssi", "Signal", "dBm", "signal_strength"),
        new("drift", "Drift", null, "problem", "binary_sensor"),
    ];

    /// <summary>What makes Home Assistant know a device.</summary>
    public static IEnumerable<DiscoveryMessage> Discover(DeviceRow device, string root = Topics.DefaultRoot, string prefix = DefaultPrefix)
    {
        string id = Id(device.Device);
        object about = new { identifiers = new[] { id }, name = device.Device, manufacturer = "TinyNano", model = device.ModelName ?? "", sw_version = device.Firmware ?? "" };
        string topic = $"{root}/{device.Device}/{StateSuffix}";
        object[] availability = [new { topic = $"{root}/{device.Device}/{Topics.OnlineSuffix}", payload_available = Topics.OnlineText, payload_not_available = Topics.OfflineText }];
        foreach (Sensor sensor in s_sensors)
        {
            Dictionary<string, object?> config = new()
            {
                ["name"] = sensor.Name,
                ["unique_id"] = $"{id}_{sensor.Key}",
                ["state_topic"] = topic,
                ["value_template"] = $"{{{{ value_json.{sensor.Key} }}}}",
                ["availability"] = availability,
                ["device"] = about,
            };
            Put(config, "unit_of_measurement", sensor.Unit);
            Put(config, "device_class", sensor.DeviceClass);
            yield return new DiscoveryMessage($"{prefix}/{sensor.Component}/{id}/{sensor.Key}/config", JsonSerializer.Serialize(config));
        }

        yield return new DiscoveryMessage($"{prefix}/update/{id}/model/config", JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["name"] = "Model",
            ["unique_id"] = $"{id}_model",
            ["state_topic"] = topic,
            ["value_template"] = "{{ value_json.update | to_json }}",
            ["availability"] = availability,
            ["device"] = about,
        }));
    }

    /// <summary>The state that the entities of a device read.</summary>
    /// <param name="latestVersion">The newest version that is published for its model; null where none is.</param>
    public static DiscoveryMessage State(DeviceRow device, HealthMessage? health, DriftVerdict? drift, uint? latestVersion, string root = Topics.DefaultRoot)
    {
        bool underWay = device.UpdateState is UpdateState.Receiving or UpdateState.Stored or UpdateState.Shadow or UpdateState.Trial;
        object state = new
        {
            inferences = health?.Inferences,
            latency_ms = health is null ? (double?)null : health.LatencyMean / 1000.0,
            confidence = health is { ConfidenceCount: > 0 } ? MeanConfidence(health) : null,
            free_heap = health?.FreeHeap,
            rssi = health is null or { Rssi: 0 } ? (int?)null : health.Rssi,
            drift = drift is null ? null : drift.Drifts ? "ON" : "OFF",
            update = new
            {
                installed_version = device.ModelVersion?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                latest_version = (latestVersion ?? device.ModelVersion)?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                title = device.ModelName,
                in_progress = underWay,
                update_percentage = underWay && device.Parts > 0 ? 100 * device.PartsStored / device.Parts : null,
            },
        };
        return new DiscoveryMessage($"{root}/{device.Device}/{StateSuffix}", JsonSerializer.Serialize(state));
    }

    private static double? MeanConfidence(HealthMessage health)
    {
        long total = 0;
        double sum = 0;
        for (int i = 0; i < health.ConfidenceCount; i++)
        {
            total += health.Values[i];
            sum += health.Values[i] * (i + 0.5) / health.ConfidenceCount;
        }

        return total == 0 ? null : Math.Round(1000 * sum / total) / 10;
    }

    private static void Put(Dictionary<string, object?> config, string key, string? value)
    {
        if (value is not null)
        {
            config[key] = value;
        }
    }

    // Of the letters that Home Assistant takes in topics.
    private static string Id(string device) => "tinynano_" + string.Concat(device.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c.ToString() : $"_{(int)c:x}"));
}
