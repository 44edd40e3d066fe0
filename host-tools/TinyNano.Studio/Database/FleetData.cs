using TinyNano.Compiler.Emit;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Studio.Data;
using Row = TinyNano.Studio.Data.DeviceRow;

namespace TinyNano.Studio.Database;

/// <summary>
/// The fleet's database as data of the page. It looks for changes by itself and needs no connection to the broker; <see cref="Wake"/> makes it look at once.
/// </summary>
public sealed class FleetData : IStudioData, IAsyncDisposable
{
    private const int HistoryRows = 1200;
    private static readonly TimeSpan s_driftPast = TimeSpan.FromDays(2);
    private readonly FleetDatabase _database;
    private readonly ModelShelf _shelf;
    private readonly Follower _follower;
    private readonly RolloutViews _rollouts;
    private readonly SampleViews _samples;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _loop;
    private Dictionary<long, (long, int, int)> _revisions = [];
    private int _unlabelled;

    /// <param name="database">Stays the caller's, who disposes it after this.</param>
    /// <param name="gates">Judge the gates of rollouts on the page; without them it shows what the database says.</param>
    /// <param name="interval">Between two looks when nobody wakes it.</param>
    /// <exception cref="DatabaseException">The database cannot be read.</exception>
    public FleetData(FleetDatabase database, IReadOnlyList<IRolloutGate>? gates = null, TimeSpan? interval = null)
    {
        _database = database;
        _shelf = new ModelShelf(database);
        _follower = new Follower(database, _shelf);
        _rollouts = new RolloutViews(database, gates ?? []);
        _samples = new SampleViews(database, _shelf);
        _follower.Look();
        _revisions = _rollouts.Revisions();
        _loop = Task.Run(() => FollowAsync(interval ?? TimeSpan.FromSeconds(1)));
    }

    public event Action<LiveUpdate>? Updated;

    /// <summary>Why nothing new is seen at present; null where all is well.</summary>
    public string? Trouble { get; private set; }

    public string Source => _database.Where;

