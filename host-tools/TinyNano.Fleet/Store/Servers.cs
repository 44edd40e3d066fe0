namespace TinyNano.Fleet.Store;

/// <summary>Which update servers run on this database.</summary>
public static class Servers
{
    /// <summary>A server that has not been seen for so long is gone.</summary>
    public static readonly TimeSpan Gone = TimeSpan.FromSeconds(15);

    public static void Seen(DbSession session, string id, string broker, string root, DateTimeOffset at) => session.Execute(
        "insert into servers (id, broker, root, started, seen) values (@0, @1, @2, @3, @3) on conflict (id) do update set seen = excluded.seen", id, broker, root, at);

    public static void Ended(DbSession session, string id) => session.Execute("delete from servers where id = @0", id);

    /// <summary>The brokers of servers that run now for the devices below a root.</summary>
    public static List<string> Running(DbSession session, string root, DateTimeOffset now) =>
        session.Query("select broker from servers where root = @0 and seen > @1 order by started", r => r.Text(0), root, now - Gone);
}
