namespace TinyNano.Fleet.Updates;

/// <summary>What an update server has done since its start.</summary>
public sealed record ServerCounts
{
    /// <summary>Requests that were understood.</summary>
    public long Requests { get; init; }

    /// <summary>Part messages sent to single devices, and their payload bytes.</summary>
    public long Messages { get; init; }

    public long Bytes { get; init; }

    /// <summary>Part messages sent to groups, and their payload bytes.</summary>
    public long GroupMessages { get; init; }

    public long GroupBytes { get; init; }

    /// <summary>Manifests published, those that clear one included.</summary>
    public long Manifests { get; init; }

    /// <summary>Messages that are none of this protocol, or on topics of no device.</summary>
    public long Malformed { get; init; }

    /// <summary>Requests of sessions that this server does not have.</summary>
    public long Unknown { get; init; }

    /// <summary>Requests that want parts which do not exist, and nothing else.</summary>
    public long OutOfRange { get; init; }

    /// <summary>Requests of withdrawn sessions.</summary>
    public long Withdrawn { get; init; }

    /// <summary>Requests that were put off because the group is being served.</summary>
    public long Held { get; init; }

    /// <summary>Requests that came while one of the same device was still being answered, and took its place.</summary>
    public long Replaced { get; init; }

    /// <summary>Requests of devices beyond the number that is kept.</summary>
    public long Crowded { get; init; }

    /// <summary>Messages that could not be sent.</summary>
    public long Lost { get; init; }
}
