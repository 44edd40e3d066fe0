using System;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using nanoFramework.M2Mqtt.Messages;
using TinyNano.NanoPlatform;

namespace nanoFramework.M2Mqtt;

/// <summary>
/// M2Mqtt's client over MQTTnet: real brokers, real TLS. As there, Publish only queues, events come on a thread of the client, and
/// what is queued when the connection breaks is lost. Connections use MQTT 5 or 3.1.1, see <see cref="ProtocolVersion"/>.
/// </summary>
public class MqttClient : IDisposable
{
    private readonly VirtualBoard _board = VirtualBoard.Current;
    private readonly MqttLink _link;
    private readonly EventPump _events;
    private int _lastId;

    public MqttClient(string brokerHostName)
        : this(brokerHostName, MqttSettings.BrokerDefaultPort, false, null, null, MqttSslProtocols.None)
    {
    }

    public MqttClient(string brokerHostName, int brokerPort, bool secure, X509Certificate caCert, X509Certificate clientCert, MqttSslProtocols sslProtocol)
    {
        using HeapAccount.Exempt exempt = _board.Heap.Exempted();
        _events = new EventPump(_board);
        _link = new MqttLink(brokerHostName, brokerPort, secure, caCert, clientCert, _board.Mqtt)
        {
            Received = (topic, payload, dup, qos, retain) => _events.Post(() => MqttMsgPublishReceived?.Invoke(this, new MqttMsgPublishEventArgs(topic, payload, dup, (MqttQoSLevel)qos, retain))),
            Published = (id, done) => _events.Post(() => MqttMsgPublished?.Invoke(this, new MqttMsgPublishedEventArgs(id, done))),
            Subscribed = (id, granted) => _events.Post(() => MqttMsgSubscribed?.Invoke(this, new MqttMsgSubscribedEventArgs(id, Array.ConvertAll(granted, g => (MqttQoSLevel)g)))),
            Unsubscribed = id => _events.Post(() => MqttMsgUnsubscribed?.Invoke(this, new MqttMsgUnsubscribedEventArgs(id))),
            Closed = () => _events.Post(() => ConnectionClosed?.Invoke(this, EventArgs.Empty)),
        };
        _board.Own(this);
    }

    public delegate void MqttMsgPublishEventHandler(object sender, MqttMsgPublishEventArgs e);

    public delegate void MqttMsgPublishedEventHandler(object sender, MqttMsgPublishedEventArgs e);

    public delegate void MqttMsgSubscribedEventHandler(object sender, MqttMsgSubscribedEventArgs e);

    public delegate void MqttMsgUnsubscribedEventHandler(object sender, MqttMsgUnsubscribedEventArgs e);

    public delegate void ConnectionClosedEventHandler(object sender, EventArgs e);

    public event IMqttClient.MqttMsgPublishEventHandler MqttMsgPublishReceived;

    public event IMqttClient.MqttMsgPublishedEventHandler MqttMsgPublished;

    public event IMqttClient.MqttMsgSubscribedEventHandler MqttMsgSubscribed;

    public event IMqttClient.MqttMsgUnsubscribedEventHandler MqttMsgUnsubscribed;

    public event IMqttClient.ConnectionClosedEventHandler ConnectionClosed;

    public bool IsConnected => _link.IsConnected;

    public string ClientId { get; private set; }

    public bool CleanSession { get; private set; }

    public bool WillFlag { get; private set; }

    public MqttQoSLevel WillQosLevel { get; private set; }

    public string WillTopic { get; private set; }

    public string WillMessage { get; private set; }

    public MqttProtocolVersion ProtocolVersion { get; set; } = MqttProtocolVersion.Version_3_1_1;

    public uint MaximumPacketSize { get; set; }

    public MqttSettings Settings { get; } = new();

    public MqttReasonCode Connect(string clientId) => Connect(clientId, null, null, false, MqttQoSLevel.AtMostOnce, false, null, null, true, 60);

