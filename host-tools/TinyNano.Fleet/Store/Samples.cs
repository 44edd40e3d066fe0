using TinyNano.Contracts;

namespace TinyNano.Fleet.Store;

/// <summary>An input that a model was not sure of.</summary>
/// <param name="ClassIndex">What the model took it for.</param>
/// <param name="Confidence">In 1/32768, as <paramref name="Entropy"/>.</param>
/// <param name="ElementType">As docs/SPEC.md numbers types.</param>
/// <param name="Label">What a person says it is; null before.</param>
public sealed record SampleRow(
    string Device, int Restarts, long Sample, DateTimeOffset At, uint ModelCrc, int TotalBytes, int ClassIndex, int Confidence, int Entropy, int Reasons, int ElementType, bool Complete, int? Label);

/// <summary>The tables of samples and their parts.</summary>
public static class Samples
{
    private const string Columns = "device, restarts, sample, at, model_crc, total_bytes, class_index, confidence, entropy, reasons, element_type, parts_bytes, label";

    /// <summary>Keeps a part; one that is there already changes nothing.</summary>
    public static void Add(DbSession session, string device, SampleMessage part, DateTimeOffset at)
    {
        session.Execute(
            "insert into samples (device, restarts, sample, at, model_crc, total_bytes, class_index, confidence, entropy, reasons, element_type) values (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10) "
            + "on conflict (device, restarts, sample) do nothing",
            device, part.Restarts, part.Sample, at, part.ModelCrc, part.TotalBytes, part.ClassIndex, part.Confidence, part.Entropy, part.Reasons, part.ElementType);
        int added = session.Execute(
            "insert into sample_parts (device, restarts, sample, first_byte, data) values (@0, @1, @2, @3, @4) on conflict (device, restarts, sample, first_byte) do nothing",
            device, part.Restarts, part.Sample, part.Offset, part.Data[..part.DataBytes]);
        if (added == 1)
        {
            session.Execute("update samples set parts_bytes = parts_bytes + @3 where device = @0 and restarts = @1 and sample = @2", device, part.Restarts, part.Sample, part.DataBytes);
        }
    }

    /// <summary>The latest first.</summary>
    public static List<SampleRow> All(DbSession session, int most = 1000) => session.Query($"select {Columns} from samples order by at desc, device, sample desc limit @0", Row, most);

    /// <summary>The bytes of a sample; null where parts are missing.</summary>
    public static byte[]? Data(DbSession session, SampleRow sample)
    {
        byte[] data = new byte[sample.TotalBytes];
        int known = 0;
        foreach ((int first, byte[] part) in session.Query(
            "select first_byte, data from sample_parts where device = @0 and restarts = @1 and sample = @2 order by first_byte", r => (r.Int32(0), r.Bytes(1)), sample.Device, sample.Restarts, sample.Sample))
        {
            // Parts of one sample that claim other lengths do not fit together.
            if (first != known || first + part.Length > data.Length)
            {
                return null;
            }

            part.CopyTo(data, first);
            known += part.Length;
        }

        return known == data.Length ? data : null;
    }

    /// <summary>What a person says a sample is; null takes it back.</summary>
    public static void Label(DbSession session, string device, int restarts, long sample, int? label, string by, DateTimeOffset at) => session.Execute(
        "update samples set label = @3, labelled_by = @4, labelled_at = @5 where device = @0 and restarts = @1 and sample = @2", device, restarts, sample, label, by, at);

    private static SampleRow Row(DbRow row) => new(
        row.Text(0), row.Int32(1), row.Int64(2), row.Time(3), row.UInt32(4), row.Int32(5), row.Int32(6), row.Int32(7), row.Int32(8), row.Int32(9), row.Int32(10),
        row.Int32(11) == row.Int32(5), (int?)row.Int64OrNull(12));
}
