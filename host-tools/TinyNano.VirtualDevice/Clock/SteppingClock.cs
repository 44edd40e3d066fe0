using System.Diagnostics;
using TinyNano.NanoPlatform;

namespace TinyNano.VirtualDevice.Clock;

/// <summary>
/// Time that stands still while any thread of the board computes or a message is under way, and jumps to the next instant that a thread
/// sleeps for. So a run gives the same results on any computer. With a finite factor a jump also waits for the
/// computer's clock.
/// </summary>
internal sealed class SteppingClock : VirtualClock
{
    // Polls of the other threads that only yield; then the poller makes room for them.
    private const int BusyPolls = 20;
    private static readonly TimeSpan StopPoll = TimeSpan.FromMilliseconds(20);

    // A thread that is busy for so long with the time standing still waits for the time to pass, by polling it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [ThreadStatic]
    private static Sleeper? t_self;

    // An application that only waits for events of the system, as for a trigger, makes no time pass by itself.
    private const double IdleFactorOfMax = 20;
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan IdlePoll = TimeSpan.FromMilliseconds(10);

    private readonly double _factor;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly object _lock = new();
    private readonly List<Sleeper> _sleepers = [];
    private readonly PriorityQueue<Action, (long, int)> _due = new();
    private int _order;
    private long _now;
    private long _lastSleep;

    public SteppingClock(double factor) => _factor = factor;

    public override long Microseconds => Volatile.Read(ref _now);

    public override void Attach(VirtualBoard board, Thread main)
    {
        base.Attach(board, main);
        Volatile.Write(ref _lastSleep, Stopwatch.GetTimestamp());
        Thread idle = new(() => PassWhileIdle(board)) { IsBackground = true, Name = "time of " + board.Name };
        idle.Start();
    }

    public override void SleepUntil(long microseconds)
    {
        Board.ThrowIfStopped();
        if (Microseconds >= microseconds || HoldWhileFrozen())
        {
            return;
        }

        // One object for each thread; it may serve the clocks of several boards, one after the other.
        Sleeper self = t_self ??= new Sleeper();
        Enter(self, microseconds);
        try
        {
            AwaitTurn(self);
            if (!IsFrozen)
            {
                Pass(microseconds);
            }
        }
        finally
        {
            Leave(self);
        }

        HoldWhileFrozen();
        Board.ThrowIfStopped();
    }

    public override void Schedule(long microseconds, Action action)
    {
        lock (_lock)
        {
            _due.Enqueue(action, (microseconds, _order++));
        }
    }

    public override void Skip(long microseconds) => Pass(Microseconds + microseconds, throttle: false);

    private void PassWhileIdle(VirtualBoard board)
    {
        double factor = double.IsInfinity(_factor) ? IdleFactorOfMax : _factor;
        while (!board.Stopped.WaitOne(IdlePoll))
        {
            bool idle;
            lock (_lock)
            {
                idle = _sleepers.Count == 0 && !IsFrozen && Stopwatch.GetElapsedTime(Volatile.Read(ref _lastSleep)) > IdleAfter;
            }

            if (idle && board.Mqtt.IsQuiet && board.Threads.OthersAreBlocked())
            {
                Pass(Microseconds + (long)(IdlePoll.TotalMicroseconds * factor), throttle: false);
            }
        }
    }

    private void Enter(Sleeper self, long until)
    {
        lock (_lock)
        {
            self.Until = until;
            self.Order = _order++;
            _sleepers.Add(self);
            BoardThreads.SetWaiting(true);
            Monitor.PulseAll(_lock);
        }
    }

    private void Leave(Sleeper self)
    {
        lock (_lock)
        {
            BoardThreads.SetWaiting(false);
            _sleepers.Remove(self);
            Volatile.Write(ref _lastSleep, Stopwatch.GetTimestamp());
            Monitor.PulseAll(_lock);
        }
    }

    // Returns when this thread is the one with the nearest instant and nothing else goes on.
    private void AwaitTurn(Sleeper self)
    {
        int polls = 0;
        long since = Stopwatch.GetTimestamp();
        while (true)
        {
            Board.ThrowIfStopped();
            lock (_lock)
            {
                if (self.Until <= _now || IsFrozen)
                {
                    return;
                }

                if (!IsFirst(self))
                {
                    Monitor.Wait(_lock, StopPoll);
                    since = Stopwatch.GetTimestamp();
                    continue;
                }
            }

            bool quiet = Board.Mqtt.IsQuiet && Board.Threads.OthersAreBlocked() && Board.Mqtt.IsQuiet;
            if (quiet || Stopwatch.GetElapsedTime(since) > Patience)
            {
                // A thread may have begun to sleep for an earlier instant since.
                lock (_lock)
                {
                    if (IsFirst(self))
                    {
                        return;
                    }
                }
            }
            else if (++polls < BusyPolls)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(polls < 10 * BusyPolls ? 0 : 1);
            }
        }
    }

    private bool IsFirst(Sleeper self)
    {
        foreach (Sleeper other in _sleepers)
        {
            if (other.Until < self.Until || (other.Until == self.Until && other.Order < self.Order))
            {
                return false;
            }
        }

        return true;
    }

    private void Pass(long until, bool throttle = true)
    {
        while (true)
        {
            Action? action = null;
            long target = until;
            lock (_lock)
            {
                if (_due.TryPeek(out _, out (long At, int) next) && next.At <= until)
                {
                    action = _due.Dequeue();
                    target = next.At;
                }
            }

            if (throttle)
            {
                Throttle(target);
            }

            Volatile.Write(ref _now, Math.Max(Microseconds, target));
            if (action is null)
            {
                return;
            }

            action();
            if (IsFrozen)
            {
                return;
            }
        }
    }

    private void Throttle(long target)
    {
        while (!double.IsInfinity(_factor))
        {
            double ahead = target / _factor - Stopwatch.GetElapsedTime(_start).TotalMicroseconds;
            if (ahead < 1000)
            {
                return;
            }

            if (Board.Stopped.WaitOne((int)Math.Min(ahead / 1000, int.MaxValue)))
            {
                throw new BoardStoppedException(Board);
            }
        }
    }

    private sealed class Sleeper
    {
        public long Until;
        public int Order;
    }
}
