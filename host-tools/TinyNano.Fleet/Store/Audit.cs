namespace TinyNano.Fleet.Store;

/// <summary>Who did what to whom, when and why.</summary>
/// <param name="Actor">A person's name, or `tinynano` for what happens by itself.</param>
/// <param name="Action">A word such as `rollout.pause`.</param>
/// <param name="Subject">Device, group, rollout or manifest.</param>
/// <param name="Detail">JSON, or empty.</param>
public sealed record AuditRow(long Id, DateTimeOffset At, string Actor, string Action, string Subject, long? Rollout, string Reason, string Detail);

/// <summary>The audit trail. Rows are added and never changed.</summary>
public static class Audit
{
    /// <summary>The actor of what nobody asked for.</summary>
    public const string Self = "tinynano";

    public static void Add(DbSession session, DateTimeOffset at, string actor, string action, string subject, long? rollout = null, string reason = "", string detail = "") =>
        session.Execute(
            "insert into audit (at, actor, action, subject, rollout, reason, detail) values (@0, @1, @2, @3, @4, @5, @6)", at, actor, action, subject, rollout, reason, detail);

    /// <summary>The latest rows, newest first.</summary>
    /// <param name="rollout">Only those of this rollout.</param>
    public static List<AuditRow> Latest(DbSession session, int count = 100, long? rollout = null) => rollout is long id
        ? session.Query($"{Select} where rollout = @0 order by id desc limit @1", Row, id, count)
        : session.Query($"{Select} order by id desc limit @0", Row, count);

    private const string Select = "select id, at, actor, action, subject, rollout, reason, detail from audit";

    private static AuditRow Row(DbRow row) => new(row.Int64(0), row.Time(1), row.Text(2), row.Text(3), row.Text(4), row.Int64OrNull(5), row.Text(6), row.Text(7));
}
