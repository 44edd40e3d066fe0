using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Emit;
using TinyNano.Contracts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Drift;

/// <summary>How a device or group fares against the reference of the model it runs.</summary>
/// <param name="Subject">Name of the device, or `group NAME`.</param>
/// <param name="Verdict">Null where nothing can be said; <paramref name="Note"/> says why.</param>
/// <param name="Counts">Of the samples since the device began with this model, in the order of the health message.</param>
public sealed record DriftReportRow(string Subject, uint ModelCrc, DriftVerdict? Verdict, string Note, IReadOnlyList<int> Counts);

/// <summary>Replays the stored health messages through detectors. Nothing depends on the desk's clock: each device's messages go in the order in which it counted them.</summary>
public static class DriftReport
{
    /// <summary>All devices that have sent health messages, by name.</summary>
    public static List<DriftReportRow> Of(FleetDatabase database, DriftOptions? options = null) =>
        [.. database.Read(Health.Devices).Select(d => OfDevice(database, d, options))];

    /// <summary>How long a device that has contradicted itself is not judged.</summary>
    public static readonly TimeSpan Distrust = TimeSpan.FromDays(1);

    public static DriftReportRow OfDevice(FleetDatabase database, string device, DriftOptions? options = null)
    {
        if (Lying(database).Contains(device))
        {
            return new DriftReportRow(device, 0, null, "its messages contradict one another: see `tinynano fleet incidents`", []);
        }

        List<HealthDelta> deltas = HealthDelta.Of(database.Read(s => Health.Of(s, device)));
        if (deltas.Count == 0)
        {
            return new DriftReportRow(device, 0, null, "has sent no health message", []);
        }

        // The model that it runs now: what was before is another reference's.
        uint model = deltas[^1].ModelCrc;
        int first = deltas.FindLastIndex(d => d.ModelCrc != model) + 1;
        return Replay(database, device, model, deltas[first..], options);
    }

    /// <summary>The device's verdict as of its last message with one of some models; null where nothing can be said.</summary>
    internal static DriftReportRow? OfModel(FleetDatabase database, string device, Func<uint, bool> model)
    {
        List<HealthDelta> deltas = HealthDelta.Of(database.Read(s => Health.Of(s, device)));
        int last = deltas.FindLastIndex(d => model(d.ModelCrc));
        if (last < 0)
        {
            return null;
        }

        uint crc = deltas[last].ModelCrc;
        int first = deltas.FindLastIndex(last, d => d.ModelCrc != crc) + 1;
        DriftReportRow row = Replay(database, device, crc, deltas[first..(last + 1)], null);
        return row.Verdict is null ? null : row;
    }

    /// <summary>A group's devices together, each with the model that most of them run.</summary>
    public static DriftReportRow OfGroup(FleetDatabase database, string group, DriftOptions? options = null)
    {
        HashSet<string> lying = Lying(database);
        List<HealthDelta> all = [.. database.Read(s => Groups.DevicesOf(s, group)).Where(d => !lying.Contains(d)).SelectMany(d => HealthDelta.Of(database.Read(s => Health.Of(s, d))))];
        if (all.Count == 0)
        {
            return new DriftReportRow($"group {group}", 0, null, "its devices have sent no health messages", []);
        }

        uint model = all.GroupBy(d => d.ModelCrc).MaxBy(g => g.Max(d => d.At))!.Key;
        return Replay(database, $"group {group}", model, [.. all.Where(d => d.ModelCrc == model).OrderBy(d => d.At)], options);
    }

    private static HashSet<string> Lying(FleetDatabase database)
    {
        DateTimeOffset since = database.Time.GetUtcNow() - Distrust;
        return database.Read(s => Incidents.Lying(s, since));
    }

    private static DriftReportRow Replay(FleetDatabase database, string subject, uint model, List<HealthDelta> deltas, DriftOptions? options)
    {
        if (References.Of(database, model) is not ReferenceHistograms reference)
        {
            return new DriftReportRow(subject, model, null, "no blob with reference histograms is known for its model: `tinynano fleet add-model BLOB`", []);
        }

        DriftDetector detector = new(reference, options);
        int[] counts = new int[detector.Counts];
        foreach (HealthDelta delta in deltas.Where(d => d.Counts.Count == counts.Length))
        {
            detector.Add([.. delta.Counts], delta.At);
            for (int i = 0; i < counts.Length; i++)
            {
                counts[i] += delta.Counts[i];
            }
        }

        string note = deltas.Exists(d => d.Counts.Count != counts.Length) ? "some messages have other counts than the reference" : "";
        return new DriftReportRow(subject, model, detector.Verdict, note, counts);
    }
}

/// <summary>What happened at a device between two of its health messages.</summary>
/// <param name="Counts">In the order of the health message.</param>
public sealed record HealthDelta(string Device, DateTimeOffset At, uint ModelCrc, int Restarts, uint Inferences, uint LatencyMicroseconds, IReadOnlyList<int> Counts)
{
    // A device that says more than this between two messages has been away for so long that its counts have wrapped.
    private const uint MostInferences = 65535;

    /// <summary>The differences of a device's messages, which are in its order.</summary>
    public static List<HealthDelta> Of(IReadOnlyList<HealthRow> rows)
    {
        List<HealthDelta> deltas = [];
        HealthMessage? before = null;
        foreach (HealthRow row in rows)
        {
            HealthMessage message = row.Decode();
            uint inferences = HealthDifference.Inferences(before, message);
            if (inferences is > 0 and <= MostInferences)
            {
                int[] counts = [.. Enumerable.Range(0, message.Counts).Select(i => HealthDifference.Count(before, message, i))];
                deltas.Add(new HealthDelta(row.Device, row.At, row.ModelCrc, row.Restarts, inferences, row.LatencyMicroseconds, counts));
            }

            before = message;
        }

        return deltas;
    }
}

/// <summary>References of the blobs that the desk knows.</summary>
public static class References
{
    /// <summary>Of the model with this crc32 in its header; null where the desk has no such blob, or it has none.</summary>
    public static ReferenceHistograms? Of(FleetDatabase database, uint modelCrc)
    {
        byte[]? blob = database.Read(s => s.First("select data from blobs where crc = @0 order by added limit 1", r => r.Bytes(0), modelCrc));
        try
        {
            return blob is null ? null : BlobReader.Read(blob).Reference;
        }
        catch (CompileException)
        {
            // One model that this program cannot read does not keep the others from being looked at.
            return null;
        }
    }
}
