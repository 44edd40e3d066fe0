using TinyNano.VirtualDevice.Run;

namespace TinyNano.Cli.Rendering;

/// <summary>One line on standard error that says how far running devices are; only on a terminal.</summary>
internal sealed class DeviceProgress : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private readonly Timer? _timer;

    public DeviceProgress(Output console, DeviceFleet fleet)
    {
        if (!Console.IsErrorRedirected && !console.Json)
        {
            _timer = new Timer(_ => Console.Error.Write($"\r{Line(fleet)}   "), null, Period, Period);
        }
    }

    public void Dispose()
    {
        if (_timer is not null)
        {
            _timer.Dispose();
            Console.Error.WriteLine();
        }
    }

    private static string Line(DeviceFleet fleet)
    {
        string device = fleet.Runs.Count == 1 ? "" : $"{fleet.Runs.Count} devices, ";
        return $"{device}{fleet.Runs.Max(r => r.DeviceSeconds):N1} s, {fleet.Inferences:N0} inferences, "
            + $"{fleet.Runs.Sum(r => r.Board?.Mqtt.Published ?? 0):N0} messages";
    }
}
