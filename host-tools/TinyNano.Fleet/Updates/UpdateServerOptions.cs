using TinyNano.Contracts;

namespace TinyNano.Fleet.Updates;

/// <summary>How fast and for whom an update server works.</summary>
public sealed record UpdateServerOptions
{
    /// <summary>First levels of all topics.</summary>
    public string Root { get; init; } = Topics.DefaultRoot;

    /// <summary>Payload bytes per second of all part messages together; 0 for no limit.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>Part messages per second to one device; 0 for no limit.</summary>
    public double DeviceMessagesPerSecond { get; init; } = 100;

    /// <summary>Pause after each part that goes to a group, for devices to write it.</summary>
    public TimeSpan GroupGap { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a group delivery waits for its devices to be ready to receive.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after a round devices have to report before stragglers are counted.</summary>
    public TimeSpan GroupSettle { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A round is repeated when more than this share of the group still lacks parts; below it the stragglers pull.</summary>
    public double GroupRepeatShare { get; init; } = 0.3;

    /// <summary>Rounds at most.</summary>
    public int GroupRounds { get; init; } = 3;

    /// <summary>Name of a shared subscription: several servers with the same one split the requests. Null for none. The broker must support them: mosquitto does, the embedded one does not.</summary>
    public string? Share { get; init; }

    /// <summary>Whether requests are answered; without, the server only publishes manifests and follows what devices report.</summary>
    public bool Answers { get; init; } = true;

    /// <summary>Devices that requests are kept of at once. Names come from outside, so that there must be an end.</summary>
    public int MostDevices { get; init; } = 200_000;

    /// <summary>Time between two looks at rollouts.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);
}
