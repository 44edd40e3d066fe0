using System.Data.Common;

namespace TinyNano.Fleet.Store;

/// <summary>
/// One connection, for the length of one read or of one batch of writes. Parameters are `@0`, `@1`, .. in the order of the arguments;
/// integers and enums go as 64 bits, truths as 0 and 1, times as milliseconds since 1970.
/// </summary>
public sealed class DbSession : IDisposable
{
    private readonly Dictionary<string, DbCommand> _commands = [];
    private readonly DbConnection _connection;

    private readonly bool _keepsCommands;

    internal DbSession(DbConnection connection, bool keepsCommands)
    {
        _connection = connection;
        _keepsCommands = keepsCommands;
    }

    internal DbConnection Connection => _connection;

    internal DbTransaction? Transaction { get; set; }

    /// <summary>Runs a statement; returns the rows that it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    /// <summary>All rows of a query, each made by <paramref name="row"/>.</summary>
    public List<T> Query<T>(string sql, Func<DbRow, T> row, params ReadOnlySpan<object?> values)
    {
        List<T> rows = [];
        using DbDataReader reader = Command(sql, values).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(row(new DbRow(reader)));
        }

        return rows;
    }

    /// <summary>The first row, or the default where there is none.</summary>
    public T? First<T>(string sql, Func<DbRow, T> row, params ReadOnlySpan<object?> values)
    {
        using DbDataReader reader = Command(sql, values).ExecuteReader();
        return reader.Read() ? row(new DbRow(reader)) : default;
    }

    /// <summary>The first column of the first row as a number; 0 where there is none.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> values) => First(sql, r => r.IsNull(0) ? 0 : r.Int64(0), values);

    /// <summary>Several statements without parameters.</summary>
    internal void Script(string sql)
    {
        using DbCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = Transaction;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (DbCommand command in _commands.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private DbCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out DbCommand? command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            if (_keepsCommands)
            {
                _commands.Add(sql, command);
            }
        }

        command.Transaction = Transaction;

        // New parameters each time: the type of a parameter follows its value, and null has none.
        command.Parameters.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = Names[i];
            parameter.Value = Plain(values[i]);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static readonly string[] Names = [.. Enumerable.Range(0, 64).Select(i => $"@{i}")];

    private static object Plain(object? value) => value switch
    {
        null => DBNull.Value,
        string or byte[] or double or long => value,
        bool truth => truth ? 1L : 0L,
        float number => (double)number,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        ulong number => checked((long)number),
        Enum number => Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture),
        int or uint or short or ushort or byte or sbyte => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"no column takes a {value.GetType().Name}"),
    };
}

/// <summary>The row that a query is at. Numbers are read as 64 bits from columns of any width.</summary>
public readonly struct DbRow
{
    private readonly DbDataReader _reader;

    internal DbRow(DbDataReader reader) => _reader = reader;

    public bool IsNull(int column) => _reader.IsDBNull(column);

    public long Int64(int column) => Convert.ToInt64(_reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);

    public int Int32(int column) => checked((int)Int64(column));

    public uint UInt32(int column) => checked((uint)Int64(column));

    public bool Truth(int column) => Int64(column) != 0;

    public double Double(int column) => Convert.ToDouble(_reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);

    public string Text(int column) => _reader.GetString(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public byte[] Bytes(int column) => (byte[])_reader.GetValue(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Int64(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);
}
