using System.Data.Common;
using System.Threading.Channels;

namespace TinyNano.Fleet.Store;

/// <summary>
/// The only writer of a database: a thread that takes what waits, at most <see cref="MostInBatch"/> jobs, into one transaction. What
/// comes while it commits makes the next batch, so that batches grow with the load and a single write waits for nobody.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    public const int MostInBatch = 1000;

    // Whoever writes faster than the disk waits here instead of filling the memory.
    public const int MostWaiting = 20_000;

    private readonly Dialect _dialect;
    private readonly Channel<WriteJob> _jobs = Channel.CreateBounded<WriteJob>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Thread _thread;
    private DbSession? _session;
    private long _committed;
    private long _batches;
    private long _failed;

    public WriteQueue(Dialect dialect, DbSession session)
    {
        _dialect = dialect;
        _session = session;
        _thread = new Thread(Work) { IsBackground = true, Name = "fleet database writer" };
        _thread.Start();
    }

    public long Committed => Volatile.Read(ref _committed);

    public long Batches => Volatile.Read(ref _batches);

    public long Failed => Volatile.Read(ref _failed);

    public int Waiting => _jobs.Reader.Count;

    public ValueTask AddAsync(WriteJob job, CancellationToken cancel) => _jobs.Writer.WriteAsync(job, cancel);

    public void Dispose()
    {
        _jobs.Writer.TryComplete();
        _thread.Join();
        _session?.Dispose();
    }

    private void Work()
    {
        List<WriteJob> batch = [];
        while (_jobs.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < MostInBatch && _jobs.Reader.TryRead(out WriteJob? job))
            {
                batch.Add(job);
            }

            Carry(batch);
        }
    }

    private void Carry(List<WriteJob> batch)
    {
        Exception? failure = Try(batch);
        if (failure is null)
        {
            Interlocked.Add(ref _committed, batch.Count);
            Interlocked.Increment(ref _batches);
            batch.ForEach(job => job.Complete());
            return;
        }

        DatabaseException? explained = failure as DatabaseException ?? _dialect.Explain(failure);
        if (batch.Count > 1 && explained is not { MayPass: true })
        {
            // One of them is to blame. In halves, and those in halves again, so that the others are written with few commits.
            Carry(batch[..(batch.Count / 2)]);
            Carry(batch[(batch.Count / 2)..]);
            return;
        }

        Interlocked.Add(ref _failed, batch.Count);
        batch.ForEach(job => job.Fail(explained ?? failure));
    }

    private Exception? Try(List<WriteJob> batch)
    {
        for (int attempt = 0; ; attempt++)
        {
            bool committing = false;
            try
            {
                _session ??= _dialect.Open(readOnly: false);
                using DbTransaction transaction = _dialect.BeginWrite(_session.Connection);
                _session.Transaction = transaction;
                batch.ForEach(job => job.Run(_session));
                committing = true;
                transaction.Commit();
                return null;
            }
            catch (Exception e)
            {
                bool lost = _session is null || _dialect.IsLost(_session.Connection, e);
                if (lost)
                {
                    _session?.Dispose();
                    _session = null;
                }

                // A server that was restarted has closed the connection: once more on a new one. A lost answer to a commit says nothing.
                if (!lost || committing || attempt > 0)
                {
                    return e;
                }
            }
            finally
            {
                if (_session is not null)
                {
                    _session.Transaction = null;
                }
            }
        }
    }
}

/// <summary>One caller's writes. They may run more than once, each time in a transaction without the effects of the time before.</summary>
internal abstract class WriteJob
{
    public abstract void Run(DbSession session);

    public abstract void Complete();

    public abstract void Fail(Exception exception);
}

internal sealed class WriteJob<T>(Func<DbSession, T> work) : WriteJob
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public override void Run(DbSession session) => _result = work(session);

    public override void Complete() => _done.SetResult(_result);

    public override void Fail(Exception exception) => _done.SetException(exception);
}
