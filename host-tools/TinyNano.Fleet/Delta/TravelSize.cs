using TinyNano.Contracts;

namespace TinyNano.Fleet.Delta;

/// <summary>Messages and bytes of an update to one device when nothing is lost. Data is what follows a part message's header.</summary>
public sealed record TravelSize
{
    public required int BlobBytes { get; init; }

    public required int IndexMessages { get; init; }

    public required int IndexData { get; init; }

    public required int RawMessages { get; init; }

    public required int RawData { get; init; }

    public required int PatchMessages { get; init; }

    public required int PatchData { get; init; }

    /// <summary>Chunks that the copies messages cover.</summary>
    public required int CopiedChunks { get; init; }

    public required int CopiesMessages { get; init; }

    public required int CopiesData { get; init; }

    /// <summary>Part messages.</summary>
    public int Messages => IndexMessages + RawMessages + PatchMessages + CopiesMessages;

    /// <summary>Bytes of the part messages, headers included.</summary>
    public int PartBytes => Messages * PatchFormat.PartHeaderBytes + IndexData + RawData + PatchData + CopiesData;

    /// <summary>All of it, with the manifest; without requests, states and what MQTT adds.</summary>
    public int TotalBytes => PartBytes + UpdateManifest.Bytes;
}
