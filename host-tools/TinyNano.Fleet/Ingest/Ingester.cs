using System.Buffers;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using TinyNano.Contracts;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Ingest;

/// <summary>
/// Takes what devices say from a broker into the database. A message is acknowledged after the commit that holds it, and the broker keeps
/// what is not acknowledged under the ingester's client id: whichever of broker, ingester and database fails, an acknowledged message is in
/// the database, and others come again. Messages that come twice are written once.
/// </summary>
public sealed class Ingester : IAsyncDisposable
{
    private static readonly Meter s_meter = new("TinyNano.Fleet");
    private static readonly Counter<long> s_messages = s_meter.CreateCounter<long>("tinynano.ingest.messages", "messages", "Messages written, by topic.");
    private static readonly Counter<long> s_incidents = s_meter.CreateCounter<long>("tinynano.ingest.incidents", "messages", "Messages that were not believed, by kind.");
    private static readonly Counter<long> s_retries = s_meter.CreateCounter<long>("tinynano.ingest.retries", "batches", "Batches that the database refused for now.");

    private readonly record struct Waiting(IngestMessage Message, MqttApplicationMessageReceivedEventArgs Arrived);

    private readonly IngestOptions _options;
    private readonly FleetDatabase _database;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ended = new();
    private readonly DuplicateWatch _duplicates = new();
    private readonly Task _connecting;
    private readonly Task _writing;
    private long _written;
    private long _notBelieved;
    private long _retried;
    private int _connections;
    private (DateTimeOffset Wall, long Steady) _clock;

    private Ingester(FleetDatabase database, IngestOptions options)
    {
        _database = database;
        _options = options;
        _clock = (database.Time.GetUtcNow(), database.Time.GetTimestamp());
        _client.ApplicationMessageReceivedAsync += OnReceivedAsync;
        _writing = Task.Run(WriteAsync);
        _connecting = Task.Run(ConnectAsync);
    }

    /// <summary>Hears of each message after its commit: topic's device and suffix, and when it was written.</summary>
    public event Action<IngestMessage, DateTimeOffset>? Committed;

    /// <summary>Messages in the database.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Of these, those that are incidents.</summary>
    public long NotBelieved => Volatile.Read(ref _notBelieved);

    /// <summary>Batches that had to wait for the database.</summary>
    public long Retried => Volatile.Read(ref _retried);

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Why nothing is written or received at present; null where all is well.</summary>
    public string? Trouble { get; private set; }

    /// <summary>What ended the ingester: the database cannot be used any more. It ends without for <see cref="DisposeAsync"/>.</summary>
    public Task Ended => _writing;

    public static Ingester Start(FleetDatabase database, IngestOptions options) => new(database, options);

    /// <summary>Ends in order: what is not written stays with the broker.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ended.IsCancellationRequested)
        {
            return;
        }

        await _ended.CancelAsync().ConfigureAwait(false);
        await _connecting.ConfigureAwait(false);
        try
        {
            await _writing.ConfigureAwait(false);
        }
        catch (Exception e) when (e is DatabaseException or OperationCanceledException)
        {
            // Told by Ended already.
        }

