using TinyNano.Messaging;

namespace TinyNano.VirtualDevice.Updates;

/// <summary>A bus as one start of a device has it: the device that restarts hears no more of it, though the bus goes on.</summary>
internal sealed class LightBus : IMessageBus
{
    private readonly IMessageBus _bus;
    private bool _cut;

    public LightBus(IMessageBus bus)
    {
        _bus = bus;
        bus.MessageReceived += OnMessage;
        bus.ConnectionChanged += OnConnection;
    }

    public event MessageHandler? MessageReceived;

    public event ConnectionHandler? ConnectionChanged;

    public bool IsConnected => !Volatile.Read(ref _cut) && _bus.IsConnected;

    public int Dropped => _bus.Dropped;

    public int Reconnects => _bus.Reconnects;

    public int MaxPayload => _bus.MaxPayload;

    public void Start()
    {
        // Whoever owns the bus has started it.
    }

    public void Publish(string topic, byte[] payload, int length, int qos, bool retain) => _bus.Publish(topic, payload, length, qos, retain);

    public void Subscribe(string filter, int qos) => _bus.Subscribe(filter, qos);

    public bool Flush(int milliseconds) => _bus.Flush(milliseconds);

    /// <summary>Lets go of the bus and leaves it open.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _cut, true);
        _bus.MessageReceived -= OnMessage;
        _bus.ConnectionChanged -= OnConnection;
    }

    private void OnMessage(string topic, byte[] payload) => MessageReceived?.Invoke(topic, payload);

    private void OnConnection(bool connected) => ConnectionChanged?.Invoke(connected);
}
