using System.Buffers;
using System.Collections;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using nanoFramework.M2Mqtt.Messages;

namespace TinyNano.NanoPlatform;

/// <summary>
/// One client's connection, on MQTTnet. All of MQTTnet's work happens on threads that belong to no board. Messages go out one after
/// the other, in the order of their publishing.
/// </summary>
internal sealed class MqttLink : IDisposable
{
    private static readonly TimeSpan DisconnectTimeout = TimeSpan.FromSeconds(5);
    private readonly string _host;
    private readonly int _port;
    private readonly bool _secure;
    private readonly X509Certificate? _ca;
    private readonly X509Certificate? _certificate;
    private readonly MqttTraffic _traffic;
    private readonly Lock _lock = new();
    private Connection? _connection;

    public MqttLink(string host, int port, bool secure, X509Certificate? ca, X509Certificate? certificate, MqttTraffic traffic)
    {
        _host = host;
        _port = port;
        _secure = secure;
        _ca = ca;
        _certificate = certificate;
        _traffic = traffic;
    }

    public required Action<string, byte[], bool, int, bool> Received { get; init; }

    public required Action<ushort, bool> Published { get; init; }

    public required Action<ushort, int[]> Subscribed { get; init; }

    public required Action<ushort> Unsubscribed { get; init; }

    public required Action Closed { get; init; }

    public bool IsConnected => _connection is { Client.IsConnected: true };

    public int Connect(Session session)
    {
        Abandon();
        Connection connection = new(new MqttClientFactory().CreateMqttClient());
        connection.Client.ApplicationMessageReceivedAsync += e =>
        {
            _traffic.OnReceived();
            MqttApplicationMessage message = e.ApplicationMessage;
            Received(message.Topic, message.Payload.ToArray(), message.Dup, (int)message.QualityOfServiceLevel, message.Retain);
            return Task.CompletedTask;
        };
        connection.Client.DisconnectedAsync += e =>
        {
            connection.Queue.Writer.TryComplete();
            if (e.ClientWasConnected)
            {
                Closed();
            }

            return Task.CompletedTask;
        };
        try
        {
            _traffic.Begin();
            MqttClientConnectResult result = Wait(async () =>
            {
                using CancellationTokenSource timeout = new(session.TimeoutMilliseconds);
                return await connection.Client.ConnectAsync(Options(session), timeout.Token).ConfigureAwait(false);
            });
            if (result.ResultCode != MqttClientConnectResultCode.Success)
            {
                _traffic.OnRefused(result.ResultCode.ToString());
                connection.Client.Dispose();
                return (int)result.ResultCode;
            }
        }
        catch (Exception e)
        {
            _traffic.OnRefused(e.Message);
            connection.Client.Dispose();
            throw new nanoFramework.M2Mqtt.Exceptions.MqttConnectionException($"no connection to {_host}:{_port}: {e.Message}", e);
        }
        finally
        {
            _traffic.End();
        }

        _traffic.OnConnected();
        lock (_lock)
        {
            _connection = connection;
        }

        Detached(() => WorkAsync(connection));
        return 0;
    }

    public void Disconnect()
    {
        Connection? connection;
        lock (_lock)
        {
            connection = _connection;
            _connection = null;
        }

        if (connection is null)
        {
            return;
        }

        connection.Queue.Writer.TryComplete();
        try
        {
            Wait(async () =>
            {
                using CancellationTokenSource timeout = new(DisconnectTimeout);

                // What was published before goes out first.
                await connection.Sent.Task.WaitAsync(timeout.Token).ConfigureAwait(false);
                if (connection.Client.IsConnected)
                {
                    await connection.Client.DisconnectAsync(new MqttClientDisconnectOptions(), timeout.Token).ConfigureAwait(false);
                }

                return true;
            });
        }
        catch (Exception)
        {
            // The connection is broken already, which is what was wanted.
        }

        connection.Client.Dispose();
    }

    public void Publish(ushort id, string topic, byte[] message, string? contentType, ArrayList? properties, int qos, bool retain)
    {
        MqttApplicationMessage outgoing = new()
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(message),
            ContentType = contentType,
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos,
            Retain = retain,
        };
        foreach (UserProperty property in properties ?? [])
        {
            (outgoing.UserProperties ??= []).Add(new MQTTnet.Packets.MqttUserProperty(property.Name, System.Text.Encoding.UTF8.GetBytes(property.Value)));
        }

