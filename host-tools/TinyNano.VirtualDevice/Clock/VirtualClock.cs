using System.Diagnostics;
using TinyNano.NanoPlatform;

namespace TinyNano.VirtualDevice.Clock;

/// <summary>How fast a board's time goes.</summary>
/// <param name="Factor">Times the computer's clock; 1 is real time, infinity as fast as possible.</param>
public readonly record struct ClockSpeed(double Factor)
{
    public static ClockSpeed Real { get; } = new(1);

    public static ClockSpeed Max { get; } = new(double.PositiveInfinity);

    public bool IsReal => Factor == 1;

    /// <summary>`real`, `max` or a factor.</summary>
    public static bool TryParse(string text, out ClockSpeed speed)
    {
        speed = text switch
        {
            "real" => Real,
            "max" => Max,
            _ => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double factor) && factor is > 0 and < 1e6 ? new ClockSpeed(factor) : default,
        };
        return speed.Factor > 0;
    }

    public override string ToString() =>
        IsReal ? "real" : double.IsInfinity(Factor) ? "max" : Factor.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A board's clock that its trace and its runner can act on.</summary>
public abstract class VirtualClock : IBoardClock
{
    private readonly object _lock = new();
    private VirtualBoard? _board;
    private Thread? _main;
    private bool _frozen;
    private bool _finishing;

    public abstract long Microseconds { get; }

    /// <summary>The board whose stop ends every wait.</summary>
    protected VirtualBoard Board => _board ?? throw new InvalidOperationException("the clock has no board yet");

    protected bool IsFrozen => Volatile.Read(ref _frozen);

    public static VirtualClock Create(ClockSpeed speed) => speed.IsReal ? new ComputerClock() : new SteppingClock(speed.Factor);

    /// <summary>The next board to which the time belongs, and its main thread; time goes on over restarts.</summary>
    public virtual void Attach(VirtualBoard board, Thread main)
    {
        _board = board;
        _main = main;
    }

    public abstract void SleepUntil(long microseconds);

    /// <summary>Does something at a time; on whichever thread makes the time pass.</summary>
    public abstract void Schedule(long microseconds, Action action);

    /// <summary>Lets time pass while no board runs, as in deep sleep.</summary>
    public abstract void Skip(long microseconds);

    /// <summary>From here on every sleep lasts until <see cref="Finish"/>: no thread begins anything new.</summary>
    public void Freeze() => Volatile.Write(ref _frozen, true);

    /// <summary>Lets the main thread end the application: it sleeps no more. Other threads that sleep end there.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            Volatile.Write(ref _frozen, true);
            _finishing = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits while the time is frozen; true where the sleep is over, for the application ends.</summary>
    protected bool HoldWhileFrozen()
    {
        if (!IsFrozen)
        {
            return false;
        }

        lock (_lock)
        {
            while (!_finishing)
            {
                Board.ThrowIfStopped();
                Monitor.Wait(_lock, 50);
            }
        }

        if (Thread.CurrentThread != _main)
        {
            throw new BoardStoppedException(Board);
        }

        return true;
    }
}

/// <summary>Real time.</summary>
internal sealed class ComputerClock : VirtualClock
{
    // How soon a long sleep notices that the time is frozen.
    private const int PollMilliseconds = 100;

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly PriorityQueue<Action, long> _due = new();
    private readonly Lock _lock = new();
    private Timer? _timer;

    public override long Microseconds => Stopwatch.GetElapsedTime(_start).Ticks / (TimeSpan.TicksPerMillisecond / 1000);

    public override void SleepUntil(long microseconds)
    {
        for (long left = microseconds - Microseconds; left > 0; left = microseconds - Microseconds)
        {
            if (Board.Stopped.WaitOne((int)Math.Min((left + 999) / 1000, PollMilliseconds)))
            {
                throw new BoardStoppedException(Board);
            }

            if (HoldWhileFrozen())
            {
                return;
            }
        }
    }

    public override void Schedule(long microseconds, Action action)
    {
        lock (_lock)
        {
            _due.Enqueue(action, microseconds);
            VirtualBoard.Outside(() => _timer ??= new Timer(_ => Fire()));
            Rearm();
        }
    }

    public override void Skip(long microseconds) => Thread.Sleep((int)Math.Min((microseconds + 999) / 1000, int.MaxValue));

    private void Fire()
    {
        while (true)
        {
            Action? action;
            lock (_lock)
            {
                if (!_due.TryPeek(out action, out long at) || at > Microseconds)
                {
                    Rearm();
                    return;
                }

                _due.Dequeue();
            }

            action();
        }
    }

    private void Rearm()
    {
        if (_due.TryPeek(out _, out long at))
        {
            _timer!.Change(Math.Max(0, (at - Microseconds + 999) / 1000), Timeout.Infinite);
        }
    }
}
