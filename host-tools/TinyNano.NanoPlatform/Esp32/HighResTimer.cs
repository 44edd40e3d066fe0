using System;
using System.Threading;
using TinyNano.NanoPlatform;

namespace nanoFramework.Hardware.Esp32;

public delegate void HighResTimerExpiredEventHandler(HighResTimer sender, object e);

/// <summary>Microseconds of the board's clock, and a timer on it.</summary>
public class HighResTimer : IDisposable
{
    private readonly VirtualBoard _board = VirtualBoard.Current;
    private volatile int _generation;

    public event HighResTimerExpiredEventHandler OnHighResTimerExpired;

    public static ulong GetCurrent() => (ulong)VirtualBoard.Current.Clock.Microseconds;

    public void Stop() => Interlocked.Increment(ref _generation);

    public void StartOneShot(ulong timeout_us) => Start((long)timeout_us, false);

    public void StartOnePeriodic(ulong period_us) => Start((long)period_us, true);

    public void Dispose()
    {
        Dispose(true);
        System.GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Stop();

    private void Start(long period, bool periodic)
    {
        int generation = Interlocked.Increment(ref _generation);
        long due = _board.Clock.Microseconds + period;
        Thread thread = new(() =>
        {
            do
            {
                _board.Clock.SleepUntil(due);
                _board.ThrowIfStopped();
                if (generation == _generation)
                {
                    OnHighResTimerExpired?.Invoke(this, null);
                }

                due += period;
            }
            while (periodic && generation == _generation);
        })
        {
            IsBackground = true,
            Name = "high resolution timer",
        };
        thread.Start();
    }
}
