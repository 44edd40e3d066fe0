namespace TinyNano.Fleet.Store;

/// <summary>Why a message was not believed.</summary>
public enum IncidentKind
{
    /// <summary>Cannot be read, or its topic names no device.</summary>
    Malformed,

    /// <summary>Longer than any message may be.</summary>
    Oversized,

    /// <summary>Readable, and its numbers cannot be true together or after those before.</summary>
    Lying,

    /// <summary>The desk's own clock has jumped.</summary>
    Clock,
}

/// <summary>Incidents of one kind of one device.</summary>
/// <param name="Detail">Of the last one.</param>
public sealed record IncidentRow(string Device, IncidentKind Kind, DateTimeOffset First, DateTimeOffset Last, long Count, string Detail);

/// <summary>The table of incidents: one row for a device and a kind.</summary>
public static class Incidents
{
    private const int LongestDetail = 200;

    public static void Add(DbSession session, string device, IncidentKind kind, string detail, DateTimeOffset at) => session.Execute(
        "insert into incidents (device, kind, first_at, last_at, count, detail) values (@0, @1, @2, @2, 1, @3) on conflict (device, kind) do update set "
        + "last_at = excluded.last_at, count = incidents.count + 1, detail = excluded.detail",
        device, kind.ToString(), at, detail.Length <= LongestDetail ? detail : detail[..LongestDetail]);

    /// <summary>Devices whose messages have contradicted one another since then.</summary>
    public static HashSet<string> Lying(DbSession session, DateTimeOffset since) =>
        [.. session.Query("select device from incidents where kind = @0 and last_at >= @1", r => r.Text(0), nameof(IncidentKind.Lying), since)];

    /// <summary>The latest first.</summary>
    public static List<IncidentRow> All(DbSession session) => session.Query(
        "select device, kind, first_at, last_at, count, detail from incidents order by last_at desc, device, kind",
        r => new IncidentRow(r.Text(0), Enum.Parse<IncidentKind>(r.Text(1)), r.Time(2), r.Time(3), r.Int64(4), r.Text(5)));
}
