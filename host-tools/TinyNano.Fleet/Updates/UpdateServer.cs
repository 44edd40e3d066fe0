using TinyNano.Contracts;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Updates;

/// <summary>
/// Answers part requests of any number of devices, publishes manifests, sends to groups and follows what devices report. All that must
/// survive is in the database and, retained, at the broker: either may be restarted, and so may this.
/// </summary>
public sealed class UpdateServer : IAsyncDisposable
{
    // A request has 28 bytes; of a later version with a few more fields it is still one. State messages have texts.
    private const int MostMessageBytes = MessageHeader.MaxMessageBytes;
    private static readonly TimeSpan FlushPeriod = TimeSpan.FromMilliseconds(250);

    private readonly FleetDatabase _database;
    private readonly IFleetBus _bus;
    private readonly UpdateServerOptions _options;
    private readonly TimeProvider _time;
    private readonly FleetTopics _topics;
    private readonly PublicationShelf _shelf;
    private readonly ProgressBook _book;
    private readonly PartQueue _queue;
    private readonly SemaphoreSlim _work = new(0, 1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Dictionary<uint, DateTimeOffset> _held = [];
    private readonly Lock _lock = new();
    private readonly byte[] _scratch = new byte[MostMessageBytes];
    private readonly PartRequest _request = new();
    private readonly List<Task> _loops = [];
    private ServerCounts _counts = new();

    public UpdateServer(FleetDatabase database, IFleetBus bus, UpdateServerOptions? options = null, TimeProvider? time = null)
    {
        _database = database;
        _bus = bus;
        _options = options ?? new UpdateServerOptions();
        _time = time ?? TimeProvider.System;
        _topics = new FleetTopics(_options.Root);
        _shelf = new PublicationShelf(database, _time);
        _book = new ProgressBook(database);
        _queue = new PartQueue(_options, _time);
    }

    /// <summary>Something that people should know: what failed and is tried again.</summary>
    public event Action<string>? Trouble;

    public UpdateServerOptions Options => _options;

    public ServerCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return _counts;
            }
        }
    }

    /// <summary>Bytes of blobs and messages in memory; they do not depend on the number of devices.</summary>
    public long KeptBytes => _shelf.KeptBytes;

    /// <summary>Devices that have asked for parts lately.</summary>
    public int Devices => _queue.Devices;

    internal FleetTopics Topics => _topics;

    internal PublicationShelf Shelf => _shelf;

    /// <summary>Loads what is under way, subscribes and begins to answer.</summary>
    /// <exception cref="DatabaseException">The database cannot be read.</exception>
    public async Task StartAsync()
    {
        Refresh();
        _bus.Received += OnMessage;
        await _bus.SubscribeAsync(_topics.AllUpdates, atLeastOnce: true).ConfigureAwait(false);
        await _bus.SubscribeAsync(_topics.AllOnline, atLeastOnce: true).ConfigureAwait(false);
        await _bus.SubscribeAsync(_topics.AllStates, atLeastOnce: true).ConfigureAwait(false);
        if (_options.Answers)
        {
            await _bus.SubscribeAsync(_options.Share is string share ? $"$share/{share}/{_topics.AllRequests}" : _topics.AllRequests, atLeastOnce: false).ConfigureAwait(false);
        }

        _loops.Add(Task.Run(SendAsync));
        _loops.Add(Task.Run(FlushLoopAsync));
    }

    /// <summary>Sessions, bases and rollouts as the database has them now.</summary>
    public void Refresh()
    {
        _shelf.Refresh();
        _book.Follow(_database.Read(RolloutTable.All));
    }

    /// <summary>Writes what has been reported so far.</summary>
    public Task FlushAsync() => _book.FlushAsync();

    /// <summary>Publishes a manifest, retained, to one device; false where the broker did not take it.</summary>
    public Task<bool> OfferAsync(string device, byte[] manifest) => RetainAsync(_topics.Manifest(device), manifest);

    /// <summary>Publishes a manifest, retained, to a group. Requests are put off until the group's delivery, or until its wait is over.</summary>
    public Task<bool> OfferGroupAsync(string group, byte[] manifest)
    {
        lock (_lock)
        {
            _held[Manifests.SessionOf(manifest)] = _time.GetUtcNow() + _options.GroupWait;
        }

        return RetainAsync(_topics.GroupManifest(group), manifest);
    }

    /// <summary>Takes back what was published to a device.</summary>
    public Task<bool> ClearAsync(string device) => RetainAsync(_topics.Manifest(device), []);

    public Task<bool> ClearGroupAsync(string group) => RetainAsync(_topics.GroupManifest(group), []);

    /// <summary>Refuses a session's requests from now on, on this server and, through the database, on all others.</summary>
    public async Task WithdrawAsync(uint session)
    {
        await _database.WriteAsync(s => Manifests.Withdraw(s, session)).ConfigureAwait(false);
        _shelf.Refresh();
        _queue.Drop(session);
    }

    /// <summary>Sends each message of a set to a group once, paced; requests of the session are put off meanwhile.</summary>
    /// <param name="basis">What all devices of the group run, for deltas; null where they differ.</param>
    public async Task DeliverAsync(string group, uint session, (uint Crc, uint Bytes)? basis, CancellationToken cancel)
    {
        if (_shelf.Get(session) is not Publication publication)
        {
            throw new FleetException("TN6306", "the desk has no blob for the manifest", $"session {session:x8}", "push the blob itself, or the manifest together with its blob");
        }

        PartSet parts = basis is (uint crc, uint bytes) ? _shelf.Parts(publication, crc, bytes) : publication.Raw;
        string topic = _topics.GroupPart(group);
        Hold(session, true);
        try
        {
            foreach (byte[] message in parts.Messages())
            {
                for (TimeSpan wait = _queue.TakeBytes(message.Length); wait > TimeSpan.Zero; wait = _queue.TakeBytes(message.Length))
                {
                    await Task.Delay(wait, _time, cancel).ConfigureAwait(false);
                }

                bool sent = await _bus.PublishAsync(topic, Publication.ForGroup(message)).ConfigureAwait(false);
                Count(c => sent ? c with { GroupMessages = c.GroupMessages + 1, GroupBytes = c.GroupBytes + message.Length } : c with { Lost = c.Lost + 1 });
                if (_options.GroupGap > TimeSpan.Zero)
                {
                    await Task.Delay(_options.GroupGap, _time, cancel).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Hold(session, false);
        }
    }

    /// <summary>Ends: sends nothing more, and writes what has been reported.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ended.IsCancellationRequested)
        {
            return;
        }

        _bus.Received -= OnMessage;
        await _ended.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        try
        {
            await _book.FlushAsync().ConfigureAwait(false);
        }
        catch (DatabaseException e)
        {
            Trouble?.Invoke(e.Message);
        }

        _ended.Dispose();
        _work.Dispose();
    }

    // On the bus's thread, one message after the other.
    private void OnMessage(BusMessage message)
    {
        DeviceTopic topic = _topics.Parse(message.Topic, out string device);
        int length = message.Payload.Length;
        if (topic == DeviceTopic.None || length > MostMessageBytes || device.Length > 200 || device.Any(char.IsControl))
        {
            Count(c => c with { Malformed = c.Malformed + 1 });
            return;
        }

        message.Payload.Span.CopyTo(_scratch);
        switch (topic)
        {
            case DeviceTopic.Request when _request.Decode(_scratch, length) && _request.Wanted != 0:
                OnRequest(device, _request);
                break;
            case DeviceTopic.Update when new UpdateMessage() is var update && update.Decode(_scratch, length):
                _book.Update(device, update);
                break;
            case DeviceTopic.State when new StateMessage() is var state && state.Decode(_scratch, length):
                _book.State(device, state);
                break;
            case DeviceTopic.Online when message.Payload.Span.SequenceEqual("online"u8) || message.Payload.Span.SequenceEqual("offline"u8):
                _book.Online(device, length == 6);
                break;
            case DeviceTopic.Update or DeviceTopic.State or DeviceTopic.Online when length == 0:
                // Somebody has cleared what was retained.
                break;
            default:
                Count(c => c with { Malformed = c.Malformed + 1 });
                break;
        }
    }

    private void OnRequest(string device, PartRequest request)
    {
        Count(c => c with { Requests = c.Requests + 1 });
        PublicationShelf.Known? known = _shelf.Look(request.Session);
        if (known is { Withdrawn: true })
        {
            Count(c => c with { Withdrawn = c.Withdrawn + 1 });
            _queue.Add(device, new PartRequest { Session = request.Session, First = 0, Wanted = 1 }, Refusal(request.Session));
            Wake();
            return;
        }

        Publication? publication = known is { Install: true } ? Load(request.Session) : null;
        if (publication is null)
        {
            // Another server on the same broker may have it, so that silence is the only right answer.
            Count(c => c with { Unknown = c.Unknown + 1 });
            return;
        }

        _book.Sent(request.Session, device, 0, 0, 1);
        lock (_lock)
        {
            if (_held.TryGetValue(request.Session, out DateTimeOffset until) && _time.GetUtcNow() < until)
            {
                _counts = _counts with { Held = _counts.Held + 1 };
                return;
            }
        }

        bool raw = (request.Flags & PartRequest.RawFlag) != 0;
        PartSet parts = raw ? publication.Raw : _shelf.Parts(publication, request.BaseCrc, request.BaseBytes);
        PartQueue.Taken taken = _queue.Add(device, request, parts);
        Count(c => taken switch
        {
            PartQueue.Taken.Replaced => c with { Replaced = c.Replaced + 1 },
            PartQueue.Taken.OutOfRange => c with { OutOfRange = c.OutOfRange + 1 },
            PartQueue.Taken.Crowded => c with { Crowded = c.Crowded + 1 },
            _ => c,
        });
        Wake();
    }

    private Publication? Load(uint session)
    {
        try
        {
            return _shelf.Get(session, forRequest: true);
        }
        catch (FleetException e)
        {
            Trouble?.Invoke(e.Message);
            return null;
        }
    }

    private static PartSet Refusal(uint session)
    {
        byte[] status = new byte[2];
        LittleEndian.PutUInt16(status, 0, (int)Simulator.Status.Withdrawn);
        byte[] message = new byte[PartMessage.FixedBytes + status.Length];
        new PartMessage { Session = session, Encoding = PartEncoding.Refused }.Encode(message, status, 0, status.Length);
        return new PartSet([message]);
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                if (!_bus.IsConnected)
                {
                    await Task.Delay(100, _ended.Token).ConfigureAwait(false);
                }
                else if (_queue.TryNext(out DuePart due, out TimeSpan? wait))
                {
                    bool sent = await _bus.PublishAsync(_topics.Part(due.Device), due.Message).ConfigureAwait(false);
                    Count(c => sent ? c with { Messages = c.Messages + 1, Bytes = c.Bytes + due.Message.Length } : c with { Lost = c.Lost + 1 });
                    if (sent)
                    {
                        _book.Sent(due.Session, due.Device, due.Message.Length, 1, 0);
                    }

                    _ended.Token.ThrowIfCancellationRequested();
                }
                else if (wait is TimeSpan pause)
                {
                    await Task.Delay(pause, _time, _ended.Token).ConfigureAwait(false);
                }
                else
                {
                    await _work.WaitAsync(_ended.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task FlushLoopAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(FlushPeriod, _ended.Token).ConfigureAwait(false);
                await _book.FlushAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
            catch (DatabaseException e)
            {
                Trouble?.Invoke(e.Message);
            }
        }
    }

    private async Task<bool> RetainAsync(string topic, byte[] manifest)
    {
        bool sent = await _bus.PublishAsync(topic, manifest, atLeastOnce: true, retain: true).ConfigureAwait(false);
        Count(c => sent ? c with { Manifests = c.Manifests + 1 } : c with { Lost = c.Lost + 1 });
        return sent;
    }

    private void Hold(uint session, bool hold)
    {
        lock (_lock)
        {
            if (hold)
            {
                _held[session] = DateTimeOffset.MaxValue;
            }
            else
            {
                _held.Remove(session);
            }
        }

        if (hold)
        {
            _queue.Drop(session);
        }
    }

    private void Count(Func<ServerCounts, ServerCounts> change)
    {
        lock (_lock)
        {
            _counts = change(_counts);
        }
    }

    private void Wake()
    {
        if (_work.CurrentCount == 0)
        {
            try
            {
                _work.Release();
            }
            catch (SemaphoreFullException)
            {
                // Awake already.
            }
        }
    }
}
