using TinyNano.NanoPlatform;

namespace TinyNano.VirtualDevice.Run;

/// <summary>Counts reads of sensors and what their thread allocates from one to the next.</summary>
public sealed class CaptureMeter
{
    // Reads before the capture has settled.
    private const int WarmUp = 2000;
    private long _reads;
    private long _allocated;
    private long _before;
    private Thread? _thread;

    /// <summary>Reads after the warm-up whose allocations were measured.</summary>
    public long Measured => Math.Max(0, Interlocked.Read(ref _reads) - WarmUp);

    /// <summary>Bytes over all of them.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _allocated);

    internal II2cTarget Watch(II2cTarget target) => new WatchedTarget(this, target);

    internal IAdcSignal Watch(IAdcSignal signal) => new WatchedSignal(this, signal);

    private void Read()
    {
        long allocated = HeapAccount.OfThisThread;

        // An application that ends says goodbye between its last reads.
        bool ends = VirtualBoard.CurrentOrNull is not { ShouldStop: false };
        if (Interlocked.Increment(ref _reads) > WarmUp && _thread == Thread.CurrentThread && !ends)
        {
            Interlocked.Add(ref _allocated, allocated - _before);
        }

        _thread = Thread.CurrentThread;
        _before = allocated;
    }

    private sealed class WatchedTarget : II2cTarget
    {
        private readonly CaptureMeter _meter;
        private readonly II2cTarget _target;

        public WatchedTarget(CaptureMeter meter, II2cTarget target)
        {
            _meter = meter;
            _target = target;
        }

        public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
        {
            _meter.Read();
            _target.Transfer(write, read);
        }
    }

    private sealed class WatchedSignal : IAdcSignal
    {
        private readonly CaptureMeter _meter;
        private readonly IAdcSignal _signal;

        public WatchedSignal(CaptureMeter meter, IAdcSignal signal)
        {
            _meter = meter;
            _signal = signal;
        }

        public int Read()
        {
            _meter.Read();
            return _signal.Read();
        }
    }
}
