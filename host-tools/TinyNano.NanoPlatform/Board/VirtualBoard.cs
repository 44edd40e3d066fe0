using TinyNano.Native;

namespace TinyNano.NanoPlatform;

/// <summary>
/// One device: its pins, buses, clock, flash, heap and settings. The board that a thread belongs to is ambient and flows into
/// the threads and timers that it starts, so many boards live in one process and nanoFramework's static classes find theirs.
/// </summary>
public sealed class VirtualBoard : IDisposable
{
    private static readonly AsyncLocal<VirtualBoard?> Ambient = new(change => BoardThreads.Move(change.PreviousValue, change.CurrentValue));
    private readonly Lazy<NativeDevice> _native;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _stopped = new();
    private readonly List<IDisposable> _owned = [];
    private int _stopReason;
    private bool _shouldStop;

    static VirtualBoard() => ThreadFaults.Install();

    public VirtualBoard(BoardSettings settings)
    {
        Settings = settings;
        Clock = settings.Clock;
        Heap = new HeapAccount(settings.HeapBytes);
        _native = new Lazy<NativeDevice>(() => Own(new NativeDevice(settings)));
    }

    /// <summary>The board of this thread.</summary>
    public static VirtualBoard Current
    {
        get
        {
            VirtualBoard board = Ambient.Value
                ?? throw new InvalidOperationException("this thread belongs to no virtual board; start the code with VirtualBoard.Run");
            board.ThrowIfStopped();
            return board;
        }
    }

    /// <summary>The board of this thread, also one that has stopped; null where it belongs to none.</summary>
    public static VirtualBoard? CurrentOrNull => Ambient.Value;

    public BoardSettings Settings { get; }

    public string Name => Settings.Name;

    public IBoardClock Clock { get; }

    public HeapAccount Heap { get; }

    public BoardThreads Threads { get; } = new();

    public PinBank Pins { get; } = new();

    public I2cBuses I2c { get; } = new();

    public AdcInputs Adc { get; } = new();

    public MqttTraffic Mqtt { get; } = new();

    /// <summary>The C runtime's device, made at the first call.</summary>
    public NativeDevice Native => _native.Value;

    /// <summary>What woke the board: nanoFramework.Hardware.Esp32.WakeupCause.</summary>
    public int WakeupCause { get; set; }

    /// <summary>When the timer wakes the board from deep sleep, after so many microseconds; 0 for never.</summary>
    public long WakeupMicroseconds { get; set; }

    /// <summary>Asks the application to end by itself.</summary>
    public bool ShouldStop
    {
        get => Volatile.Read(ref _shouldStop);
        set => Volatile.Write(ref _shouldStop, value);
    }

    public StopReason StopReason => (StopReason)Volatile.Read(ref _stopReason);

    /// <summary>Set once the board has stopped.</summary>
    public WaitHandle Stopped => _stopped.WaitHandle;

    /// <summary>The application asked for a reboot; handlers of Power.OnRebootEvent.</summary>
    public event nanoFramework.Runtime.Native.RebootEventHandler? Rebooting;

    /// <summary>A thread of the application ended by an exception that nothing caught. As on a device, the others go on.</summary>
    public event Action<Exception>? ThreadFaulted;

    /// <summary>Runs code as a thread of this board.</summary>
    public void Run(Action code)
    {
        VirtualBoard? before = Ambient.Value;
        Ambient.Value = this;
        try
        {
            code();
        }
        finally
        {
            Ambient.Value = before;
        }
    }

    /// <summary>Runs code on the board's account, but without its threads and timers inheriting the board.</summary>
    public static void Outside(Action code)
    {
        VirtualBoard? before = Ambient.Value;
        Ambient.Value = null;
        try
        {
            code();
        }
        finally
        {
            Ambient.Value = before;
        }
    }

    /// <summary>Stops the board; the first reason stays.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _stopReason, (int)reason, 0) != 0)
        {
            return;
        }

        _stopped.Set();
        IDisposable[] owned;
        lock (_lock)
        {
            owned = [.. _owned];
            _owned.Clear();
        }

        foreach (IDisposable item in owned.Where(o => o is not NativeDevice))
        {
            item.Dispose();
        }

        Threads.Interrupt();
    }

    /// <summary>Stops the board as its own application does it, and ends this thread.</summary>
    public void StopFromInside(StopReason reason)
    {
        if (reason == StopReason.Reboot)
        {
            Rebooting?.Invoke();
        }

        Stop(reason);
        throw new BoardStoppedException(this);
    }

    public void ThrowIfStopped()
    {
        if (Volatile.Read(ref _stopReason) != 0)
        {
            BoardThreads.Remind();
            throw new BoardStoppedException(this);
        }
    }

    /// <summary>Disposes something together with the board's stop.</summary>
    public T Own<T>(T item)
        where T : IDisposable
    {
        lock (_lock)
        {
            _owned.Add(item);
        }

        return item;
    }

    public void Disown(IDisposable item)
    {
        lock (_lock)
        {
            _owned.Remove(item);
        }
    }

    public void Dispose()
    {
        Stop(StopReason.Asked);
        if (_native.IsValueCreated)
        {
            _native.Value.Dispose();
        }

        // The event stays: a thread that is still ending may look at it.
    }

    internal void OnThreadFault(Exception exception) => ThreadFaulted?.Invoke(exception);
}
