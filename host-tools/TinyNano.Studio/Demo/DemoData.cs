using TinyNano.Studio.Data;

namespace TinyNano.Studio.Demo;

/// <summary>
/// An invented fleet with cameras that sort clothes: one with a smeared lens, some offline, a rollout under way. The same seed gives the same fleet; the models,
/// images and predictions are real.
/// </summary>
public sealed class DemoData : IStudioData, IDisposable
{
    private static readonly string[] s_groups = ["dock", "lab", "line-a", "line-b"];
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly List<DemoDevice> _devices = [];
    private readonly Dictionary<string, DemoDevice> _byName = new(StringComparer.Ordinal);
    private readonly DemoRollouts _rollouts;
    private readonly DemoSamples _samples;
    private readonly ITimer? _timer;
    private int _next;

    /// <param name="interval">Between two rounds of messages; null for none but by <see cref="Tick"/>.</param>
    /// <param name="names">Names for the first devices, in place of invented ones.</param>
    public DemoData(int seed = 1, int devices = 50, TimeSpan? interval = null, TimeProvider? clock = null, IReadOnlyList<string>? names = null)
    {
        _clock = clock ?? TimeProvider.System;
        long now = Now;
        for (int i = 0; i < devices; i++)
        {
            DemoFault fault = i switch { 16 => DemoFault.Blurred, 22 => DemoFault.Fading, 37 => DemoFault.Failed, _ => i % 19 == 11 ? DemoFault.Offline : DemoFault.None };
            string name = names is not null && i < names.Count ? names[i] : $"cam-{i + 1:0000}";
            DemoDevice device = new(i, seed, name, s_groups[i * 7 % s_groups.Length], fault, now);
            if (i % 10 == 3 && device.Row.State == "running")
            {
                device.Row = device.Row with { ModelVersion = 2, Update = i % 20 == 3 ? "trial" : "confirmed" };
            }

            _devices.Add(device);
            _byName[device.Row.Name] = device;
        }

        _rollouts = new DemoRollouts(devices, now);
        _samples = new DemoSamples([.. _devices.Select(d => d.Row.Name)], now);
        if (interval is TimeSpan every)
        {
            _timer = _clock.CreateTimer(_ => Tick(), null, every, every);
        }
    }

    public event Action<LiveUpdate>? Updated;

    public string Source => $"demo, {_devices.Count:N0} invented devices";

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    public void Dispose() => _timer?.Dispose();

    /// <summary>Compiles the models now rather than at the first page; SimulatorException where the native library is not built.</summary>
    public static void Prepare() => _ = DemoModels.Loaded;

    /// <summary>A round of messages: every device of a small fleet, a few hundred of a large one.</summary>
    public void Tick()
    {
        List<LiveUpdate> updates = [];
        lock (_gate)
        {
            for (int i = 0; i < Math.Min(300, _devices.Count); i++)
            {
                DemoDevice device = _devices[_next];
                _next = (_next + 1) % _devices.Count;
                if (device.Row.State == "running" && device.Row.Online)
                {
                    HealthPoint point = device.Next(Now);
                    updates.Add(new PointAdded(device.Row.Name, point));
                    updates.Add(new DeviceChanged(device.Row));
                }
            }

            if (_rollouts.Advance() is uint rollout)
            {
                updates.Add(new RolloutChanged(rollout));
            }
        }

        updates.ForEach(u => Updated?.Invoke(u));
    }

    public Task<FleetSummary> SummaryAsync(CancellationToken cancel)
    {
        DeviceRow[] rows = Rows();
        return Task.FromResult(new FleetSummary(
            rows.Length, rows.Count(r => r.Online), rows.Count(r => r.Alarms.Count > 0), rows.Count(r => r.Drift == DriftLevel.Drift), rows.Count(r => r.Drift == DriftLevel.Watch),
            rows.Count(r => r.State == "failed"), rows.Count(r => r.Update is "receiving" or "stored" or "shadow" or "trial"), _samples.Unlabelled,
            [.. rows.GroupBy(r => (r.Model, r.ModelVersion)).Select(g => new ModelShare(g.Key.Model, g.Key.ModelVersion, g.Count())).OrderByDescending(m => m.Devices)], s_groups));
    }

