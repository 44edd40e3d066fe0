using TinyNano.Compiler.Emit;
using TinyNano.Contracts;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Studio.Data;
using TinyNano.Studio.Database;
using TinyNano.Studio.Demo;

namespace TinyNano.Studio.Tests;

/// <summary>The page over a real database: what devices say comes out, what people do goes in.</summary>
public sealed class FleetDataTests : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-studio-").FullName;
    private readonly byte[] _blob = DemoModels.Loaded.Blobs[1];
    private FleetDatabase _database = null!;
    private FleetData _data = null!;
    private Blob _model = null!;

    public Task InitializeAsync()
    {
        _model = BlobReader.Read(_blob);
        _database = FleetDatabase.Open("sqlite:" + Path.Combine(_folder, "fleet.db"));
        _database.Write(s =>
        {
            Blobs.Add(s, _blob, "fashion", Now);
            Groups.Add(s, "dock", "cam-1", Now);
        });
        State("cam-1");
        _data = new FleetData(_database, interval: TimeSpan.FromMilliseconds(50));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _data.DisposeAsync();

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task HealthMessages_BecomePointsByDifference_AndAreTold()
    {
        List<HealthPoint> told = [];
        _data.Updated += update =>
        {
            if (update is PointAdded { Device: "cam-1" } point)
            {
                lock (told)
                {
                    told.Add(point.Point);
                }
            }
        };
        Health("cam-1", 1, 65_530, confident: 65_530);
        Health("cam-1", 2, 65_550, confident: 65_550 - 65_536);
        await UntilAsync(() => told.Count == 1);
        Assert.Equal((20, 20), (told[0].Inferences, told[0].Confidence[15]));
        Assert.Equal(44_000, told[0].LatencyMicroseconds);
        Assert.Equal(31 / 32.0, told[0].MeanConfidence, 6);

        HealthPoint kept = Assert.Single(await _data.HistoryAsync("cam-1", 100, default));
        Assert.Equal(told[0].Confidence, kept.Confidence);
        Data.DeviceRow row = Assert.Single((await _data.DevicesAsync(new DeviceQuery { Search = "CAM" }, default)).Items);
        Assert.Equal(("dock", "running", "fashion", 44_000.0), (row.Group, row.State, row.Model, row.LatencyMicroseconds));
        Assert.Equal(_model.Labels, (await _data.DeviceAsync("cam-1", default))!.Labels);
        Assert.Null(await _data.DeviceAsync("nobody", default));
    }

    [Fact]
    public async Task Drift_IsSeen_WhereCountsLeaveTheReference_AndNotWhereTheyFollowIt()
    {
        State("cam-2");
        ReferenceHistograms reference = _model.Reference!;
        int[] clean = [.. reference.Counts];
        int[] broken = [.. clean];
        Array.Clear(broken, 0, reference.Confidence.Count);
        broken[4] = reference.Samples;
        foreach ((string device, int[] counts) in ((string, int[])[])[("cam-1", clean), ("cam-2", broken)])
        {
            for (int i = 0; i <= 2; i++)
            {
                int times = i;
                Add(device, (uint)i + 1, (uint)(reference.Samples * i), values => { for (int bin = 0; bin < counts.Length; bin++) { values[bin] = counts[bin] * times; } });
            }
        }

        await UntilAsync(() => _data.DevicesAsync(new DeviceQuery(), default).Result.Items.All(d => d.Drift != DriftLevel.Unknown));
        DriftView good = (await _data.DriftAsync("cam-1", default))!;
        DriftView bad = (await _data.DriftAsync("cam-2", default))!;
        Assert.Equal(DriftLevel.Normal, good.Level);
        Assert.Equal(DriftLevel.Drift, bad.Level);
        DriftSignal signal = Assert.Single(bad.Signals, s => s.Level == DriftLevel.Drift);
        Assert.Equal("confidence", signal.Name);
        Assert.All(good.Signals, s => Assert.Equal(s.Reference.Count, s.Edges.Count));
        Assert.Equal(["cam-2"], (await _data.DevicesAsync(new DeviceQuery { Drift = DriftLevel.Drift }, default)).Items.Select(i => i.Name));
    }

    [Fact]
    public async Task Rollout_IsPausedOnce_WithAudit_AndRefusalsSayWhy()
    {
        UpdateManifest manifest = new() { Rollout = 1, ModelVersion = 3, BlobBytes = 1024, ChunkBytes = 512, Chunks = 2, Model = "spring" };
        byte[] bytes = new byte[256];
        manifest.Encode(bytes);
        uint session = _database.Write(s => Manifests.Add(s, bytes, Now));
        long id = _database.Write(s => RolloutTable.Add(s, new Fleet.Store.RolloutRow
        {
            Name = "<b>spring</b>",
            Session = session,
            Plan = new RolloutPlan { Targets = new RolloutTargets { Devices = ["cam-1"] }, Stages = RolloutPlan.ParseStages("10%,100%"), Gates = new Dictionary<string, string> { ["latency"] = "60" } },
            State = RolloutState.Running,
            Created = Now,
            StageSince = Now,
            Changed = Now,
            CreatedBy = "pipeline",
        }));
        RolloutDetail running = (await _data.RolloutAsync((uint)id, default))!;
        Assert.Equal(("running", 2, "spring", 3u), (running.Row.State, running.Stages.Count, running.Row.Model, running.Row.ModelVersion));
        Assert.Equal([RolloutAction.Pause], running.Actions);
        Assert.Equal("waiting", Assert.Single(running.Gates).State);

        Assert.Null(await _data.ChangeRolloutAsync((uint)id, RolloutAction.Pause, "Ada", "night", default));
        Assert.Contains("cannot be paused", await _data.ChangeRolloutAsync((uint)id, RolloutAction.Pause, "Ada", "", default), StringComparison.Ordinal);
        Assert.Contains("no manifest", await _data.ChangeRolloutAsync((uint)id, RolloutAction.Revert, "Ada", "", default), StringComparison.Ordinal);
        AuditEntry entry = Assert.Single((await _data.RolloutAsync((uint)id, default))!.Audit);
        Assert.Equal(("Ada", "rollout.pause", "night"), (entry.Who, entry.What, entry.Detail));
        Assert.Null(await _data.RolloutAsync(999, default));
    }

    [Fact]
    public async Task Samples_AreShownWhenComplete_AndLabelled()
    {
        byte[] input = [.. Enumerable.Range(0, 28 * 28).Select(i => (byte)i)];
        for (int offset = 0; offset < input.Length; offset += 112)
        {
            Assert.Equal(0, (await _data.SamplesAsync(new SampleQuery(), default)).Total);
            Sample("cam-1", input, offset);
        }

        Data.SampleRow row = Assert.Single((await _data.SamplesAsync(new SampleQuery { Labelled = false }, default)).Items);
        Assert.Equal([1, 1, 28, 28], row.Shape);
        Assert.Equal(("int8", 0.5), (row.Type, row.Confidence));
        Assert.Equal(input, await _data.SampleBytesAsync(row.Id, default));
        Assert.False(await _data.LabelAsync(row.Id, 10, "Ada", default));
        Assert.False(await _data.LabelAsync(row.Id + 1, 1, "Ada", default));
        Assert.Null(await _data.EvaluationSetAsync(row.Model, default));
        Assert.True(await _data.LabelAsync(row.Id, 9, "Ada", default));
        LabelledSample labelled = Assert.Single(await _data.LabelledAsync(row.Model, default));
        Assert.Equal((9, "int8"), (labelled.Label, labelled.Type));
        Assert.Equal([9], (await _data.EvaluationSetAsync(row.Model, default))!.Labels);
    }

    [Fact]
    public async Task Models_AreThePublishedAndTheReported()
    {
        State("cam-9", crc: 0xDEADBEEF);
        IReadOnlyList<ModelRow> models = await _data.ModelsAsync(default);
        Assert.Equal(2, models.Count);
        Assert.Equal(_blob, await _data.BlobAsync(models.Single(m => m.HasBlob).Id, default));
        ModelRow foreign = models.Single(m => !m.HasBlob);
        Assert.Equal(("deadbeef", 1), (foreign.Id, foreign.Devices));
        Assert.Null(await _data.BlobAsync(foreign.Id, default));
        Assert.Null(await _data.BlobAsync("../x", default));
    }

    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 1200 && !condition(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(condition(), "not within a minute");
    }

    private void State(string device, uint? crc = null) => _database.Write(s => Devices.Report(s, device, new StateMessage
    {
        State = DeviceState.Running, Engine = 1, ModelVersion = 2, ModelCrc = crc ?? _model.Crc, ModelBytes = (uint)_blob.Length, ArenaBytes = 16_000, ModelName = "fashion", Firmware = "1.0", Application = "test",
    }, Now));

    private void Health(string device, uint sequence, uint inferences, int confident) => Add(device, sequence, inferences, values => values[15] = confident);

    private void Add(string device, uint sequence, uint inferences, Action<int[]> fill)
    {
        ReferenceHistograms reference = _model.Reference!;
        HealthMessage health = new()
        {
            Sequence = sequence, Inferences = inferences, ModelCrc = _model.Crc, ModelVersion = 2, Restarts = 1, LatencyMean = 44_000, FreeHeap = 50_000, Rssi = -60,
            ConfidenceCount = reference.Confidence.Count, EntropyCount = reference.Entropy.Count, ClassCount = reference.Classes.Count, FeatureCount = reference.Features.Count, AnomalyCount = reference.Anomaly.Count,
        };
        fill(health.Values);
        byte[] bytes = new byte[MessageHeader.MaxMessageBytes];
        int length = health.Encode(bytes);
        _database.Write(s => Fleet.Store.Health.Add(s, device, health, bytes[..length], Now));
    }

    private void Sample(string device, byte[] input, int offset)
    {
        SampleMessage part = new() { Restarts = 1, Sample = 5, ModelCrc = _model.Crc, TotalBytes = input.Length, ClassIndex = 3, Confidence = 16_384, Reasons = 1, ElementType = 2, Offset = offset, DataBytes = 112 };
        Array.Copy(input, offset, part.Data, 0, 112);
        _database.Write(s => Samples.Add(s, device, part, Now));
    }
}
