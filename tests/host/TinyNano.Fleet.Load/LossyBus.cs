using TinyNano.Contracts;
using TinyNano.Messaging;

namespace TinyNano.Fleet.Load;

/// <summary>Loses some of the part messages on their way in.</summary>
internal sealed class LossyBus : IMessageBus
{
    private readonly IMessageBus _bus;

    public LossyBus(IMessageBus bus, Func<bool> loses)
    {
        _bus = bus;
        bus.ConnectionChanged += connected => ConnectionChanged?.Invoke(connected);
        bus.MessageReceived += (topic, payload) =>
        {
            if (!topic.EndsWith("/" + Topics.UpdatePartSuffix, StringComparison.Ordinal) || !loses())
            {
                MessageReceived?.Invoke(topic, payload);
            }
        };
    }

    public event MessageHandler? MessageReceived;

    public event ConnectionHandler? ConnectionChanged;

    public bool IsConnected => _bus.IsConnected;

    public int Dropped => _bus.Dropped;

    public int Reconnects => _bus.Reconnects;

    public int MaxPayload => _bus.MaxPayload;

    public void Start() => _bus.Start();

    public void Publish(string topic, byte[] payload, int length, int qos, bool retain) => _bus.Publish(topic, payload, length, qos, retain);

    public void Subscribe(string filter, int qos) => _bus.Subscribe(filter, qos);

    public bool Flush(int milliseconds) => _bus.Flush(milliseconds);

    public void Dispose() => _bus.Dispose();
}
