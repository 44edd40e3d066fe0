using TinyNano.Simulator;
using TinyNano.Studio.Data;

namespace TinyNano.Studio.Demo;

/// <summary>The page of an invented device.</summary>
internal static class DemoDetail
{
    private const int ArenaStatus = -7;

    public static DeviceDetail Of(DemoDevice device, long now)
    {
        DemoModels models = DemoModels.Loaded;
        int model = (int)device.Row.ModelVersion - 1;
        HealthPoint? last = device.History(now).Count > 0 ? device.History(now)[^1] : null;
        bool trial = device.Row.Update == "trial";
        int status = device.Fault == DemoFault.Failed ? ArenaStatus : 0;
        Explanation? why = Explanations.Statuses.FirstOrDefault(s => s.Code == $"{status}");
        List<DeviceEvent> events = [];
        if (device.Fault == DemoFault.Blurred)
        {
            events.Add(new DeviceEvent(now - 2_700_000, "bad", "Drift: input 'difference of neighbours' and classes left their reference; the picture is blurred"));
            events.Add(new DeviceEvent(now - 3_100_000, "warn", "Alarm on the device: confidence fell"));
        }

        if (device.Fault == DemoFault.Failed)
        {
            events.Add(new DeviceEvent(now - 8_000_000, "bad", $"Cannot run its model: {why?.Meaning}; {why?.Cure}"));
        }

        if (!device.Row.Online)
        {
            events.Add(new DeviceEvent(device.Row.LastSeen, "warn", "Lost: the broker published its last will"));
        }

        events.Add(new DeviceEvent(device.Started + 4_000, "good", $"Runs {device.Row.Model} version {device.Row.ModelVersion}"));
        events.Add(new DeviceEvent(device.Started, "info", "Started"));
        return new DeviceDetail(
            device.Row, "1.4.2", "esp32s3-cam", "native", models.Ids[model], models.Blobs[model].Length, 14_336, last?.FreeHeap ?? 0, last?.Rssi ?? 0, (now - device.Started) / 1000,
            (now - device.Started) / 500, device.Row.Restarts, models.Labels, new UpdateProgress(device.Row.Update, trial ? 9u : 7u, device.Row.ModelVersion, 21, 21, status, status == 0 ? "" : $"{why?.Meaning}; {why?.Cure}"), events);
    }
}
