using System.Diagnostics;
using TinyNano.NanoPlatform;

namespace TinyNano.VirtualDevice.Run;

/// <summary>Counts inferences, their time and what their thread allocates. One for all engines of a device, over its restarts.</summary>
public sealed class EngineMeter
{
    // Tables and caches of .NET and of the application settle in the first inferences.
    public const int WarmUp = 100;

    private const int Latencies = 1 << 14;
    private readonly int[] _latencies = new int[Latencies];
    private readonly Lock _lock = new();
    private long _count;
    private long _busy;
    private long _start;
    private long _allocatedBefore;
    private Thread? _thread;
    private long _measured;
    private long _allocated;

    /// <summary>Heard after every inference with their number so far, on the application's thread. Must not allocate.</summary>
    public Action<long>? Inferred { get; set; }

    public long Count => Interlocked.Read(ref _count);

    /// <summary>Microseconds of the computer's clock spent in inferences.</summary>
    public long BusyMicroseconds => Interlocked.Read(ref _busy) * 1_000_000 / Stopwatch.Frequency;

    /// <summary>Inferences since the warm-up whose allocations were measured: from the end of the one before to their own end.</summary>
    public long Measured => Interlocked.Read(ref _measured);

    /// <summary>Bytes that the inference thread has allocated over all of <see cref="Measured"/>, everything between inferences included.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _allocated);

    internal void Begin() => _start = Stopwatch.GetTimestamp();

    internal void End()
    {
        long ticks = Stopwatch.GetTimestamp() - _start;
        long count = Interlocked.Increment(ref _count);
        Interlocked.Add(ref _busy, ticks);
        lock (_lock)
        {
            _latencies[(int)((count - 1) % Latencies)] = (int)Math.Min(ticks * 1_000_000 / Stopwatch.Frequency, int.MaxValue);
        }

        VirtualBoard.CurrentOrNull?.Heap.MarkStarted();
        long allocated = HeapAccount.OfThisThread;
        if (_thread == Thread.CurrentThread && count > WarmUp)
        {
            Interlocked.Increment(ref _measured);
            Interlocked.Add(ref _allocated, allocated - _allocatedBefore);
        }

        _thread = Thread.CurrentThread;
        Inferred?.Invoke(count);
        _allocatedBefore = HeapAccount.OfThisThread;
    }

    /// <summary>Microseconds that so large a share of the last inferences stayed below; 0 where there was none.</summary>
    public int Latency(double share)
    {
        int[] sorted;
        lock (_lock)
        {
            sorted = _latencies[..(int)Math.Min(_count, Latencies)];
        }

        Array.Sort(sorted);
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
