namespace TinyNano.Studio.Security;

/// <summary>At most so many wrong tokens a minute, from all sides together.</summary>
internal sealed class LoginLimit(TimeProvider clock)
{
    public const int WrongPerMinute = 20;
    private readonly Lock _gate = new();
    private readonly Queue<DateTimeOffset> _wrong = new();

    public bool IsReached
    {
        get
        {
            lock (_gate)
            {
                DateTimeOffset now = clock.GetUtcNow();
                while (_wrong.Count > 0 && now - _wrong.Peek() > TimeSpan.FromMinutes(1))
                {
                    _wrong.Dequeue();
                }

                return _wrong.Count >= WrongPerMinute;
            }
        }
    }

    public void CountWrong()
    {
        lock (_gate)
        {
            _wrong.Enqueue(clock.GetUtcNow());
        }
    }
}
