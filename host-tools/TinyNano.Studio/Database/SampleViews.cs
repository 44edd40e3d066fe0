using System.Collections.Concurrent;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Fleet.Store;
using TinyNano.Studio.Data;
using Row = TinyNano.Studio.Data.SampleRow;
using Stored = TinyNano.Fleet.Store.SampleRow;

namespace TinyNano.Studio.Database;

/// <summary>Complete samples of the database. Numbers are given on first sight and hold as long as the program runs.</summary>
internal sealed class SampleViews(FleetDatabase database, ModelShelf shelf)
{
    private const int Most = 5000;
    private const double Full = 32_768;
    private static readonly string[] s_reasons = ["not sure", "two classes are close"];
    private readonly ConcurrentDictionary<(string Device, int Restarts, long Sample), long> _numbers = new();
    private readonly ConcurrentDictionary<long, (string Device, int Restarts, long Sample)> _keys = new();
    private long _last;

    public int Unlabelled => Complete().Count(s => s.Label is null);

    public Slice<Row> List(SampleQuery query)
    {
        Stored[] found =
        [
            .. Complete().Where(s => (query.Labelled is not bool labelled || labelled == s.Label.HasValue) && s.Device.Contains(query.Device, StringComparison.OrdinalIgnoreCase)
                && (query.Model.Length == 0 || ModelShelf.Id(s.ModelCrc) == query.Model)),
        ];
        return new Slice<Row>([.. found.Skip(query.Offset).Take(query.Limit).Select(Make)], found.Length, query.Offset);
    }

    public byte[]? Bytes(long id) => Find(id) is Stored sample ? database.Read(s => Samples.Data(s, sample)) : null;

    public async Task<bool> LabelAsync(long id, int? label, string who)
    {
        if (Find(id) is not Stored sample || label < 0 || label >= Classes(sample.ModelCrc))
        {
            return false;
        }

        await database.WriteAsync(s => Samples.Label(s, sample.Device, sample.Restarts, sample.Sample, label, label is null ? "" : who, database.Time.GetUtcNow()));
        return true;
    }

    public IReadOnlyList<LabelledSample> Labelled(string model) =>
    [
        .. Complete().Where(s => s.Label.HasValue && ModelShelf.Id(s.ModelCrc) == model).Select(s => (Sample: s, Data: database.Read(session => Samples.Data(session, s)))).Where(s => s.Data is not null)
            .Select(s => new LabelledSample(Number(s.Sample), s.Sample.Device, s.Sample.Label!.Value, TypeName(s.Sample.ElementType), s.Data!)).OrderBy(s => s.Id),
    ];

    private IEnumerable<Stored> Complete() => database.Read(s => Samples.All(s, Most)).Where(s => s.Complete);

    private Stored? Find(long id) => _keys.TryGetValue(id, out (string Device, int Restarts, long Sample) key)
        ? Complete().FirstOrDefault(s => s.Device == key.Device && s.Restarts == key.Restarts && s.Sample == key.Sample)
        : null;

    private long Number(Stored sample)
    {
        (string Device, int Restarts, long Sample) key = (sample.Device, sample.Restarts, sample.Sample);
        long number = _numbers.GetOrAdd(key, _ => Interlocked.Increment(ref _last));
        _keys[number] = key;
        return number;
    }

    private Row Make(Stored sample)
    {
        Blob? blob = shelf.Decoded(sample.ModelCrc);
        BlobTensor? input = blob is { Inputs.Count: 1 } ? blob.Tensors[blob.Inputs[0].Tensor] : null;
        IReadOnlyList<int> shape = input?.Bytes == sample.TotalBytes ? input.Shape.Dims : [sample.TotalBytes];
        IEnumerable<string> reasons = s_reasons.Where((_, bit) => (sample.Reasons & (1 << bit)) != 0);
        return new Row(
            Number(sample), sample.Device, sample.At.ToUnixTimeMilliseconds(), ModelShelf.Id(sample.ModelCrc), blob?.ModelVersion ?? 0, shape, TypeName(sample.ElementType), sample.ClassIndex, sample.Confidence / Full,
            string.Join(", ", reasons), sample.Label, "");
    }

    private int Classes(uint crc) => shelf.Decoded(crc) is Blob blob ? Math.Max(blob.Labels.Count, blob.Outputs.Count == 1 ? blob.Tensors[blob.Outputs[0].Tensor].Shape.Count : 0) : 0;

    private static string TypeName(int elementType) => Enum.IsDefined((DType)elementType) ? ((DType)elementType).ToString().ToLowerInvariant() : "uint8";
}
