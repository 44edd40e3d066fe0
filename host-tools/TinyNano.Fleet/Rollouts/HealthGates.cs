using System.Globalization;
using TinyNano.Contracts;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Rollouts;

/// <summary>
/// The gates on health: `accuracy`, `latency`, `restarts` and `drift`. They compare devices with the new model with those that still have
/// the old one. Devices whose messages have contradicted one another since the rollout began are left out.
/// </summary>
public static class HealthGates
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IRolloutGate> All(FleetDatabase database) => [new AccuracyGate(database), new LatencyGate(database), new RestartsGate(database), new DriftGate(database)];

    // Fewer devices with the old model than this share of those with the new one say too little of it.
    private const int FewOld = 10;

    internal static double Number(string gate, string limit) =>
        double.TryParse(limit, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 ? value
            : throw new FleetException("TN6501", $"the limit of the gate '{gate}' is no number above 0", $"'{limit}'", "for example accuracy=0.05, latency=1.2, restarts=1 or drift=0.1");

    internal static bool HasNew(RolloutDeviceRow device) => device.State is RolloutDeviceState.Trial or RolloutDeviceState.Confirmed or RolloutDeviceState.Shadow or RolloutDeviceState.Reverted or RolloutDeviceState.Recalled;

    /// <summary>What each device has said since the rollout began, apart by whether it ran the rollout's model.</summary>
    internal static (List<ArmDevice> Newer, List<ArmDevice> Older) Arms(FleetDatabase database, RolloutRow rollout, IReadOnlyList<RolloutDeviceRow> devices)
    {
        uint version = database.Read(s => (uint)s.Number("select model_version from manifests where session = @0", rollout.Session));
        uint crc = Crc(database, rollout);
        HashSet<string> lying = database.Read(s => Incidents.Lying(s, rollout.Created));
        List<ArmDevice> newer = [], older = [], pasts = [];
        foreach (RolloutDeviceRow device in devices)
        {
            List<HealthRow> rows = lying.Contains(device.Device) ? [] : database.Read(s => Health.Of(s, device.Device));
            if (rows.Count == 0)
            {
                continue;
            }

            HealthMessage layout = rows[^1].Decode();
            List<HealthDelta> deltas = [.. HealthDelta.Of(rows).Where(d => d.Counts.Count == layout.Counts)];
            Dictionary<uint, uint> versions = rows.GroupBy(r => r.ModelCrc).ToDictionary(g => g.Key, g => g.Last().ModelVersion);
            bool IsNew(HealthDelta d) => crc != 0 ? d.ModelCrc == crc : versions[d.ModelCrc] == version;
            List<HealthDelta> own = [.. deltas.Where(IsNew)], old = [.. deltas.Where(d => !IsNew(d))];
            if (own.Count > 0)
            {
                newer.Add(Arm(device.Device, layout, own, old));
                pasts.Add(Arm(device.Device, layout, old[(old.Count / 2)..], old[..(old.Count / 2)]));
            }
            else
            {
                older.Add(Arm(device.Device, layout, [.. old.Where(d => d.At >= rollout.Created)], [.. old.Where(d => d.At < rollout.Created)]));
            }
        }

        // Towards the end nobody is left to compare with: what the devices themselves did before stands for the old model.
        if (older.Count(d => d.Inferences > 0) * FewOld <= newer.Count)
        {
            older.AddRange(pasts.Where(d => d.Inferences > 0));
        }

        return (newer, older);
    }

    /// <summary>Of the rollout's blob, which health messages name; 0 where the desk does not have it.</summary>
    internal static uint Crc(FleetDatabase database, RolloutRow rollout) =>
        database.Read(s => (uint)s.Number("select b.crc from manifests m join blobs b on b.hash = m.blob_hash where m.session = @0", rollout.Session));

    private static ArmDevice Arm(string device, HealthMessage layout, List<HealthDelta> now, List<HealthDelta> before)
    {
        int[] counts = Added(layout, now), past = Added(layout, before);
        double latency = now.Where(d => d.LatencyMicroseconds > 0).Select(d => (double)d.LatencyMicroseconds).DefaultIfEmpty(0).Average();
        return new ArmDevice(
            device, counts[..layout.ConfidenceCount], counts[layout.ClassFirst..(layout.ClassFirst + layout.ClassCount)], latency, now.Sum(d => (long)d.Inferences),
            past[..layout.ConfidenceCount], past[layout.ClassFirst..(layout.ClassFirst + layout.ClassCount)]);
    }

    private static int[] Added(HealthMessage layout, List<HealthDelta> deltas)
    {
        int[] counts = new int[layout.Counts];
        foreach (HealthDelta delta in deltas)
        {
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] += delta.Counts[i];
            }
        }

        return counts;
    }
}

/// <summary>`accuracy=0.05`: stops a model whose confidence says that it is worse by more than the limit; see <see cref="ModelComparison"/>.</summary>
public sealed class AccuracyGate(FleetDatabase database) : IRolloutGate
{
    public string Name => "accuracy";

