using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace TinyNano.Fleet.Store;

/// <summary>
/// SQLite in a file, in WAL mode: readers and the writer do not wait for one another. Commits are synced, so that what was acknowledged
/// survives a power cut.
/// </summary>
internal sealed class SqliteDialect : Dialect
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Io = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    private readonly string _path;
    private readonly string _connection;

    public SqliteDialect(string path, TimeSpan busy)
    {
        _path = Path.GetFullPath(path);
        _connection = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(busy.TotalSeconds)),
            ForeignKeys = true,
            Pooling = false,
        }.ToString();
    }

    public override string Where => $"sqlite:{_path}";

    public override string IdColumn => "integer primary key autoincrement";

    protected override bool KeepsCommands => true;

    protected override DbConnection Connect(bool readOnly)
    {
        SqliteConnection connection = new(_connection);
        connection.Open();
        using SqliteCommand pragmas = connection.CreateCommand();
        pragmas.CommandText = readOnly ? "pragma query_only = on" : "pragma query_only = off; pragma journal_mode = wal; pragma synchronous = full";
        pragmas.ExecuteNonQuery();
        return connection;
    }

    // Immediate transactions hold the only write lock already.
    public override void LockForMigration(DbSession session)
    {
    }

    public override DbTransaction BeginWrite(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: false);

    public override DatabaseException? Explain(Exception exception) => exception is not SqliteException e ? null : e.SqliteErrorCode switch
    {
        Busy or Locked => new DatabaseException(
            DatabaseFault.Locked, "TN6603", "another program holds the database", Where, "end the other program, or let each have a database of its own; nothing was written", e),
        Full => new DatabaseException(DatabaseFault.Full, "TN6604", "no room on the disk", Where, "make room; nothing was written, and what waits is written when there is room", e),
        ReadOnly => new DatabaseException(DatabaseFault.NotWritable, "TN6605", "the database cannot be written", Where, "allow this user to write the file and its folder", e),
        CannotOpen => new DatabaseException(DatabaseFault.Unavailable, "TN6606", "the database cannot be opened or made", Where, "make the folder, and allow this user to write there", e),
        Io => new DatabaseException(DatabaseFault.Unavailable, "TN6606", $"the disk failed: {e.Message}", Where, "look at the disk and at its free room", e),
        Corrupt or NotADatabase => new DatabaseException(
            DatabaseFault.Damaged, "TN6607", "the file is damaged or is no SQLite database", Where, "name another file, or restore a backup", e),
        _ => null,
    };

    public override bool IsLost(DbConnection connection, Exception exception) => connection.State != System.Data.ConnectionState.Open;
}
