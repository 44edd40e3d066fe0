namespace TinyNano.NanoPlatform;

/// <summary>The time of a board. Everything on it that waits or has a time asks here.</summary>
public interface IBoardClock
{
    /// <summary>Microseconds since the board was made.</summary>
    long Microseconds { get; }

    /// <summary>Returns when the time has come, at once where it has passed. Throws <see cref="BoardStoppedException"/> when the board stops.</summary>
    void SleepUntil(long microseconds);
}

/// <summary>The computer's clock.</summary>
public sealed class RealClock : IBoardClock
{
    private readonly long _start = System.Diagnostics.Stopwatch.GetTimestamp();

    public long Microseconds => (System.Diagnostics.Stopwatch.GetTimestamp() - _start) / (System.Diagnostics.Stopwatch.Frequency / 1_000_000);

    public void SleepUntil(long microseconds)
    {
        // Rounded up: a thread that wakes early would find that nothing is due.
        for (long left = microseconds - Microseconds; left > 0; left = microseconds - Microseconds)
        {
            Thread.Sleep((int)Math.Min((left + 999) / 1000, int.MaxValue));
        }
    }
}