        _traffic.Begin();
        if (_connection is not Connection connection || !connection.Queue.Writer.TryWrite(client => SendAsync(client, id, outgoing)))
        {
            _traffic.End();
            _traffic.OnLost();
            Published(id, false);
        }
    }

    public ushort Subscribe(ushort id, string[] topics, int[] qos)
    {
        MqttClientSubscribeOptionsBuilder options = new();
        for (int i = 0; i < topics.Length; i++)
        {
            options.WithTopicFilter(topics[i], (MqttQualityOfServiceLevel)qos[i]);
        }

        Request(async client =>
        {
            MqttClientSubscribeResult result = await client.SubscribeAsync(options.Build()).ConfigureAwait(false);
            Subscribed(id, [.. result.Items.Select(i => (int)i.ResultCode)]);
        });
        return id;
    }

    public ushort Unsubscribe(ushort id, string[] topics)
    {
        MqttClientUnsubscribeOptionsBuilder options = new();
        foreach (string topic in topics)
        {
            options.WithTopicFilter(topic);
        }

        Request(async client =>
        {
            await client.UnsubscribeAsync(options.Build()).ConfigureAwait(false);
            Unsubscribed(id);
        });
        return id;
    }

    /// <summary>Closes the connection as a device does that loses its power.</summary>
    public void Abandon()
    {
        Connection? connection;
        lock (_lock)
        {
            connection = _connection;
            _connection = null;
        }

        connection?.Queue.Writer.TryComplete();
        connection?.Client.Dispose();
    }

    public void Dispose() => Abandon();

    // Runs on a pool thread without the caller's board.
    private static T Wait<T>(Func<Task<T>> work)
    {
        Task<T> task;
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            task = Task.Run(work);
        }

        return task.GetAwaiter().GetResult();
    }

    private static void Detached(Func<Task> start)
    {
        using AsyncFlowControl flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _ = Task.Run(start);
    }

    private void Request(Func<IMqttClient, Task> request)
    {
        _traffic.Begin();
        if (_connection is not Connection connection || !connection.Queue.Writer.TryWrite(request))
        {
            _traffic.End();
        }
    }

    // Everything goes out in the order in which it was asked for, as on one socket.
    private async Task WorkAsync(Connection connection)
    {
        await foreach (Func<IMqttClient, Task> request in connection.Queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await request(connection.Client).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // The connection broke in between; ConnectionClosed says so.
            }

            _traffic.End();
        }

        connection.Sent.TrySetResult();
    }

    private async Task SendAsync(IMqttClient client, ushort id, MqttApplicationMessage message)
    {
        bool sent = false;
        if (client.IsConnected)
        {
            try
            {
                sent = (await client.PublishAsync(message).ConfigureAwait(false)).IsSuccess;
            }
            catch (Exception)
            {
                // The connection broke: this message and the rest of the queue are lost, as in M2Mqtt with a clean session.
            }
        }

        if (sent)
        {
            _traffic.OnPublished();
        }
        else
        {
            _traffic.OnLost();
        }

        Published(id, sent);
    }

    private MqttClientOptions Options(Session session)
    {
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithClientId(session.ClientId)
            .WithTcpServer(_host, _port)
            .WithProtocolVersion(session.Protocol == 5 ? MqttProtocolVersion.V500 : session.Protocol == 3 ? MqttProtocolVersion.V310 : MqttProtocolVersion.V311)
            .WithCleanSession(session.Clean)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(session.KeepAliveSeconds))
            .WithTimeout(TimeSpan.FromMilliseconds(session.TimeoutMilliseconds));
        if (session.User is not null)
        {
            options.WithCredentials(session.User, session.Password);
        }

        if (session.WillTopic is not null)
        {
            options.WithWillTopic(session.WillTopic).WithWillPayload(session.WillMessage ?? "")
                .WithWillQualityOfServiceLevel((MqttQualityOfServiceLevel)session.WillQos).WithWillRetain(session.WillRetain);
        }

        if (session.Protocol == 5 && session.MaximumPacketSize > 0)
        {
            options.WithMaximumPacketSize(session.MaximumPacketSize);
        }

        if (_secure)
        {
            options.WithTlsOptions(tls =>
            {
                tls.UseTls().WithTargetHost(_host).WithCertificateValidationHandler(e => Trust(e.Certificate, e.SslPolicyErrors, session.ValidateServer));
                if (_certificate is X509Certificate2 own)
                {
                    tls.WithClientCertificates([own]);
                }
            });
        }

        return options.Build();
    }

    // A CA that was given is the only one trusted, as on a device; the name in the certificate must be the broker's.
    private bool Trust(X509Certificate? certificate, SslPolicyErrors errors, bool validate)
    {
        if (!validate)
        {
            return true;
        }

        if (_ca is null)
        {
            return errors == SslPolicyErrors.None;
        }

        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(new X509Certificate2(_ca));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using X509Certificate2 theirs = new(certificate);
        return chain.Build(theirs);
    }

    /// <summary>What a connection asks of the broker.</summary>
    public sealed record Session(
        string ClientId, string? User, string? Password, bool Clean, ushort KeepAliveSeconds, int Protocol, string? WillTopic, string? WillMessage,
        int WillQos, bool WillRetain, uint MaximumPacketSize, bool ValidateServer, int TimeoutMilliseconds);

    private sealed class Connection
    {
        public Connection(IMqttClient client) => Client = client;

        public IMqttClient Client { get; }

        public Channel<Func<IMqttClient, Task>> Queue { get; } = Channel.CreateUnbounded<Func<IMqttClient, Task>>();

        public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
