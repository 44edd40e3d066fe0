namespace TinyNano.Studio.Data;

/// <summary>One model that devices run or that was published.</summary>
/// <param name="Id">crc32 of the blob's header, eight hexadecimal digits.</param>
public sealed record ModelRow(string Id, string Name, uint Version, string Target, int BlobBytes, int ArenaBytes, int Devices, bool HasBlob);

/// <summary>Labelled records: raw, one after another, with one class each.</summary>
/// <param name="Type">Type of a value as `--input-type` names it.</param>
public sealed record EvaluationSet(string Name, string Type, byte[] Records, IReadOnlyList<int> Labels);

/// <summary>One uncertain input that a device sent.</summary>
/// <param name="Shape">Dimensions of the input, batch included.</param>
/// <param name="Type">Type of a value: int8, uint8, int16 or float32.</param>
/// <param name="Label">The class that a person gave; null before that.</param>
public sealed record SampleRow(
    long Id, string Device, long At, string Model, uint ModelVersion, IReadOnlyList<int> Shape, string Type, int Predicted, double Confidence, string Reason, int? Label, string LabelledBy);

/// <summary>Which samples to list.</summary>
public sealed record SampleQuery
{
    /// <summary>True: those with a label; false: those without.</summary>
    public bool? Labelled { get; init; }

    /// <summary>Part of a device's name.</summary>
    public string Device { get; init; } = "";

    /// <summary>Id of a model; empty for all.</summary>
    public string Model { get; init; } = "";

    public int Offset { get; init; }

    public int Limit { get; init; } = 24;

    public const int MaximumLimit = 96;
}

/// <summary>A sample for export.</summary>
public sealed record LabelledSample(long Id, string Device, int Label, string Type, byte[] Bytes);
