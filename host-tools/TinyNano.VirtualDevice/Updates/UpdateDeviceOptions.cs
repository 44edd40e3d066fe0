using TinyNano.NanoPlatform;

namespace TinyNano.VirtualDevice.Updates;

/// <summary>What a light device is made of.</summary>
public sealed record UpdateDeviceOptions
{
    /// <summary>Its id in topics.</summary>
    public string Name { get; init; } = "device";

    /// <summary>Bytes of each of the two model slots. The flash takes twice that and two sectors of memory.</summary>
    public int SlotBytes { get; init; } = 32 * 1024;

    public int SectorBytes { get; init; } = 4096;

    /// <summary>Bytes that the flash programs at once.</summary>
    public int ProgramUnit { get; init; } = 4;

    /// <summary>RAM for models: that of the largest model, twice where a candidate is to run beside the confirmed one.</summary>
    public int ArenaBytes { get; init; } = 16 * 1024;

    /// <summary>Hardware class, as manifests name it.</summary>
    public string Hardware { get; init; } = BoardSettings.DefaultHardware;

    /// <summary>Keys whose manifests it takes.</summary>
    public IReadOnlyList<TrustedKey> TrustedKeys { get; init; } = [];

    /// <summary>Folder of a flash in a file, which outlives the process; null: in memory.</summary>
    public string? StateFolder { get; init; }
}
