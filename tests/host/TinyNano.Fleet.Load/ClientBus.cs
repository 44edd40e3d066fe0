using System.Buffers;
using MQTTnet;
using MQTTnet.Protocol;
using TinyNano.Messaging;

namespace TinyNano.Fleet.Load;

/// <summary>
/// A bus for one light device with a connection of its own, without a thread: what the broker has to do for a device (retained messages,
/// acknowledgements, a copy of each group message) it does for each connection, so that devices that shared one would load it less than a
/// fleet does.
/// </summary>
internal sealed class ClientBus(string name, int port) : IMessageBus
{
    private static readonly MqttClientFactory Factory = new();
    private readonly IMqttClient _client = Factory.CreateMqttClient();
    private readonly List<(string Filter, int Qos)> _filters = [];
    private readonly Queue<MqttApplicationMessage> _waiting = [];
    private bool _sending;
    private volatile bool _ready;
    private volatile bool _heard;

    public event MessageHandler? MessageReceived;

    /// <summary>Nobody needs it: there is one connection from the start to the end.</summary>
    public event ConnectionHandler? ConnectionChanged
    {
        add { }
        remove { }
    }

    public bool IsConnected => _ready && _client.IsConnected;

    public int Dropped => 0;

    public int Reconnects => 0;

    public int MaxPayload => 256;

    /// <summary>Whether something has come since the last time that this was asked.</summary>
    public bool TakeHeard()
    {
        bool heard = _heard;
        _heard = false;
        return heard;
    }

    public async Task ConnectAsync()
    {
        _client.ApplicationMessageReceivedAsync += e =>
        {
            MessageReceived?.Invoke(e.ApplicationMessage.Topic, e.ApplicationMessage.Payload.ToArray());
            _heard = true;
            return Task.CompletedTask;
        };
        await _client.ConnectAsync(new MqttClientOptionsBuilder().WithClientId(name).WithTcpServer("127.0.0.1", port).WithTimeout(TimeSpan.FromSeconds(60)).Build()).ConfigureAwait(false);
        MqttClientSubscribeOptionsBuilder options = new();
        _filters.ForEach(f => options.WithTopicFilter(f.Filter, (MqttQualityOfServiceLevel)f.Qos));
        await _client.SubscribeAsync(options.Build()).ConfigureAwait(false);
        _ready = true;
    }

    public void Start()
    {
        // ConnectAsync does it.
    }

    public void Subscribe(string filter, int qos) => _filters.Add((filter, qos));

    public void Publish(string topic, byte[] payload, int length, int qos, bool retain)
    {
        MqttApplicationMessage message = new()
        {
            Topic = topic, Payload = new ReadOnlySequence<byte>(payload.AsSpan(0, length).ToArray()), QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos, Retain = retain,
        };
        lock (_waiting)
        {
            _waiting.Enqueue(message);
            if (_sending)
            {
                return;
            }

            _sending = true;
        }

        _ = Task.Run(SendAsync);
    }

    public bool Flush(int milliseconds) => SpinWait.SpinUntil(() => !Volatile.Read(ref _sending), milliseconds);

    public void Dispose() => _client.Dispose();

    private async Task SendAsync()
    {
        while (true)
        {
            MqttApplicationMessage? message;
            lock (_waiting)
            {
                if (!_waiting.TryDequeue(out message))
                {
                    _sending = false;
                    return;
                }
            }

            try
            {
                await _client.PublishAsync(message).ConfigureAwait(false);
            }
            catch (Exception) when (!_client.IsConnected)
            {
                // Lost with the connection.
            }
        }
    }
}
