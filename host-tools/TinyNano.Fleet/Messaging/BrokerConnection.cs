using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace TinyNano.Fleet.Messaging;

/// <summary>One client of a broker, with MQTT 5. It connects again by itself, with growing pauses, and makes its subscriptions again.</summary>
public sealed class BrokerConnection : IFleetBus, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private readonly BrokerOptions _options;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, bool> _filters = [];
    private readonly SemaphoreSlim _broken = new(0, 1);
    private readonly Task _keeping;
    private int _connections;

    private BrokerConnection(BrokerOptions options)
    {
        _options = options;
        _client.ApplicationMessageReceivedAsync += OnReceivedAsync;
        _client.DisconnectedAsync += _ =>
        {
            Wake();
            return Task.CompletedTask;
        };
        _keeping = Task.Run(KeepAsync);
    }

    public event Action<BusMessage>? Received;

    public event Action? Connected;

    public bool IsConnected => _client.IsConnected;

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Why the last attempt failed; null where it did not.</summary>
    public string? LastFailure { get; private set; }

    public string Address => _options.Address;

    /// <summary>Connects in the background and goes on doing so.</summary>
    public static BrokerConnection Start(BrokerOptions options) => new(options);

    /// <summary>Waits for the first connection.</summary>
    /// <exception cref="FleetException">TN6304: none in time.</exception>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancel = default)
    {
        DateTime end = DateTime.UtcNow + timeout;
        while (Connections == 0)
        {
            if (DateTime.UtcNow > end)
            {
                throw new FleetException(
                    "TN6304", $"no connection to the broker: {LastFailure ?? "no answer"}", _options.Address,
                    "start the broker, or check --broker, --tls, --ca, user and password; `--broker embedded` starts one in this process");
            }

            await Task.Delay(50, cancel).ConfigureAwait(false);
        }
    }

    public async Task SubscribeAsync(string filter, bool atLeastOnce)
    {
        lock (_lock)
        {
            _filters[filter] = atLeastOnce;
        }

        if (_client.IsConnected)
        {
            try
            {
                await SubscribeNowAsync(filter, atLeastOnce).ConfigureAwait(false);
            }
            catch (Exception e) when (!_ended.IsCancellationRequested)
            {
                // The connection broke; the next one subscribes.
                LastFailure = e.Message;
            }
        }
    }

    public async ValueTask<bool> PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool atLeastOnce = false, bool retain = false)
    {
        if (!_client.IsConnected)
        {
            return false;
        }

        try
        {
            MqttClientPublishResult result = await _client.PublishAsync(new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = atLeastOnce ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce,
                Retain = retain,
            }, _ended.Token).ConfigureAwait(false);
            return result.IsSuccess;
        }
        catch (Exception e)
        {
            LastFailure = e.Message;
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended.IsCancellationRequested)
        {
            return;
        }

        await _ended.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        try
        {
            using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(3));
            if (_client.IsConnected)
            {
                await _client.DisconnectAsync(new MqttClientDisconnectOptions(), timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // Broken already, which is what was wanted.
        }

        _client.Dispose();
        _broken.Dispose();
        _ended.Dispose();
    }

    public void Dispose() => Task.Run(async () => await DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();

    private Task OnReceivedAsync(MqttApplicationMessageReceivedEventArgs e)
    {
        ReadOnlySequence<byte> payload = e.ApplicationMessage.Payload;
        Received?.Invoke(new BusMessage(e.ApplicationMessage.Topic, payload.IsSingleSegment ? payload.First : payload.ToArray(), e.ApplicationMessage.Retain));
        return Task.CompletedTask;
    }

    private async Task KeepAsync()
    {
        TimeSpan pause = FirstRetry;
        try
        {
            while (!_ended.IsCancellationRequested)
            {
                try
                {
                    await ConnectAsync().ConfigureAwait(false);
                    LastFailure = null;
                    pause = FirstRetry;
                    Interlocked.Increment(ref _connections);
                    Connected?.Invoke();
                    while (_client.IsConnected)
                    {
                        await _broken.WaitAsync(_ended.Token).ConfigureAwait(false);
                    }
                }
                catch (Exception e) when (!_ended.IsCancellationRequested)
                {
                    LastFailure = e.Message;
                }

                await Task.Delay(pause, _ended.Token).ConfigureAwait(false);
                pause = pause * 2 < _options.RetryLimit ? pause * 2 : _options.RetryLimit;
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task ConnectAsync()
    {
        MqttClientConnectResult result = await _client.ConnectAsync(ClientOptions(), _ended.Token).ConfigureAwait(false);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
        {
            throw new IOException($"the broker refused: {result.ResultCode}");
        }

        KeyValuePair<string, bool>[] filters;
        lock (_lock)
        {
            filters = [.. _filters];
        }

        foreach ((string filter, bool atLeastOnce) in filters)
        {
            await SubscribeNowAsync(filter, atLeastOnce).ConfigureAwait(false);
        }
    }

    private async Task SubscribeNowAsync(string filter, bool atLeastOnce)
    {
        MqttClientSubscribeOptions options = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(filter, atLeastOnce ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce).Build();
        MqttClientSubscribeResult result = await _client.SubscribeAsync(options, _ended.Token).ConfigureAwait(false);
        MqttClientSubscribeResultCode code = result.Items.First().ResultCode;
        if (code > MqttClientSubscribeResultCode.GrantedQoS2)
        {
            throw new IOException($"the broker refuses the subscription to {filter}: {code}");
        }
    }

    private void Wake()
    {
        try
        {
            if (_broken.CurrentCount == 0)
            {
                _broken.Release();
            }
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Awake already, or at the end.
        }
    }

    private MqttClientOptions ClientOptions() => Options(_options).WithCleanStart().Build();

    /// <summary>Address, name and trust, for clients that keep their sessions by other rules.</summary>
    internal static MqttClientOptionsBuilder Options(BrokerOptions broker)
    {
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithClientId(broker.ClientId)
            .WithTcpServer(broker.Host, broker.Port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(30))
            .WithTimeout(TimeSpan.FromSeconds(10));
        if (broker.User is not null)
        {
            options.WithCredentials(broker.User, broker.Password);
        }

        if (broker.Tls)
        {
            options.WithTlsOptions(tls =>
            {
                tls.UseTls().WithTargetHost(broker.Host).WithCertificateValidationHandler(e => Trusts(broker, e.Certificate, e.SslPolicyErrors));
                if (broker.Certificate is not null)
                {
                    tls.WithClientCertificates([broker.Certificate]);
                }
            });
        }

        return options;
    }

    // An authority that was given is the only one; the name in the certificate must be the broker's.
    private static bool Trusts(BrokerOptions broker, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (broker.Authority is null)
        {
            return errors == SslPolicyErrors.None;
        }

        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(broker.Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using X509Certificate2 theirs = new(certificate);
        return chain.Build(theirs);
    }
}
