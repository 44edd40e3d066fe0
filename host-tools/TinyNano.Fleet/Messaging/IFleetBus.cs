namespace TinyNano.Fleet.Messaging;

/// <summary>A message from the broker. The payload is valid during the call only.</summary>
public readonly record struct BusMessage(string Topic, ReadOnlyMemory<byte> Payload, bool Retained);

/// <summary>The desk's side of a broker. Subscriptions are made again after every connection.</summary>
public interface IFleetBus
{
    /// <summary>Messages one after the other, in the order of the broker.</summary>
    event Action<BusMessage>? Received;

    /// <summary>There is a connection, and all subscriptions are made.</summary>
    event Action? Connected;

    bool IsConnected { get; }

    /// <param name="filter">May be shared: `$share/NAME/FILTER`.</param>
    Task SubscribeAsync(string filter, bool atLeastOnce);

    /// <summary>Sends a message; false where there is no connection or it breaks.</summary>
    /// <param name="payload">Not copied: must not change before the task ends.</param>
    ValueTask<bool> PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool atLeastOnce = false, bool retain = false);
}
