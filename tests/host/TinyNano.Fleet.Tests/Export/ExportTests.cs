using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TinyNano.Contracts;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Export;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Tests.Ingest;
using TinyNano.Fleet.Tests.Store;

namespace TinyNano.Fleet.Tests.Export;

public sealed class ExportTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TestDatabase _test = TestDatabase.Sqlite();
    private readonly FleetDatabase _database;

    public ExportTests()
    {
        _database = _test.Open();
        byte[] health = new Messages().Next();
        StateMessage state = new() { State = DeviceState.Running, ModelVersion = 2, ModelName = "kws", Firmware = "1.0", Application = "app" };
        byte[] bytes = new byte[MessageHeader.MaxMessageBytes];
        int length = state.Encode(bytes);
        foreach (string device in new[] { "barn", "=cmd,\"x\"" })
        {
            _database.Write(s =>
            {
                IngestMessage.Read("tinynano", $"tinynano/{device}/online", Encoding.UTF8.GetBytes("online")).Write(s, At);
                IngestMessage.Read("tinynano", $"tinynano/{device}/state", bytes[..length]).Write(s, At);
                IngestMessage.Read("tinynano", $"tinynano/{device}/health", health).Write(s, At);
                IngestMessage.Read("tinynano", $"tinynano/{device}/health", [1]).Write(s, At);
            });
        }
    }

    public void Dispose()
    {
        _database.Dispose();
        _test.Dispose();
    }

    [Fact]
    public void Csv_HasAHeader_AsManyCellsInEachLine_AndNoFormulas()
    {
        StringWriter text = new();
        CsvExport.Health(_database, text);
        string[] lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("device,at,restarts,sequence,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("\"'=cmd,\"\"x\"\"\",2026-01-02T03:04:05.0000000Z,1,1,1,0000abcd,10,1000,", lines[1], StringComparison.Ordinal);
        Assert.Equal(lines[0].Count(c => c == ','), lines[2].Count(c => c == ','));
        string[] header = lines[0].Split(','), cells = lines[2].Split(',');
        Assert.Equal(("10", "0", ""), (cells[Array.IndexOf(header, "confidence_12")], cells[Array.IndexOf(header, "class_1")], cells[Array.IndexOf(header, "class_2")]));
    }

    [Fact]
    public void TextsOfDevices_ObeyNeitherSpreadsheetNorTerminal()
    {
        StateMessage state = new() { State = DeviceState.Running, ModelName = "a\u001b[31m\0b", Firmware = "1\n2", Application = "app" };
        byte[] bytes = new byte[MessageHeader.MaxMessageBytes];
        int length = state.Encode(bytes);
        _database.Write(s =>
        {
            IngestMessage.Read("tinynano", "tinynano/-2+3/state", bytes[..length]).Write(s, At);
            IngestMessage.Read("tinynano", "tinynano/-2+3/health", new Messages().Next()).Write(s, At);
        });
        DeviceRow row = _database.Read(s => Devices.Find(s, "-2+3"))!;
        Assert.Equal(("a?[31m?b", "1?2", "app"), (row.ModelName, row.Firmware, row.Application));
        StringWriter text = new();
        CsvExport.Health(_database, text);
        Assert.Contains("\r\n'-2+3,", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_AreInPrometheusText()
    {
        string text = PrometheusText.Write(_database, DriftReport.Of(_database));
        Regex line = new(@"^(# (HELP|TYPE) tinynano_\w+ .+|tinynano_\w+\{(\w+=""(\\.|[^""\\])*"",?)+\} -?[0-9.E+-]+)$");
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => Assert.Matches(line, l));
        Assert.Contains("tinynano_device_online{device=\"barn\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tinynano_device_inferences_total{device=\"barn\"} 10\n", text, StringComparison.Ordinal);
        Assert.Contains("tinynano_device_latency_seconds{device=\"barn\"} 0.001\n", text, StringComparison.Ordinal);
        Assert.Contains("tinynano_incidents_total{device=\"barn\",kind=\"Malformed\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void HomeAssistant_FindsSensorsAndTheUpdateEntity()
    {
        DeviceRow device = _database.Read(s => Devices.Find(s, "barn"))!;
        DiscoveryMessage[] found = [.. HomeAssistant.Discover(device)];
        Assert.Equal(7, found.Length);
        Assert.All(found, m => Assert.Matches("^homeassistant/(sensor|binary_sensor|update)/tinynano_barn/[a-z_]+/config$", m.Topic));
        JsonElement update = JsonDocument.Parse(found[^1].Payload).RootElement;
        Assert.Equal("tinynano/barn/ha", update.GetProperty("state_topic").GetString());
        Assert.Equal("tinynano/barn/online", update.GetProperty("availability")[0].GetProperty("topic").GetString());
        DiscoveryMessage state = HomeAssistant.State(device, _database.Read(s => Health.Latest(s, "barn"))!.Decode(), null, 3);
        JsonElement json = JsonDocument.Parse(state.Payload).RootElement;
        Assert.Equal(("2", "3", 10), (json.GetProperty("update").GetProperty("installed_version").GetString(), json.GetProperty("update").GetProperty("latest_version").GetString(), json.GetProperty("inferences").GetInt32()));
        Assert.Equal(78.1, json.GetProperty("confidence").GetDouble());
    }

    [Fact]
    public void HomeAssistant_PayloadsAreExact()
    {
        DeviceRow device = _database.Read(s => Devices.Find(s, "barn"))! with { UpdateState = UpdateState.Receiving, Parts = 8, PartsStored = 2 };
        DiscoveryMessage[] found = [.. HomeAssistant.Discover(device)];
        const string Rest = "\"availability\":[{\"topic\":\"tinynano/barn/online\",\"payload_available\":\"online\",\"payload_not_available\":\"offline\"}],"
            + "\"device\":{\"identifiers\":[\"tinynano_barn\"],\"name\":\"barn\",\"manufacturer\":\"TinyNano\",\"model\":\"kws\",\"sw_version\":\"1.0\"}";
        Assert.Equal(
        [
            Sensor("sensor", "inferences", "Inferences", ""),
            Sensor("sensor", "latency_ms", "Latency", ",\"unit_of_measurement\":\"ms\",\"device_class\":\"duration\""),
            Sensor("sensor", "confidence", "Mean confidence", ",\"unit_of_measurement\":\"%\""),
            Sensor("sensor", "free_heap", "Free heap", ",\"unit_of_measurement\":\"B\",\"device_class\":\"data_size\""),
            Sensor("sensor", "rssi", "Signal", ",\"unit_of_measurement\":\"dBm\",\"device_class\":\"signal_strength\""),
            Sensor("binary_sensor", "drift", "Drift", ",\"device_class\":\"problem\""),
            new("homeassistant/update/tinynano_barn/model/config", "{\"name\":\"Model\",\"unique_id\":\"tinynano_barn_model\",\"state_topic\":\"tinynano/barn/ha\",\"value_template\":\"{{ value_json.update | to_json }}\"," + Rest + "}"),
        ], found);
        DiscoveryMessage state = HomeAssistant.State(device, _database.Read(s => Health.Latest(s, "barn"))!.Decode(), new DriftVerdict(10, [], null, null), 3);
        Assert.Equal(new("tinynano/barn/ha", "{\"inferences\":10,\"latency_ms\":1,\"confidence\":78.1,\"free_heap\":0,\"rssi\":null,\"drift\":\"OFF\","
            + "\"update\":{\"installed_version\":\"2\",\"latest_version\":\"3\",\"title\":\"kws\",\"in_progress\":true,\"update_percentage\":25}}"), state);

        static DiscoveryMessage Sensor(string component, string key, string name, string more) => new(
            $"homeassistant/{component}/tinynano_barn/{key}/config",
            $"{{\"name\":\"{name}\",\"unique_id\":\"tinynano_barn_{key}\",\"state_topic\":\"tinynano/barn/ha\",\"value_template\":\"{{{{ value_json.{key} }}}}\",{Rest}{more}}}");
    }
}