    public Task<Slice<DeviceRow>> DevicesAsync(DeviceQuery query, CancellationToken cancel) => Task.FromResult(RowQuery.Run(Rows(), query));

    public Task<DeviceDetail?> DeviceAsync(string name, CancellationToken cancel)
    {
        lock (_gate)
        {
            return Task.FromResult(_byName.TryGetValue(name, out DemoDevice? device) ? DemoDetail.Of(device, Now) : null);
        }
    }

    public Task<IReadOnlyList<HealthPoint>> HistoryAsync(string name, int count, CancellationToken cancel)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<HealthPoint>>(_byName.TryGetValue(name, out DemoDevice? device) ? [.. device.History(Now).TakeLast(count)] : []);
        }
    }

    public Task<DriftView?> DriftAsync(string name, CancellationToken cancel)
    {
        lock (_gate)
        {
            DemoDevice healthy = _devices.First(d => d.Fault == DemoFault.None);
            return Task.FromResult(_byName.TryGetValue(name, out DemoDevice? device) ? DemoDrift.View(device, device.History(Now), healthy.History(Now), DemoModels.Loaded.Labels) : null);
        }
    }

    public Task<IReadOnlyList<RolloutRow>> RolloutsAsync(CancellationToken cancel) => Task.FromResult<IReadOnlyList<RolloutRow>>([.. _rollouts.All.Select(r => r.Row)]);

    public Task<RolloutDetail?> RolloutAsync(uint id, CancellationToken cancel) => Task.FromResult(_rollouts.All.FirstOrDefault(r => r.Row.Id == id));

    public Task<string?> ChangeRolloutAsync(uint id, RolloutAction action, string who, string reason, CancellationToken cancel)
    {
        string? refused = _rollouts.Change(id, action, who, reason, Now);
        if (refused is null)
        {
            Updated?.Invoke(new RolloutChanged(id));
        }

        return Task.FromResult(refused);
    }

    public Task<IReadOnlyList<ModelRow>> ModelsAsync(CancellationToken cancel)
    {
        DeviceRow[] rows = Rows();
        DemoModels models = DemoModels.Loaded;
        return Task.FromResult<IReadOnlyList<ModelRow>>([.. models.Blobs.Select((bytes, i) =>
        {
            Compiler.Emit.Blob blob = Compiler.Emit.BlobReader.Read(bytes);
            return new ModelRow(models.Ids[i], DemoModels.Name, blob.ModelVersion, blob.Target.Name, bytes.Length, blob.ArenaBytes, rows.Count(r => r.ModelVersion == blob.ModelVersion), true);
        })]);
    }

    public Task<byte[]?> BlobAsync(string model, CancellationToken cancel)
    {
        int i = DemoModels.Loaded.Ids.ToList().IndexOf(model);
        return Task.FromResult(i < 0 ? null : DemoModels.Loaded.Blobs[i]);
    }

    public Task<EvaluationSet?> EvaluationSetAsync(string model, CancellationToken cancel) => Task.FromResult<EvaluationSet?>(DemoModels.Loaded.Set);

    public Task<Slice<SampleRow>> SamplesAsync(SampleQuery query, CancellationToken cancel) => Task.FromResult(_samples.List(query));

    public Task<byte[]?> SampleBytesAsync(long id, CancellationToken cancel) => Task.FromResult(DemoSamples.Bytes(id));

    public Task<bool> LabelAsync(long id, int? label, string who, CancellationToken cancel)
    {
        bool done = _samples.Label(id, label, who);
        if (done)
        {
            Updated?.Invoke(new SamplesChanged());
        }

        return Task.FromResult(done);
    }

    public Task<IReadOnlyList<LabelledSample>> LabelledAsync(string model, CancellationToken cancel) => Task.FromResult(_samples.Labelled(model));

    private DeviceRow[] Rows()
    {
        lock (_gate)
        {
            return [.. _devices.Select(d => d.Row)];
        }
    }
}
