namespace TinyNano.Studio.Data;

/// <summary>
/// Everything that the pages show and change. One implementation invents a fleet (<see cref="Demo.DemoData"/>), the other reads the fleet's database.
/// All members may be called from several threads at once. Nothing that comes out of here is trusted: names and texts are a device's own words.
/// </summary>
public interface IStudioData
{
    /// <summary>Raised for whatever changed; handlers must return at once.</summary>
    event Action<LiveUpdate>? Updated;

    /// <summary>Where the data comes from, for people: `demo`, or the database.</summary>
    string Source { get; }

    Task<FleetSummary> SummaryAsync(CancellationToken cancel);

    Task<Slice<DeviceRow>> DevicesAsync(DeviceQuery query, CancellationToken cancel);

    /// <summary>Null for an unknown device.</summary>
    Task<DeviceDetail?> DeviceAsync(string name, CancellationToken cancel);

    /// <summary>The newest points, oldest first, at most <paramref name="count"/>.</summary>
    Task<IReadOnlyList<HealthPoint>> HistoryAsync(string name, int count, CancellationToken cancel);

    /// <summary>Null for an unknown device; a view without signals where the model has no reference.</summary>
    Task<DriftView?> DriftAsync(string name, CancellationToken cancel);

    Task<IReadOnlyList<RolloutRow>> RolloutsAsync(CancellationToken cancel);

    Task<RolloutDetail?> RolloutAsync(uint id, CancellationToken cancel);

    /// <summary>Carries out an action; null when done, else why not, as a sentence that says what to do.</summary>
    Task<string?> ChangeRolloutAsync(uint id, RolloutAction action, string who, string reason, CancellationToken cancel);

    Task<IReadOnlyList<ModelRow>> ModelsAsync(CancellationToken cancel);

    /// <summary>The blob of a model by its id; null where it is not known.</summary>
    Task<byte[]?> BlobAsync(string model, CancellationToken cancel);

    /// <summary>Labelled records that the model is to be judged by; null where there are none.</summary>
    Task<EvaluationSet?> EvaluationSetAsync(string model, CancellationToken cancel);

    Task<Slice<SampleRow>> SamplesAsync(SampleQuery query, CancellationToken cancel);

    /// <summary>The bytes of the input as the device had them; null for an unknown sample.</summary>
    Task<byte[]?> SampleBytesAsync(long id, CancellationToken cancel);

    /// <summary>Sets the class of a sample, or null to take it back. False for an unknown sample or class.</summary>
    Task<bool> LabelAsync(long id, int? label, string who, CancellationToken cancel);

    /// <summary>All labelled samples of a model, in the order of their ids.</summary>
    Task<IReadOnlyList<LabelledSample>> LabelledAsync(string model, CancellationToken cancel);
}