    public MqttReasonCode Connect(string clientId, bool cleanSession) =>
        Connect(clientId, null, null, false, MqttQoSLevel.AtMostOnce, false, null, null, cleanSession, 60);

    public MqttReasonCode Connect(string clientId, string username, string password) =>
        Connect(clientId, username, password, false, MqttQoSLevel.AtMostOnce, false, null, null, true, 60);

    public MqttReasonCode Connect(string clientId, string username, string password, bool cleanSession, ushort keepAlivePeriod) =>
        Connect(clientId, username, password, false, MqttQoSLevel.AtMostOnce, false, null, null, cleanSession, keepAlivePeriod);

    /// <summary>Connects; throws where there is no broker, returns its reason where it refuses.</summary>
    public MqttReasonCode Connect(
        string clientId, string username, string password, bool willRetain, MqttQoSLevel willQosLevel, bool willFlag, string willTopic,
        string willMessage, bool cleanSession, ushort keepAlivePeriod)
    {
        _board.ThrowIfStopped();
        using HeapAccount.Exempt exempt = _board.Heap.Exempted();
        ClientId = clientId;
        CleanSession = cleanSession;
        WillFlag = willFlag;
        WillQosLevel = willQosLevel;
        WillTopic = willTopic;
        WillMessage = willMessage;
        return (MqttReasonCode)_link.Connect(new MqttLink.Session(
            clientId, username, password, cleanSession, keepAlivePeriod, (int)ProtocolVersion, willFlag ? willTopic : null, willMessage, (int)willQosLevel,
            willRetain, MaximumPacketSize, Settings.ValidateServerCertificate, Settings.TimeoutOnConnection));
    }

    public void Disconnect() => _link.Disconnect();

    /// <summary>Closes the connection without leaving: the broker publishes the last will.</summary>
    public void Close() => _link.Abandon();

    public ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels)
    {
        _board.ThrowIfStopped();
        using HeapAccount.Exempt exempt = _board.Heap.Exempted();
        return _link.Subscribe(NextId(), topics, Array.ConvertAll(qosLevels, q => (int)q));
    }

    public ushort Unsubscribe(string[] topics)
    {
        _board.ThrowIfStopped();
        using HeapAccount.Exempt exempt = _board.Heap.Exempted();
        return _link.Unsubscribe(NextId(), topics);
    }

    public ushort Publish(string topic, byte[] message) => Publish(topic, message, null, null, MqttQoSLevel.AtMostOnce, false);

    public ushort Publish(string topic, byte[] message, string contentType) => Publish(topic, message, contentType, null, MqttQoSLevel.AtMostOnce, false);

    public ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties) =>
        Publish(topic, message, contentType, userProperties, MqttQoSLevel.AtMostOnce, false);

    /// <summary>Queues a message; the array is copied. <see cref="MqttMsgPublished"/> tells what became of it.</summary>
    public ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties, MqttQoSLevel qosLevel, bool retain)
    {
        _board.ThrowIfStopped();
        using HeapAccount.Exempt exempt = _board.Heap.Exempted();
        ushort id = NextId();
        _link.Publish(id, topic, (byte[])message.Clone(), contentType, userProperties, (int)qosLevel, retain);
        return id;
    }

    public void Dispose()
    {
        _board.Disown(this);
        _link.Dispose();
        _events.Dispose();
        System.GC.SuppressFinalize(this);
    }

    private ushort NextId() => (ushort)((Interlocked.Increment(ref _lastId) - 1) % ushort.MaxValue + 1);
}

/// <summary>The event types of the client.</summary>
public interface IMqttClient
{
    delegate void MqttMsgPublishEventHandler(object sender, MqttMsgPublishEventArgs e);

    delegate void MqttMsgPublishedEventHandler(object sender, MqttMsgPublishedEventArgs e);

    delegate void MqttMsgSubscribedEventHandler(object sender, MqttMsgSubscribedEventArgs e);

    delegate void MqttMsgUnsubscribedEventHandler(object sender, MqttMsgUnsubscribedEventArgs e);

    delegate void ConnectionClosedEventHandler(object sender, EventArgs e);
}
