namespace TinyNano.NanoPlatform;

/// <summary>
/// Counts the bytes that the threads of a board allocate. A board's heap is emulated by its budget: what was allocated until the
/// first inference counts as kept, what comes later as garbage that the next collection frees. Sizes are those of 64-bit .NET, which
/// are larger than nanoFramework's.
/// </summary>
public sealed class HeapAccount
{
    [ThreadStatic]
    private static ThreadMark? t_mark;

    private readonly long _budget;
    private long _allocated;
    private long _kept = -1;
    private long _collectedAt;

    internal HeapAccount(long budget) => _budget = budget;

    public long BudgetBytes => _budget;

    /// <summary>Bytes that threads of the board have allocated, up to their last call into the platform.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _allocated);

    /// <summary>Bytes that the start of the application took; all so far where it has not run a model yet.</summary>
    public long KeptBytes => Interlocked.Read(ref _kept) is >= 0 and long kept ? kept : AllocatedBytes;

    public long FreeBytes => Math.Max(0, _budget - KeptBytes - Math.Max(0, AllocatedBytes - Math.Max(KeptBytes, Interlocked.Read(ref _collectedAt))));

    /// <summary>Frees the garbage.</summary>
    public void Collect()
    {
        Refresh();
        Interlocked.Exchange(ref _collectedAt, AllocatedBytes);
    }

    /// <summary>The start is over.</summary>
    public void MarkStarted()
    {
        if (Interlocked.Read(ref _kept) < 0)
        {
            Refresh();
            Interlocked.CompareExchange(ref _kept, AllocatedBytes, -1);
        }
    }

    /// <summary>Takes what this thread has allocated since the last call into the account.</summary>
    public void Refresh()
    {
        if (t_mark is ThreadMark mark && mark.Owner == this)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            Interlocked.Add(ref _allocated, now - mark.At);
            mark.Counted += now - mark.At;
            mark.At = now;
        }
    }

    /// <summary>Bytes that this thread has ever allocated on accounts of boards, the emulation's own left out.</summary>
    public static long OfThisThread
    {
        get
        {
            if (t_mark is not ThreadMark mark)
            {
                return 0;
            }

            mark.Owner?.Refresh();
            return mark.Counted;
        }
    }

    /// <summary>What is allocated until the result is disposed is the emulation's, not the application's.</summary>
    public Exempt Exempted() => new(this);

    /// <summary>From here on this thread allocates on another account; null for none.</summary>
    internal static void Enter(HeapAccount? account)
    {
        if (account is null && t_mark is null)
        {
            return;
        }

        t_mark ??= new ThreadMark();
        t_mark.Owner = account;
        t_mark.At = GC.GetAllocatedBytesForCurrentThread();
    }

    public readonly ref struct Exempt
    {
        private readonly HeapAccount _account;

        internal Exempt(HeapAccount account)
        {
            _account = account;
            account.Refresh();
        }

        public void Dispose()
        {
            if (t_mark is ThreadMark mark && mark.Owner == _account)
            {
                mark.At = GC.GetAllocatedBytesForCurrentThread();
            }
        }
    }

    private sealed class ThreadMark
    {
        public HeapAccount? Owner;
        public long At;
        public long Counted;
    }
}