        try
        {
            using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(3));
            await _client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = (uint)_options.Session.TotalSeconds }, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Broken already, which is what was wanted.
        }

        _client.Dispose();
        _ended.Dispose();
    }

    private Task OnReceivedAsync(MqttApplicationMessageReceivedEventArgs e)
    {
        e.AutoAcknowledge = false;
        IngestMessage message = IngestMessage.Read(_options.Root, e.ApplicationMessage.Topic, e.ApplicationMessage.Payload.ToArray());
        if (message.Start is int start && _duplicates.Look(message.Device, start) is string twice)
        {
            message = message.With(twice);
        }

        _waiting.Writer.TryWrite(new Waiting(message, e));
        return Task.CompletedTask;
    }

    private async Task WriteAsync()
    {
        List<Waiting> batch = [];
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_ended.Token).ConfigureAwait(false))
            {
                batch.Clear();
                while (batch.Count < _options.Batch && _waiting.Reader.TryRead(out Waiting waiting))
                {
                    batch.Add(waiting);
                }

                DateTimeOffset at = await CommitAsync(batch).ConfigureAwait(false);
                foreach (Waiting waiting in batch)
                {
                    Count(waiting.Message);
                    Committed?.Invoke(waiting.Message, at);
                    await AcknowledgeAsync(waiting.Arrived).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    // Tries until it is written: the broker holds the rest back meanwhile.
    private async Task<DateTimeOffset> CommitAsync(List<Waiting> batch)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            DateTimeOffset at = _database.Time.GetUtcNow();
            string? jump = ClockJump(at);
            try
            {
                await _database.WriteAsync(session =>
                {
                    foreach (Waiting waiting in batch)
                    {
                        waiting.Message.Write(session, at);
                    }

                    if (jump is not null)
                    {
                        Incidents.Add(session, "", IncidentKind.Clock, jump, at);
                    }
                }, CancellationToken.None).ConfigureAwait(false);
                Trouble = null;
                return at;
            }
            catch (Exception e) when (e is not (DatabaseException or OperationCanceledException))
            {
                // One of the messages cannot be written as it is. In halves, so that the others are; that one becomes an incident.
                if (batch.Count == 1)
                {
                    batch[0] = batch[0] with { Message = batch[0].Message.Unwritable(e.GetType().Name) };
                    continue;
                }

                List<Waiting> first = batch[..(batch.Count / 2)], rest = batch[(batch.Count / 2)..];
                await CommitAsync(first).ConfigureAwait(false);
                at = await CommitAsync(rest).ConfigureAwait(false);
                batch.Clear();
                batch.AddRange([.. first, .. rest]);
                return at;
            }
            catch (DatabaseException e) when (e.MayPass)
            {
                Trouble = e.Message;
                Interlocked.Increment(ref _retried);
                s_retries.Add(1);
                await Task.Delay(pause, _ended.Token).ConfigureAwait(false);
                pause = pause * 2 < _options.RetryLimit ? pause * 2 : _options.RetryLimit;
            }
        }
    }

    // Times are for people and for retention only: order comes from the devices' own counting.
    private string? ClockJump(DateTimeOffset now)
    {
        TimeSpan steady = _database.Time.GetElapsedTime(_clock.Steady);
        TimeSpan jump = now - _clock.Wall - steady;
        _clock = (now, _database.Time.GetTimestamp());
        return jump.Duration() > _options.ClockJump ? $"the desk's clock jumped by {jump.TotalSeconds:0} s" : null;
    }

    private void Count(IngestMessage message)
    {
        Interlocked.Increment(ref _written);
        s_messages.Add(1, new KeyValuePair<string, object?>("topic", message.Suffix));
        if (message.Incident is IncidentKind kind)
        {
            Interlocked.Increment(ref _notBelieved);
            s_incidents.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()));
        }
    }

    private static async Task AcknowledgeAsync(MqttApplicationMessageReceivedEventArgs arrived)
    {
        try
        {
            await arrived.AcknowledgeAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The connection broke: the message comes again and is not written twice.
        }
    }

    private async Task ConnectAsync()
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(100);
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                if (!_client.IsConnected)
                {
                    await _client.ConnectAsync(ClientOptions(), _ended.Token).ConfigureAwait(false);
                    await _client.SubscribeAsync(Subscriptions(), _ended.Token).ConfigureAwait(false);
                    Interlocked.Increment(ref _connections);
                    pause = TimeSpan.FromMilliseconds(100);
                    Trouble = null;
                }

                await Task.Delay(pause, _ended.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Trouble = $"no connection to the broker at {_options.Broker.Address}: {e.Message}";
                pause = pause * 2 < _options.RetryLimit ? pause * 2 : _options.RetryLimit;
                try
                {
                    await Task.Delay(pause, _ended.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }

    private MqttClientSubscribeOptions Subscriptions()
    {
        MqttClientSubscribeOptionsBuilder options = new();
        string prefix = _options.Share is null ? "" : $"$share/{_options.Share}/";
        foreach (string suffix in IngestMessage.Suffixes)
        {
            // Shared subscriptions get no retained messages: what devices have retained goes to every ingester, and is written twice without harm.
            bool retained = suffix is Topics.OnlineSuffix or Topics.StateSuffix;
            options.WithTopicFilter($"{(retained ? "" : prefix)}{_options.Root}/+/{suffix}", MqttQualityOfServiceLevel.AtLeastOnce);
        }

        return options.Build();
    }

    private MqttClientOptions ClientOptions() => BrokerConnection.Options(_options.Broker)
        .WithCleanStart(false)
        .WithSessionExpiryInterval((uint)_options.Session.TotalSeconds)
        .WithReceiveMaximum(_options.Ahead)
        .WithProtocolVersion(MqttProtocolVersion.V500)
        .Build();
}
