using TinyNano.Contracts;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Store;
using TinyNano.Studio.Data;
using Row = TinyNano.Studio.Data.DeviceRow;

namespace TinyNano.Studio.Database;

/// <summary>
/// Follows the database: what devices have reported since the last look becomes lines of the overview, points and updates. It sees what any program
/// writes; an ingester in the same process only makes it look sooner.
/// </summary>
internal sealed class Follower
{
    private const int MostRows = 200_000;
    private const int StepsKept = 24;
    private static readonly TimeSpan s_past = TimeSpan.FromMinutes(30);
    private readonly FleetDatabase _database;
    private readonly ModelShelf _shelf;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Followed> _devices = new(StringComparer.Ordinal);
    private Dictionary<string, string> _groups = new(StringComparer.Ordinal);
    private DateTimeOffset _from;

    public Follower(FleetDatabase database, ModelShelf shelf)
    {
        _database = database;
        _shelf = shelf;
        _from = database.Time.GetUtcNow() - s_past;
    }

    public IReadOnlyList<Row> Rows
    {
        get
        {
            lock (_gate)
            {
                return [.. _devices.Values.Select(d => d.Row!)];
            }
        }
    }

    public IReadOnlyList<string> Groups
    {
        get
        {
            lock (_gate)
            {
                return [.. _groups.Values.Distinct().Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Looks once; returns what changed. Not to be called from two threads at once.</summary>
    public List<LiveUpdate> Look()
    {
        _shelf.Refresh();
        DateTimeOffset from = _from;
        List<HealthRow> health = _database.Read(s => s.Query(
            "select device, restarts, sequence, at, model_crc, model_version, inferences, latency_us, message from health where at >= @0 order by at, device, restarts, sequence limit @1",
            r => new HealthRow(r.Text(0), r.Int32(1), r.Int64(2), r.Time(3), r.UInt32(4), r.UInt32(5), r.UInt32(6), r.UInt32(7), r.Bytes(8)), from, MostRows));
        Dictionary<string, string> groups = _database.Read(s => s.Query("select device, name from group_devices order by device, name", r => (Device: r.Text(0), Name: r.Text(1))))
            .GroupBy(g => g.Device, StringComparer.Ordinal).ToDictionary(g => g.Key, g => string.Join(", ", g.Select(x => x.Name)), StringComparer.Ordinal);
        List<Fleet.Store.DeviceRow> devices = _database.Read(Devices.All);
        Dictionary<uint, DriftThresholds?> thresholds = health.Select(h => h.ModelCrc).Distinct().ToDictionary(c => c, _shelf.Thresholds);
        List<LiveUpdate> updates = [];
        lock (_gate)
        {
            _groups = groups;
            foreach (HealthRow row in health)
            {
                _from = row.At > _from ? row.At : _from;
                Followed followed = Of(row.Device);
                if (followed.Take(row, thresholds[row.ModelCrc]) is HealthStep step)
                {
                    updates.Add(new PointAdded(row.Device, step.Point));
                }
            }

            foreach (Fleet.Store.DeviceRow device in devices)
            {
                Followed followed = Of(device.Device);
                Row row = followed.Make(device, groups.GetValueOrDefault(device.Device, ""));
                if (followed.Row is null || !Same(followed.Row, row))
                {
                    updates.Add(new DeviceChanged(row));
                }

                followed.Row = row;
            }
        }

        return updates;
    }

    private Followed Of(string device) => _devices.TryGetValue(device, out Followed? known) ? known : _devices[device] = new Followed();

    private static bool Same(Row a, Row b) => a with { Alarms = b.Alarms } == b && a.Alarms.SequenceEqual(b.Alarms);

    private sealed class Followed
    {
        private readonly List<HealthStep> _steps = [];
        private HealthMessage? _last;
        private (DriftLevel Level, double Psi)? _drift;

        public Row? Row { get; set; }

        public HealthStep? Take(HealthRow row, DriftThresholds? thresholds)
        {
            HealthMessage now = row.Decode();
            bool first = _last is null;
            HealthStep? step = HealthSteps.Of(_last, now, row.At);
            _last = step is null ? _last : now;
            if (first || step is null)
            {
                return null;
            }

            if (_steps.Count > 0 && _steps[^1].Message.ModelCrc != now.ModelCrc)
            {
                _steps.Clear();
                _drift = null;
            }

            _steps.Add(step);
            _steps.RemoveRange(0, Math.Max(0, _steps.Count - StepsKept));
            _drift = thresholds is null ? null : DriftViews.Last(thresholds, _steps) ?? _drift;
            return step;
        }

        public Row Make(Fleet.Store.DeviceRow device, string group)
        {
            HealthPoint? point = _steps.Count > 0 ? _steps[^1].Point : null;
            bool update = device.UpdateSession is not (null or 0);
            return new Row(
                device.Device, group, device.Online, Names.State(device.State), device.ModelName ?? "", device.ModelVersion ?? 0, update ? Names.Update(device.UpdateState) : "empty",
                _drift?.Level ?? DriftLevel.Unknown, _drift?.Psi, Names.Alarms(_last?.Alarms ?? 0), point is { LatencyMicroseconds: > 0 } ? point.LatencyMicroseconds : null,
                point is { Confidence.Count: > 0 } ? point.MeanConfidence : null, device.LastSeen.ToUnixTimeMilliseconds(), device.Restarts ?? 0);
        }
    }
}
