using System.Net;

namespace TinyNano.Studio;

/// <summary>How the page is served.</summary>
public sealed record StudioOptions
{
    public const int DefaultPort = 5480;

    /// <summary>Loopback unless the owner says otherwise.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Names under which browsers may ask besides the address itself and `localhost`; anything else is refused, so that no foreign name can be pointed here.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>What opens the page; null for a new random one.</summary>
    public string? Token { get; init; }

    /// <summary>A session ends when it has not been used for this long.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromHours(8);

    /// <summary>How often changed lines of the overview are sent to open pages.</summary>
    public TimeSpan LiveInterval { get; init; } = TimeSpan.FromMilliseconds(500);
}
