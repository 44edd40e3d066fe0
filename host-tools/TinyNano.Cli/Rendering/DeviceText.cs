using TinyNano.VirtualDevice.Run;

namespace TinyNano.Cli.Rendering;

/// <summary>The report of a run of devices.</summary>
internal static class DeviceText
{
    public static void Write(TextWriter text, IReadOnlyList<DeviceReport> reports)
    {
        if (reports.Count == 1)
        {
            WriteOne(text, reports[0]);
            return;
        }

        double wall = reports.Max(r => r.WallSeconds);
        long inferences = reports.Sum(r => r.Inferences);
        text.WriteLine($"devices     {reports.Count:N0} at once for {wall:N1} s   ended: {string.Join(", ", reports.Select(r => r.Ended).Distinct())}");
        text.WriteLine($"inferences  {inferences:N0}   {inferences / wall:N0} a second   {reports.Min(r => r.Inferences):N0} to {reports.Max(r => r.Inferences):N0} of a device");
        text.WriteLine($"allocated   {reports.Sum(r => r.AllocatedBytes):N0} B by inference threads over {reports.Sum(r => r.MeasuredInferences):N0} inferences");
        text.WriteLine($"messages    {reports.Sum(r => r.MessagesPublished):N0} published, {reports.Sum(r => r.MessagesLost):N0} lost, {reports.Sum(r => r.Connections):N0} connections");
        Faults(text, reports);
    }

    private static void WriteOne(TextWriter text, DeviceReport r)
    {
        text.WriteLine($"device      {r.Name}, {r.Engine} engine, {r.Starts:N0} start{(r.Starts == 1 ? "" : "s")}   ended: {r.Ended}");
        text.WriteLine($"time        {r.DeviceSeconds:N2} s of the device in {r.WallSeconds:N2} s");
        text.WriteLine($"inferences  {r.Inferences:N0}   median {r.LatencyMicroseconds:N0} us, 99 % below {r.Latency99Microseconds:N0} us on this computer");
        text.WriteLine($"allocated   {r.AllocatedBytes:N0} B by the inference thread over {r.MeasuredInferences:N0} inferences, {r.CaptureAllocatedBytes:N0} B by the capture; start {r.HeapKeptBytes:N0} B");
        text.WriteLine($"pins        {r.PinChanges:N0} changes");
        text.WriteLine($"messages    {r.MessagesPublished:N0} published, {r.MessagesLost:N0} lost, {r.MessagesReceived:N0} received; {r.Connections:N0} connections, {r.ConnectionsRefused:N0} refused{(r.LastRefusal is null ? "" : $": {r.LastRefusal}")}");
        Faults(text, [r]);
    }

    private static void Faults(TextWriter text, IReadOnlyList<DeviceReport> reports)
    {
        foreach (DeviceReport report in reports)
        {
            foreach (string fault in report.Faults)
            {
                text.WriteLine($"fault       {report.Name}: {fault}");
            }
        }
    }
}
