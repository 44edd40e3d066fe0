using TinyNano.Contracts;
using TinyNano.Fleet.Messaging;

namespace TinyNano.Demo.OverTheAir;

/// <summary>What a device said of an update.</summary>
/// <param name="State">By its name in docs/PROTOCOL.md.</param>
/// <param name="Status">Status code of a refusal, 0 for none.</param>
public sealed record UpdateSaid(uint Session, string State, int Status, uint Version, int PartsStored, int Parts, uint BytesReceived);

/// <summary>Hears the results of one device, each image's by the model that gave it, and what the device says of updates.</summary>
public sealed class DeskEar
{
    private static readonly string[] Names = ["empty", "receiving", "stored", "shadow", "trial", "confirmed", "reverted", "refused"];

    private readonly object _lock = new();
    private readonly string _resultTopic;
    private readonly string _updateTopic;
    private readonly Dictionary<int, int> _classes = [];
    private readonly List<UpdateSaid> _said = [];
    private readonly int _images;
    private uint _version;
    private int _strangers;

    /// <param name="images">That the device's recording repeats.</param>
    public DeskEar(string device, int images)
    {
        _images = images;
        _resultTopic = $"{Topics.DefaultRoot}/{device}/{Topics.ResultSuffix}";
        _updateTopic = $"{Topics.DefaultRoot}/{device}/{Topics.UpdateStateSuffix}";
    }

    /// <summary>On the bus's thread.</summary>
    public event Action<UpdateSaid>? Said;

    public async Task StartAsync(IFleetBus bus)
    {
        bus.Received += OnMessage;
        await bus.SubscribeAsync(_resultTopic, atLeastOnce: false).ConfigureAwait(false);
        await bus.SubscribeAsync(_updateTopic, atLeastOnce: true).ConfigureAwait(false);
    }

    /// <summary>Listens from now on until so many different images have been answered by a version of the model.</summary>
    /// <returns>Class by image, in ascending order of images; and how many results came of other versions.</returns>
    /// <exception cref="TimeoutException">They did not come.</exception>
    public (IReadOnlyDictionary<int, int> Classes, int Strangers) Listen(uint version, int images, TimeSpan patience, CancellationToken cancel)
    {
        lock (_lock)
        {
            _classes.Clear();
            (_version, _strangers) = (version, 0);
        }

        Await(() => _classes.Count >= images, () => $"{_classes.Count} of {images} images answered by version {version}, {_strangers} results of other versions", patience, cancel);
        lock (_lock)
        {
            return (new SortedDictionary<int, int>(_classes), _strangers);
        }
    }

    /// <summary>Waits for the end of an update: confirmed, reverted or refused.</summary>
    /// <returns>All that was said of it.</returns>
    /// <exception cref="TimeoutException">It did not come.</exception>
    public IReadOnlyList<UpdateSaid> AwaitEnd(uint session, TimeSpan patience, CancellationToken cancel)
    {
        bool Ends(UpdateSaid s) => s.Session == session && s.State is "confirmed" or "reverted" or "refused" && s.Session == session;
        Await(() => _said.Exists(Ends), () => $"session {session:x8} came no further than {_said.FindLast(s => s.Session == session)}", patience, cancel);
        lock (_lock)
        {
            int end = _said.FindIndex(Ends);
            return [.. _said.Take(end + 1).Where(s => s.Session == session)];
        }
    }

    private void Await(Func<bool> holds, Func<string> far, TimeSpan patience, CancellationToken cancel)
    {
        DateTime until = DateTime.UtcNow + patience;
        lock (_lock)
        {
            while (!holds())
            {
                cancel.ThrowIfCancellationRequested();
                if (DateTime.UtcNow > until)
                {
                    throw new TimeoutException($"the device did not get there within {patience.TotalSeconds:0} s: {far()}");
                }

                Monitor.Wait(_lock, 100);
            }
        }
    }

    private void OnMessage(BusMessage message)
    {
        byte[] payload = message.Payload.ToArray();
        UpdateMessage update = new();
        ResultMessage result = new();
        UpdateSaid? said = null;
        lock (_lock)
        {
            if (message.Topic == _resultTopic && result.Decode(payload, payload.Length))
            {
                if (result.ModelVersion == _version)
                {
                    _classes[result.Frame % _images] = result.ClassIndex;
                }
                else
                {
                    _strangers++;
                }
            }
            else if (message.Topic == _updateTopic && update.Decode(payload, payload.Length) && update.State < Names.Length && update.Session != 0)
            {
                said = new UpdateSaid(update.Session, Names[update.State], update.Status, update.ModelVersion, update.PartsStored, update.Parts, update.BytesReceived);
                _said.Add(said);
            }

            Monitor.PulseAll(_lock);
        }

        if (said is not null)
        {
            Said?.Invoke(said);
        }
    }
}
