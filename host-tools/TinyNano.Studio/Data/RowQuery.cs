namespace TinyNano.Studio.Data;

/// <summary>Filters, sorts and cuts rows in memory.</summary>
internal static class RowQuery
{
    public static Slice<DeviceRow> Run(IEnumerable<DeviceRow> rows, DeviceQuery query)
    {
        DeviceRow[] found = [.. Sort(rows.Where(r => Matches(r, query)), query)];
        return new Slice<DeviceRow>([.. found.Skip(query.Offset).Take(Math.Min(query.Limit, DeviceQuery.MaximumLimit))], found.Length, query.Offset);
    }

    private static bool Matches(DeviceRow row, DeviceQuery query) =>
        row.Name.Contains(query.Search, StringComparison.OrdinalIgnoreCase)
        && (query.Group.Length == 0 || row.Group == query.Group)
        && (query.State.Length == 0 || row.State == query.State)
        && (query.Model.Length == 0 || row.Model == query.Model || $"{row.Model}@{row.ModelVersion}" == query.Model)
        && (query.Online is not bool online || row.Online == online)
        && (query.Drift is not DriftLevel drift || row.Drift == drift)
        && (!query.Alarms || row.Alarms.Count > 0);

    // Rows without a value come last in both directions.
    private static IEnumerable<DeviceRow> Sort(IEnumerable<DeviceRow> rows, DeviceQuery query)
    {
        IOrderedEnumerable<DeviceRow> By<TKey>(Func<DeviceRow, TKey> key, Func<DeviceRow, bool> missing)
        {
            IOrderedEnumerable<DeviceRow> first = rows.OrderBy(missing);
            return (query.Descending ? first.ThenByDescending(key) : first.ThenBy(key)).ThenBy(r => r.Name, StringComparer.Ordinal);
        }

        return query.Sort switch
        {
            "state" => By(r => r.Online ? r.State : "offline", _ => false),
            "model" => By(r => (r.Model, r.ModelVersion), _ => false),
            "drift" => By(r => r.Psi, r => r.Psi is null),
            "latency" => By(r => r.LatencyMicroseconds, r => r.LatencyMicroseconds is null),
            "confidence" => By(r => r.Confidence, r => r.Confidence is null),
            "seen" => By(r => r.LastSeen, _ => false),
            _ => By(r => r.Name, _ => false),
        };
    }
}
