namespace TinyNano.VirtualDevice.Run;

/// <summary>How a run went.</summary>
/// <param name="Ended">Why: the trace or the time ended, enough inferences, the application returned, or cancelled.</param>
/// <param name="Starts">Starts of the application; more than one where it slept deeply or rebooted.</param>
/// <param name="DeviceSeconds">Time of the device.</param>
/// <param name="WallSeconds">Time of this computer.</param>
/// <param name="BusySeconds">Of this computer, spent in inferences.</param>
/// <param name="LatencyMicroseconds">Of an inference on this computer: median.</param>
/// <param name="Latency99Microseconds">99 of 100 are faster.</param>
/// <param name="MeasuredInferences">Inferences after the warm-up, whose allocations were measured.</param>
/// <param name="AllocatedBytes">By the inference thread over all measured inferences and everything between them.</param>
/// <param name="CaptureAllocatedBytes">By the thread that reads the sensors, likewise.</param>
/// <param name="HeapKeptBytes">What the application's start allocated.</param>
/// <param name="LastRefusal">Why the last attempt to connect failed; null where none did.</param>
/// <param name="Faults">Exceptions that ended threads of the application.</param>
public sealed record DeviceReport(
    string Name, string Engine, string Ended, int Starts, long Inferences, double DeviceSeconds, double WallSeconds, double BusySeconds,
    int LatencyMicroseconds, int Latency99Microseconds, long MeasuredInferences, long AllocatedBytes, long CaptureAllocatedBytes, long HeapKeptBytes, long PinChanges,
    long MessagesPublished, long MessagesLost, long MessagesReceived, long Connections, long ConnectionsRefused, string? LastRefusal, IReadOnlyList<string> Faults);
