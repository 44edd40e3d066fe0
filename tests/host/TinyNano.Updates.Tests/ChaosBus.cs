using TinyNano.Contracts;
using TinyNano.Messaging;
using TinyNano.TestKit;

namespace TinyNano.Updates.Tests;

/// <summary>What a bus does to one in so many of the part messages that come; 0 for never.</summary>
public sealed record ChaosRates(int Drop, int Duplicate, int Reorder, int Corrupt);

/// <summary>
/// A bus that loses, doubles, swaps and corrupts part messages on their way in, and tells when the part that a test waits for has come.
/// Everything else passes as it is.
/// </summary>
public sealed class ChaosBus : IMessageBus
{
    private readonly IMessageBus _bus;
    private readonly ChaosRates _rates;
    private readonly Seeded _random;
    private (string Topic, byte[] Payload)? _held;

    public ChaosBus(IMessageBus bus, ChaosRates rates, ulong seed)
    {
        _bus = bus;
        _rates = rates;
        _random = new Seeded(seed);
        bus.MessageReceived += OnMessage;
        bus.ConnectionChanged += connected => ConnectionChanged?.Invoke(connected);
    }

    public event MessageHandler? MessageReceived;

    public event ConnectionHandler? ConnectionChanged;

    /// <summary>A part message has come, before anything is done to it; its number.</summary>
    public event Action<int>? PartArrived;

    public int Lost { get; private set; }

    public int Doubled { get; private set; }

    public int Swapped { get; private set; }

    public int Corrupted { get; private set; }

    public bool IsConnected => _bus.IsConnected;

    public int Dropped => _bus.Dropped;

    public int Reconnects => _bus.Reconnects;

    public int MaxPayload => _bus.MaxPayload;

    public void Start() => _bus.Start();

    public void Publish(string topic, byte[] payload, int length, int qos, bool retain) => _bus.Publish(topic, payload, length, qos, retain);

    public void Subscribe(string filter, int qos) => _bus.Subscribe(filter, qos);

    public bool Flush(int milliseconds) => _bus.Flush(milliseconds);

    public void Dispose() => _bus.Dispose();

    // On the bus's thread.
    private void OnMessage(string topic, byte[] payload)
    {
        if (!topic.EndsWith("/" + Topics.UpdatePartSuffix, StringComparison.Ordinal))
        {
            MessageReceived?.Invoke(topic, payload);
            return;
        }

        PartMessage part = new();
        if (part.Decode(payload, payload.Length))
        {
            PartArrived?.Invoke(part.Part);
        }

        if (Hits(_rates.Drop))
        {
            Lost++;
            return;
        }

        if (Hits(_rates.Corrupt))
        {
            // A copy: the sender's bytes may be anybody's.
            payload = (byte[])payload.Clone();
            payload[_random.Next(0, payload.Length - 1)] ^= (byte)(1 << (int)_random.Next(0, 7));
            Corrupted++;
        }

        if (_held is null && Hits(_rates.Reorder))
        {
            // Comes after the next one.
            _held = (topic, payload);
            Swapped++;
            return;
        }

        MessageReceived?.Invoke(topic, payload);
        if (Hits(_rates.Duplicate))
        {
            Doubled++;
            MessageReceived?.Invoke(topic, payload);
        }

        if (_held is (string late, byte[] bytes))
        {
            _held = null;
            MessageReceived?.Invoke(late, bytes);
        }
    }

    private bool Hits(int oneIn) => oneIn > 0 && _random.Next(1, oneIn) == 1;
}
