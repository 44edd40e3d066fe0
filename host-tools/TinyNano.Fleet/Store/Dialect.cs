using System.Data.Common;

namespace TinyNano.Fleet.Store;

/// <summary>
/// What differs between the databases. Statements are the same on both: upserts are `insert .. on conflict .. do update`, times are
/// milliseconds since 1970 in `bigint`, truths are 0 and 1, bytes are `bytea`, parameters are `@0`, `@1`, ...
/// </summary>
internal abstract class Dialect
{
    /// <summary>For messages: what and where, without a password.</summary>
    public abstract string Where { get; }

    /// <summary>What the word {id} of migrations stands for: a key that the database counts.</summary>
    public abstract string IdColumn { get; }

    /// <summary>A new connection; one for reading refuses to write where the database can enforce it.</summary>
    protected abstract DbConnection Connect(bool readOnly);

    /// <summary>Whether a command that has run may run again with other parameters. SQLite's then stay prepared; Npgsql's would run with the old ones.</summary>
    protected abstract bool KeepsCommands { get; }

    public DbSession Open(bool readOnly) => new(Connect(readOnly), KeepsCommands);

    /// <summary>Makes sure that only one program migrates, within the transaction that has just begun.</summary>
    public abstract void LockForMigration(DbSession session);

    /// <summary>Begins a transaction that will write.</summary>
    public abstract DbTransaction BeginWrite(DbConnection connection);

    /// <summary>The exception as one that says what to do; null where it is a bug of ours, such as a wrong statement.</summary>
    public abstract DatabaseException? Explain(Exception exception);

    /// <summary>Whether the connection can be used no more.</summary>
    public abstract bool IsLost(DbConnection connection, Exception exception);

    public static Dialect Of(string setting, TimeSpan busy)
    {
        ArgumentNullException.ThrowIfNull(setting);
        int colon = setting.IndexOf(':', StringComparison.Ordinal);
        string scheme = colon < 0 ? "" : setting[..colon].ToLowerInvariant();
        return scheme switch
        {
            "sqlite" when setting.Length > colon + 1 => new SqliteDialect(setting[(colon + 1)..], busy),
            "postgres" or "postgresql" => new PostgresDialect(setting, busy),
            _ => throw new DatabaseException(
                DatabaseFault.Setting, "TN6601", "the database setting is neither `sqlite:PATH` nor `postgres://USER:PASSWORD@HOST:PORT/DATABASE`",
                $"'{(scheme.Length > 0 ? scheme + ":.." : setting)}'", "for example sqlite:fleet.db"),
        };
    }
}
