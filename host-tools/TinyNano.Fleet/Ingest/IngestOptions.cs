using TinyNano.Contracts;
using TinyNano.Fleet.Messaging;

namespace TinyNano.Fleet.Ingest;

/// <summary>How messages come from a broker into the database.</summary>
public sealed record IngestOptions
{
    /// <summary>The client id is the ingester's name for ever: the broker keeps what it has not acknowledged under it.</summary>
    public required BrokerOptions Broker { get; init; }

    public string Root { get; init; } = Topics.DefaultRoot;

    /// <summary>
    /// Ingesters of one share split the messages; null takes all of them. mosquitto 2.0 does not keep shared subscriptions over its own
    /// restart: what devices publish before the ingesters are back is lost then. It keeps others.
    /// </summary>
    public string? Share { get; init; }

    /// <summary>Messages that one transaction writes at most.</summary>
    public int Batch { get; init; } = 500;

    /// <summary>Messages that the broker may send ahead of the acknowledgements.</summary>
    public ushort Ahead { get; init; } = 2000;

    /// <summary>How long the broker keeps messages for this ingester while it is away.</summary>
    public TimeSpan Session { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Longest pause between two attempts to write or to connect.</summary>
    public TimeSpan RetryLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A difference of the wall clock's and the steady clock's progress that is an incident.</summary>
    public TimeSpan ClockJump { get; init; } = TimeSpan.FromSeconds(30);
}
