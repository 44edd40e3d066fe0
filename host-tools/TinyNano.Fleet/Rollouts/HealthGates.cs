using System.Globalization;
using TinyNano.Contracts;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Rollouts;

/// <summary>The gates on health: `accuracy`, `latency` and `restarts`. They compare devices with the new model with those that still have the old one.</summary>
public static class HealthGates
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IRolloutGate> All(FleetDatabase database) => [new AccuracyGate(database), new LatencyGate(database), new RestartsGate(database)];

    internal static double Number(string gate, string limit) =>
        double.TryParse(limit, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 ? value
            : throw new FleetException("TN6501", $"the limit of the gate '{gate}' is no number above 0", $"'{limit}'", "for example accuracy=0.05, latency=1.2 or restarts=1");

    internal static bool HasNew(RolloutDeviceRow device) => device.State is RolloutDeviceState.Trial or RolloutDeviceState.Confirmed or RolloutDeviceState.Shadow or RolloutDeviceState.Reverted or RolloutDeviceState.Recalled;

    /// <summary>What each device has said since the rollout began, apart by whether it ran the rollout's model.</summary>
    internal static (List<ArmDevice> Newer, List<ArmDevice> Older) Arms(FleetDatabase database, RolloutRow rollout, IReadOnlyList<RolloutDeviceRow> devices)
    {
        uint version = database.Read(s => (uint)s.Number("select model_version from manifests where session = @0", rollout.Session));
        uint crc = database.Read(s => (uint)s.Number("select b.crc from manifests m join blobs b on b.hash = m.blob_hash where m.session = @0", rollout.Session));
        List<ArmDevice> newer = [], older = [];
        foreach (RolloutDeviceRow device in devices)
        {
            List<HealthRow> rows = database.Read(s => Health.Of(s, device.Device));
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
            }
            else
            {
                older.Add(Arm(device.Device, layout, [.. old.Where(d => d.At >= rollout.Created)], [.. old.Where(d => d.At < rollout.Created)]));
            }
        }

        return (newer, older);
    }

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