    /// <summary>Something was written: look now. Costs nothing when called often.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is about to look.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _loop;
        _ended.Dispose();
        _wake.Dispose();
    }

    public Task<FleetSummary> SummaryAsync(CancellationToken cancel)
    {
        IReadOnlyList<Row> rows = _follower.Rows;
        return Task.FromResult(new FleetSummary(
            rows.Count, rows.Count(r => r.Online), rows.Count(r => r.Alarms.Count > 0), rows.Count(r => r.Drift == DriftLevel.Drift), rows.Count(r => r.Drift == DriftLevel.Watch),
            rows.Count(r => r.State is "failed"), rows.Count(r => r.Update is "receiving" or "stored" or "shadow" or "trial"), _samples.Unlabelled,
            [.. rows.Where(r => r.Model.Length > 0).GroupBy(r => (r.Model, r.ModelVersion)).Select(g => new ModelShare(g.Key.Model, g.Key.ModelVersion, g.Count())).OrderByDescending(m => m.Devices)], _follower.Groups));
    }

    public Task<Slice<Row>> DevicesAsync(DeviceQuery query, CancellationToken cancel) => Task.FromResult(RowQuery.Run(_follower.Rows, query));

    public Task<DeviceDetail?> DeviceAsync(string name, CancellationToken cancel)
    {
        Row? row = _follower.Rows.FirstOrDefault(r => r.Name == name);
        return Task.FromResult(row is null ? null : DeviceViews.Of(_database, _shelf, row));
    }

    public Task<IReadOnlyList<HealthPoint>> HistoryAsync(string name, int count, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<HealthPoint>>([.. Steps(name, count).TakeLast(count).Select(s => s.Point)]);

    public Task<DriftView?> DriftAsync(string name, CancellationToken cancel)
    {
        Row? row = _follower.Rows.FirstOrDefault(r => r.Name == name);
        List<HealthStep> steps = row is null ? [] : Steps(name, HistoryRows);
        Blob? blob = steps.Count > 0 ? _shelf.Decoded(steps[^1].Message.ModelCrc) : null;
        return Task.FromResult(row is null ? null : DriftViews.Of(name, blob, steps, row.Alarms));
    }

    public Task<IReadOnlyList<Data.RolloutRow>> RolloutsAsync(CancellationToken cancel) => Task.FromResult(_rollouts.All());

    public Task<RolloutDetail?> RolloutAsync(uint id, CancellationToken cancel) => Task.FromResult(_rollouts.Find(id));

    public async Task<string?> ChangeRolloutAsync(uint id, RolloutAction action, string who, string reason, CancellationToken cancel)
    {
        string? refused = await _rollouts.ChangeAsync(id, action, who, reason);
        Wake();
        return refused;
    }

    public Task<IReadOnlyList<ModelRow>> ModelsAsync(CancellationToken cancel)
    {
        _shelf.Refresh();
        Dictionary<string, (Fleet.Store.DeviceRow Device, int Count)> reported = _database.Read(Devices.All).Where(d => d.ModelCrc is not (null or 0))
            .GroupBy(d => ModelShelf.Id(d.ModelCrc!.Value)).ToDictionary(g => g.Key, g => (g.First(), g.Count()));
        IEnumerable<ModelRow> published = _shelf.All.Select(b => new ModelRow(
            ModelShelf.Id(b.Crc), b.Model, b.ModelVersion, _shelf.Decoded(b.Crc)?.Target.Name ?? "", b.Bytes, _shelf.Decoded(b.Crc)?.ArenaBytes ?? 0, reported.GetValueOrDefault(ModelShelf.Id(b.Crc)).Count, true));
        IEnumerable<ModelRow> foreign = reported.Where(r => !_shelf.All.Any(b => ModelShelf.Id(b.Crc) == r.Key)).Select(r => new ModelRow(
            r.Key, r.Value.Device.ModelName ?? "", r.Value.Device.ModelVersion ?? 0, "", (int)(r.Value.Device.ModelBytes ?? 0), (int)(r.Value.Device.ArenaBytes ?? 0), r.Value.Count, false));
        return Task.FromResult<IReadOnlyList<ModelRow>>([.. published.Concat(foreign).OrderByDescending(m => m.Devices).ThenBy(m => m.Name, StringComparer.Ordinal).ThenByDescending(m => m.Version)]);
    }

    public Task<byte[]?> BlobAsync(string model, CancellationToken cancel) => Task.FromResult(_shelf.Bytes(model));

    public Task<EvaluationSet?> EvaluationSetAsync(string model, CancellationToken cancel)
    {
        IReadOnlyList<LabelledSample> labelled = _samples.Labelled(model);
        return Task.FromResult(labelled.Count == 0 ? null : new EvaluationSet($"{labelled.Count:N0} labelled samples from the field", labelled[0].Type, [.. labelled.SelectMany(l => l.Bytes)], [.. labelled.Select(l => l.Label)]));
    }

    public Task<Slice<Data.SampleRow>> SamplesAsync(SampleQuery query, CancellationToken cancel) => Task.FromResult(_samples.List(query));

    public Task<byte[]?> SampleBytesAsync(long id, CancellationToken cancel) => Task.FromResult(_samples.Bytes(id));

    public async Task<bool> LabelAsync(long id, int? label, string who, CancellationToken cancel)
    {
        bool done = await _samples.LabelAsync(id, label, who);
        if (done)
        {
            Updated?.Invoke(new SamplesChanged());
        }

        return done;
    }

    public Task<IReadOnlyList<LabelledSample>> LabelledAsync(string model, CancellationToken cancel) => Task.FromResult(_samples.Labelled(model));

    private List<HealthStep> Steps(string device, int count) =>
        HealthSteps.Of(_database.Read(s => Health.Of(s, device, _database.Time.GetUtcNow() - s_driftPast)).TakeLast(count + 1));

    private async Task FollowAsync(TimeSpan interval)
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(interval, _ended.Token);
                foreach (LiveUpdate update in _follower.Look().Concat(Changes()))
                {
                    Updated?.Invoke(update);
                }

                Trouble = null;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (DatabaseException e)
            {
                // It looks again after the interval; pages say that data cannot be read when they ask.
                Trouble = e.Message;
            }
        }
    }

    private IEnumerable<LiveUpdate> Changes()
    {
        Dictionary<long, (long, int, int)> now = _rollouts.Revisions();
        uint[] changed = [.. now.Where(r => !_revisions.TryGetValue(r.Key, out (long, int, int) before) || before != r.Value).Select(r => (uint)r.Key)];
        _revisions = now;
        int unlabelled = _samples.Unlabelled;
        bool samples = unlabelled != _unlabelled;
        _unlabelled = unlabelled;
        return [.. changed.Select(id => (LiveUpdate)new RolloutChanged(id)), .. samples ? [new SamplesChanged()] : Array.Empty<LiveUpdate>()];
    }
}
