using System.Collections.Concurrent;

namespace TinyNano.Fleet.Store;

/// <summary>
/// What the desk knows of a fleet: SQLite in a file, or PostgreSQL, by one setting. Reads have connections of their own; all writes go
/// through one queue. A write is acknowledged when it is committed, and a write that was acknowledged survives a power cut.
/// </summary>
public sealed class FleetDatabase : IDisposable
{
    private readonly Dialect _dialect;
    private readonly WriteQueue _writes;
    private readonly ConcurrentBag<DbSession> _readers = [];
    private bool _disposed;

    private FleetDatabase(Dialect dialect, DbSession writer, TimeProvider time)
    {
        _dialect = dialect;
        _writes = new WriteQueue(dialect, writer);
        Time = time;
    }

    /// <summary>The setting where none is given.</summary>
    public const string DefaultSetting = "sqlite:tinynano-fleet.db";

    /// <summary>Which database, without a password.</summary>
    public string Where => _dialect.Where;

    public TimeProvider Time { get; }

    /// <summary>Writes committed, transactions that carried them, writes that failed, writes that wait.</summary>
    public (long Committed, long Batches, long Failed, int Waiting) Writes => (_writes.Committed, _writes.Batches, _writes.Failed, _writes.Waiting);

    /// <summary>Opens the database, makes it where there is none, and brings its tables up to date.</summary>
    /// <param name="setting">`sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.</param>
    /// <param name="busy">How long to wait for another program that holds the database; 10 seconds without it.</param>
    /// <exception cref="DatabaseException">The database cannot be used; its message says why and what to do.</exception>
    public static FleetDatabase Open(string setting, TimeProvider? time = null, TimeSpan? busy = null) => Open(setting, Migrations.All, time, busy);

    internal static FleetDatabase Open(string setting, IReadOnlyList<Migration> migrations, TimeProvider? time = null, TimeSpan? busy = null)
    {
        Dialect dialect = Dialect.Of(setting, busy ?? TimeSpan.FromSeconds(10));
        DbSession? session = null;
        try
        {
            session = dialect.Open(readOnly: false);
            Migrations.Run(dialect, session, migrations, time ?? TimeProvider.System);
            return new FleetDatabase(dialect, session, time ?? TimeProvider.System);
        }
        catch (Exception e)
        {
            session?.Dispose();
            if (e is not DatabaseException && dialect.Explain(e) is DatabaseException explained)
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>Reads on a connection that writes nothing; it sees what was committed before.</summary>
    /// <exception cref="DatabaseException">The database cannot be read now.</exception>
    public T Read<T>(Func<DbSession, T> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (int attempt = 0; ; attempt++)
        {
            DbSession? session = null;
            try
            {
                if (!_readers.TryTake(out session))
                {
                    session = _dialect.Open(readOnly: true);
                }

                T result = query(session);
                _readers.Add(session);
                return result;
            }
            catch (Exception e)
            {
                bool lost = session is not null && _dialect.IsLost(session.Connection, e);
                session?.Dispose();
                if (lost && attempt == 0)
                {
                    // All that were open to a server that was restarted are lost.
                    while (_readers.TryTake(out DbSession? old))
                    {
                        old.Dispose();
                    }

                    continue;
                }

                if (_dialect.Explain(e) is DatabaseException explained)
                {
                    throw explained;
                }

                throw;
            }
        }
    }

    /// <summary>
    /// Writes in a transaction, possibly together with the writes of others; the task ends when it is committed. The work may run more
    /// than once (each time without the effects of the time before) and must do nothing but use its session.
    /// </summary>
    /// <exception cref="DatabaseException">Nothing was written; <see cref="DatabaseException.MayPass"/> says whether to try again.</exception>
    public async Task<T> WriteAsync<T>(Func<DbSession, T> work, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_disposed, this);
        WriteJob<T> job = new(work);
        await _writes.AddAsync(job, cancel).ConfigureAwait(false);
        return await job.Done.ConfigureAwait(false);
    }

    /// <inheritdoc cref="WriteAsync{T}(Func{DbSession, T}, CancellationToken)"/>
    public Task WriteAsync(Action<DbSession> work, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return WriteAsync(session =>
        {
            work(session);
            return true;
        }, cancel);
    }

    /// <summary>As <see cref="WriteAsync{T}"/>, waiting for the commit.</summary>
    public T Write<T>(Func<DbSession, T> work) => WriteAsync(work).GetAwaiter().GetResult();

    /// <summary>As <see cref="WriteAsync(Action{DbSession}, CancellationToken)"/>, waiting for the commit.</summary>
    public void Write(Action<DbSession> work) => WriteAsync(work).GetAwaiter().GetResult();

    /// <summary>Writes what waits and closes.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _writes.Dispose();
        while (_readers.TryTake(out DbSession? session))
        {
            session.Dispose();
        }
    }
}