    public GateResult Judge(RolloutRow rollout, string limit, IReadOnlyList<RolloutDeviceRow> devices, DateTimeOffset now)
    {
        (List<ArmDevice> newer, List<ArmDevice> older) = HealthGates.Arms(database, rollout, devices);
        return ModelComparison.Judge(Name, HealthGates.Number(Name, limit), ModelComparison.Measure(newer, older));
    }
}

/// <summary>`latency=1.2`: stops a model that takes more than that many times as long as the old one.</summary>
public sealed class LatencyGate(FleetDatabase database) : IRolloutGate
{
    public string Name => "latency";

    public GateResult Judge(RolloutRow rollout, string limit, IReadOnlyList<RolloutDeviceRow> devices, DateTimeOffset now)
    {
        double most = HealthGates.Number(Name, limit);
        (List<ArmDevice> newer, List<ArmDevice> older) = HealthGates.Arms(database, rollout, devices);
        double ratio = ModelComparison.Measure(newer, older).LatencyRatio;
        string measured = string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} times the old model's latency, limit {most:0.00}");
        return ratio == 0 ? new GateResult(Name, GateVerdict.Wait, "no latency of both models yet") : new GateResult(Name, ratio > most ? GateVerdict.Stop : GateVerdict.Pass, measured);
    }
}

/// <summary>`restarts=1`: stops a model whose devices have restarted more often than that, on average, since it was offered; one start belongs to the update.</summary>
public sealed class RestartsGate(FleetDatabase database) : IRolloutGate
{
    private const int OfUpdate = 1;

    public string Name => "restarts";

    public GateResult Judge(RolloutRow rollout, string limit, IReadOnlyList<RolloutDeviceRow> devices, DateTimeOffset now)
    {
        double most = HealthGates.Number(Name, limit);
        int[] restarts =
        [
            .. devices.Where(HealthGates.HasNew).Where(d => d.RestartsBefore is not null)
                .Select(d => (database.Read(s => Devices.Find(s, d.Device))?.Restarts, d.RestartsBefore))
                .Where(r => r.Restarts is not null).Select(r => Math.Max(0, r.Restarts!.Value - r.RestartsBefore!.Value - OfUpdate)),
        ];
        string measured = string.Create(CultureInfo.InvariantCulture, $"{restarts.DefaultIfEmpty(0).Average():0.00} restarts a device, limit {most:0.00}");
        return restarts.Length == 0 ? new GateResult(Name, GateVerdict.Wait, "no device has the new model yet")
            : new GateResult(Name, restarts.Average() > most ? GateVerdict.Stop : GateVerdict.Pass, measured);
    }
}

/// <summary>
/// `drift=0.1`: stops a model where the share of devices that drift from its reference is larger by more than that than with the old model
/// and its reference. One of few is no share: two more must drift at least. It waits until half of the devices with the new model have seen
/// enough.
/// </summary>
public sealed class DriftGate(FleetDatabase database) : IRolloutGate
{
    private const int LeastMore = 2;

    /// <summary>Samples with a model that a device must have seen: the largest window of the statistics.</summary>
    public const int LeastSamples = 400;

    public string Name => "drift";

    public GateResult Judge(RolloutRow rollout, string limit, IReadOnlyList<RolloutDeviceRow> devices, DateTimeOffset now)
    {
        double most = HealthGates.Number(Name, limit);
        uint crc = HealthGates.Crc(database, rollout);
        HashSet<string> lying = database.Read(s => Incidents.Lying(s, rollout.Created));
        RolloutDeviceRow[] believed = [.. devices.Where(d => !lying.Contains(d.Device))];
        RolloutDeviceRow[] with = [.. believed.Where(HealthGates.HasNew)];
        DriftReportRow[] newer = Known(with, m => m == crc), older = Known(believed, m => m != crc);
        if (newer.Length == 0 || newer.Length * 2 < with.Length)
        {
            return new GateResult(Name, GateVerdict.Wait, $"{newer.Length} of {with.Length} devices have seen {LeastSamples} samples with the new model and have a reference for it");
        }

        int drifting = newer.Count(r => r.Verdict!.Drifts), before = older.Count(r => r.Verdict!.Drifts);
        double share = older.Length == 0 ? 0 : before / (double)older.Length, more = drifting - share * newer.Length;
        string example = newer.FirstOrDefault(r => r.Verdict!.Drifts) is DriftReportRow one ? $"; {one.Subject}: {one.Verdict}" : "";
        return new GateResult(
            Name, more >= LeastMore && more > most * newer.Length ? GateVerdict.Stop : GateVerdict.Pass,
            string.Create(CultureInfo.InvariantCulture, $"{drifting} of {newer.Length} devices drift with the new model, {before} of {older.Length} with the old one, limit {most:P0} more{example}"));
    }

    private DriftReportRow[] Known(IEnumerable<RolloutDeviceRow> devices, Func<uint, bool> model) =>
        [.. devices.Select(d => DriftReport.OfModel(database, d.Device, model)).OfType<DriftReportRow>().Where(r => r.Verdict!.Samples >= LeastSamples)];
}
