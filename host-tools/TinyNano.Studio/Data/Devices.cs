namespace TinyNano.Studio.Data;

/// <summary>A part of a longer list.</summary>
/// <param name="Total">Entries that match the query.</param>
public sealed record Slice<T>(IReadOnlyList<T> Items, int Total, int Offset);

/// <summary>How far a device's statistics are from the reference of its model.</summary>
public enum DriftLevel
{
    /// <summary>Too few samples, or the model has no reference histograms.</summary>
    Unknown,
    Normal,

    /// <summary>Not far below the threshold.</summary>
    Watch,
    Drift,
}

/// <summary>Counts for the top of the overview.</summary>
/// <param name="Updating">Devices with a candidate that is neither confirmed nor given up.</param>
/// <param name="Models">Devices by model and version, the most used first.</param>
public sealed record FleetSummary(
    int Devices, int Online, int Alarms, int Drifting, int Watched, int Failed, int Updating, int SamplesToLabel, IReadOnlyList<ModelShare> Models, IReadOnlyList<string> Groups);

/// <summary>How many devices run a version.</summary>
public sealed record ModelShare(string Model, uint Version, int Devices);

/// <summary>One line of the overview. Times are milliseconds since 1970.</summary>
/// <param name="State">Name of the device's state, see PROTOCOL.md.</param>
/// <param name="Update">Name of the state of an update, see PROTOCOL.md.</param>
/// <param name="Confidence">Mean of the largest probability, 0 .. 1; null before the first message.</param>
/// <param name="Psi">The largest population stability index of the device's signals.</param>
public sealed record DeviceRow(
    string Name, string Group, bool Online, string State, string Model, uint ModelVersion, string Update, DriftLevel Drift, double? Psi,
    IReadOnlyList<string> Alarms, double? LatencyMicroseconds, double? Confidence, long LastSeen, int Restarts);

/// <summary>What the overview asks for. Empty texts and nulls do not restrict.</summary>
public sealed record DeviceQuery
{
    /// <summary>Part of a name, without regard to case.</summary>
    public string Search { get; init; } = "";

    public string Group { get; init; } = "";

    public string State { get; init; } = "";

    /// <summary>`name` or `name@version`.</summary>
    public string Model { get; init; } = "";

    public bool? Online { get; init; }

    public DriftLevel? Drift { get; init; }

    /// <summary>Only devices with an alarm.</summary>
    public bool Alarms { get; init; }

    /// <summary>One of <see cref="SortKeys"/>.</summary>
    public string Sort { get; init; } = "name";

    public bool Descending { get; init; }

    public int Offset { get; init; }

    public int Limit { get; init; } = 50;

    /// <summary>The most rows of one answer.</summary>
    public const int MaximumLimit = 200;

    public static IReadOnlyList<string> SortKeys { get; } = ["name", "state", "model", "drift", "latency", "confidence", "seen"];
}

/// <summary>One device with everything that its page shows besides charts.</summary>
public sealed record DeviceDetail(
    DeviceRow Row, string Firmware, string Hardware, string Engine, string ModelId, int ModelBytes, int ArenaBytes, int FreeHeap, int Rssi, long UptimeSeconds,
    long Inferences, long DroppedMessages, IReadOnlyList<string> Labels, UpdateProgress Progress, IReadOnlyList<DeviceEvent> Events);

/// <summary>How far a candidate is.</summary>
public sealed record UpdateProgress(string State, uint Rollout, uint ModelVersion, int PartsStored, int Parts, int Status, string Explanation);

/// <summary>Something that happened to a device, newest first in lists.</summary>
/// <param name="Level">`info`, `good`, `warn` or `bad`.</param>
public sealed record DeviceEvent(long At, string Level, string Text);

/// <summary>What one health message added: counts since the message before.</summary>
/// <param name="Confidence">16 uniform bins of the largest probability.</param>
/// <param name="Entropy">8 uniform bins of entropy / log(classes).</param>
/// <param name="Classes">Inferences by class.</param>
public sealed record HealthPoint(
    long At, int Inferences, double LatencyMicroseconds, double MeanConfidence, IReadOnlyList<int> Confidence, IReadOnlyList<int> Entropy, IReadOnlyList<int> Classes, int FreeHeap, int Rssi);

/// <summary>The statistics of a device against the reference of its model.</summary>
/// <param name="Samples">Inferences in the window that is compared.</param>
public sealed record DriftView(string Device, DriftLevel Level, int Samples, int ReferenceSamples, IReadOnlyList<DriftSignal> Signals, IReadOnlyList<DriftPoint> History, IReadOnlyList<string> Alarms);

/// <summary>One signal: shares by bin of reference and device.</summary>
/// <param name="Edges">What each bin stands for.</param>
public sealed record DriftSignal(
    string Name, IReadOnlyList<string> Edges, IReadOnlyList<double> Reference, IReadOnlyList<double> Live, double Psi, double PsiThreshold, double Ks, double KsThreshold, DriftLevel Level);

/// <summary>The largest index of all signals at a time, in units of its threshold.</summary>
public sealed record DriftPoint(long At, double Ratio);
