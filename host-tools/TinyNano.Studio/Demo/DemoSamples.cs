using TinyNano.Studio.Data;

namespace TinyNano.Studio.Demo;

/// <summary>Uncertain images, as if devices had sent them.</summary>
internal sealed class DemoSamples
{
    private const long Apart = 97_000;
    private readonly Lock _gate = new();
    private readonly Lazy<List<SampleRow>> _rows;

    public DemoSamples(IReadOnlyList<string> devices, long now)
    {
        _rows = new(() => [.. DemoModels.Loaded.Uncertain.Select((u, i) => new SampleRow(
            i + 1, devices[i % 3 == 0 ? Math.Min(16, devices.Count - 1) : i * 13 % devices.Count], now - ((i + 1) * Apart), DemoModels.Loaded.Ids[1], 2, [1, 1, 28, 28], "int8", u.Predicted, u.Confidence,
            "low confidence", null, ""))]);
    }

    public int Unlabelled
    {
        get
        {
            lock (_gate)
            {
                return _rows.Value.Count(r => r.Label is null);
            }
        }
    }

    public Slice<SampleRow> List(SampleQuery query)
    {
        lock (_gate)
        {
            SampleRow[] found =
            [
                .. _rows.Value.Where(r => (query.Labelled is not bool labelled || labelled == r.Label.HasValue)
                    && r.Device.Contains(query.Device, StringComparison.OrdinalIgnoreCase) && (query.Model.Length == 0 || r.Model == query.Model)),
            ];
            return new Slice<SampleRow>([.. found.Skip(query.Offset).Take(query.Limit)], found.Length, query.Offset);
        }
    }

    public static byte[]? Bytes(long id) => id >= 1 && id <= DemoModels.Loaded.Uncertain.Count ? DemoModels.Loaded.Uncertain[(int)id - 1].Input : null;

    public bool Label(long id, int? label, string who)
    {
        lock (_gate)
        {
            int i = _rows.Value.FindIndex(r => r.Id == id);
            if (i < 0 || label < 0 || label >= DemoModels.Loaded.Labels.Count)
            {
                return false;
            }

            _rows.Value[i] = _rows.Value[i] with { Label = label, LabelledBy = label is null ? "" : who };
            return true;
        }
    }

    public IReadOnlyList<LabelledSample> Labelled(string model)
    {
        lock (_gate)
        {
            return [.. _rows.Value.Where(r => r.Model == model && r.Label.HasValue).Select(r => new LabelledSample(r.Id, r.Device, r.Label!.Value, r.Type, Bytes(r.Id)!))];
        }
    }
}
