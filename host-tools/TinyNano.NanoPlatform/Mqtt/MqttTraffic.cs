namespace TinyNano.NanoPlatform;

/// <summary>What the MQTT clients of a board have done.</summary>
public sealed class MqttTraffic
{
    private long _published;
    private long _lost;
    private long _received;
    private long _connections;
    private long _refusals;
    private int _pending;

    /// <summary>Messages that the broker has (QoS 0: that were sent).</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>Messages handed over while or just before there was no connection.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public long Received => Interlocked.Read(ref _received);

    /// <summary>Connections that a broker has accepted.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Attempts to connect that failed.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Why the last of them failed; null where none did.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Whether nothing is under way to a broker or back.</summary>
    public bool IsQuiet => Volatile.Read(ref _pending) == 0;

    internal void Begin() => Interlocked.Increment(ref _pending);

    internal void End() => Interlocked.Decrement(ref _pending);

    internal void OnPublished() => Interlocked.Increment(ref _published);

    internal void OnLost() => Interlocked.Increment(ref _lost);

    internal void OnReceived() => Interlocked.Increment(ref _received);

    internal void OnConnected() => Interlocked.Increment(ref _connections);

    internal void OnRefused(string why)
    {
        Interlocked.Increment(ref _refusals);
        LastRefusal = why;
    }
}
