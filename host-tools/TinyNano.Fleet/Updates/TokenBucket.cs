namespace TinyNano.Fleet.Updates;

/// <summary>A rate with a burst. Not for several threads at once.</summary>
public struct TokenBucket
{
    private readonly double _perSecond;
    private readonly double _burst;
    private double _tokens;
    private long _at;

    /// <param name="perSecond">0 for no limit.</param>
    /// <param name="burst">What may go at once after a pause.</param>
    /// <param name="now">A time stamp in ticks of 100 ns.</param>
    public TokenBucket(double perSecond, double burst, long now)
    {
        _perSecond = perSecond;
        _burst = burst;
        _tokens = burst;
        _at = now;
    }

    /// <summary>Takes tokens; more than the burst when the bucket is full, as a debt.</summary>
    /// <returns>Zero where they were taken; else how long to wait before asking again.</returns>
    public TimeSpan Take(double count, long now)
    {
        if (_perSecond <= 0)
        {
            return TimeSpan.Zero;
        }

        if (now > _at)
        {
            _tokens = Math.Min(_burst, _tokens + _perSecond * (now - _at) / TimeSpan.TicksPerSecond);
            _at = now;
        }

        double needed = Math.Min(count, _burst);
        if (_tokens < needed)
        {
            return TimeSpan.FromTicks(Math.Max(1, (long)Math.Ceiling((needed - _tokens) / _perSecond * TimeSpan.TicksPerSecond)));
        }

        _tokens -= count;
        return TimeSpan.Zero;
    }

    /// <summary>Gives back what was taken for nothing.</summary>
    public void Return(double count) => _tokens = Math.Min(_burst, _tokens + count);
}
