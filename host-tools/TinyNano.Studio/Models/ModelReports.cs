using System.Collections.Concurrent;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Plan;
using TinyNano.Simulator;
using TinyNano.Simulator.Profiling;
using TinyNano.Studio.Data;

namespace TinyNano.Studio.Models;

/// <summary>
/// Reads blobs for the page of a model, and profiles and evaluates them on request. What has been measured is kept as long as the program runs; one measurement
/// runs at a time.
/// </summary>
internal sealed class ModelReports(IStudioData data) : IDisposable
{
    private readonly ConcurrentDictionary<string, ModelReport> _reports = new();
    private readonly ConcurrentDictionary<(string Id, string Core), ModelProfile> _profiles = new();
    private readonly ConcurrentDictionary<string, AccuracyReport> _accuracies = new();
    private readonly SemaphoreSlim _one = new(1, 1);

    public void Dispose() => _one.Dispose();

    /// <summary>Null where there is no blob of that id.</summary>
    public async Task<ModelReport?> DescribeAsync(string id, CancellationToken cancel)
    {
        if (_reports.TryGetValue(id, out ModelReport? known))
        {
            return known;
        }

        byte[]? bytes = await data.BlobAsync(id, cancel);
        return bytes is null ? null : _reports[id] = Describe(id, BlobReader.Read(bytes, id));
    }

    public async Task<string?> PlanSvgAsync(string id, CancellationToken cancel)
    {
        byte[]? bytes = await data.BlobAsync(id, cancel);
        if (bytes is null)
        {
            return null;
        }

        Blob blob = BlobReader.Read(bytes, id);
        return PlanSvg.Draw(ArenaView.From(blob), $"{blob.Name} version {blob.ModelVersion}");
    }

    public IReadOnlyList<ModelProfile> Profiles(string id) => [.. _profiles.Where(p => p.Key.Id == id).OrderBy(p => p.Key.Core, StringComparer.Ordinal).Select(p => p.Value)];

    public AccuracyReport? Accuracy(string id) => _accuracies.GetValueOrDefault(id);

    /// <summary>Counts one inference on an emulated core; SimulatorException where that core is not here.</summary>
    public async Task<ModelProfile> ProfileAsync(string id, string core, CancellationToken cancel)
    {
        byte[] bytes = await RequireAsync(id, cancel);
        return await OneAtATimeAsync(() => _profiles[(id, core)] = Profiler.Run(bytes, core, null, cancel), cancel);
    }

    /// <summary>Runs the model on labelled records; StudioException TN6922 where there are none.</summary>
    public async Task<AccuracyReport> EvaluateAsync(string id, CancellationToken cancel)
    {
        byte[] bytes = await RequireAsync(id, cancel);
        EvaluationSet set = await data.EvaluationSetAsync(id, cancel)
            ?? throw new StudioException("TN6922", "there are no labelled records for this model: label some on the page Samples, or run `tinynano evaluate` with a file");
        return await OneAtATimeAsync(() => _accuracies[id] = Evaluation.Run(bytes, set, cancel), cancel);
    }

    private async Task<byte[]> RequireAsync(string id, CancellationToken cancel) =>
        await data.BlobAsync(id, cancel) ?? throw new StudioException("TN6923", "the blob of this model is not here: publish it with `tinynano push`, which keeps it beside the fleet's database");

    private async Task<T> OneAtATimeAsync<T>(Func<T> work, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            return await Task.Run(work, cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    private static ModelReport Describe(string id, Blob blob)
    {
        ArenaView arena = ArenaView.From(blob);
        return new ModelReport(
            id, blob.Name, blob.ModelVersion, blob.Target.Name, blob.Bytes.Length, blob.ArenaBytes, arena.LowerBound, blob.Section(SectionKind.Constants)?.Size ?? 0, blob.GoldenVectors,
            blob.Labels, [.. blob.Inputs.Select(i => Io(blob, i))], [.. blob.Outputs.Select(o => Io(blob, o))], [.. blob.Steps.Select((s, i) => Layer(blob, s, i, arena))],
            arena.Spans, arena.AliveBytes);
    }

    private static IoReport Io(Blob blob, BlobIo io)
    {
        BlobTensor tensor = blob.Tensors[io.Tensor];
        return new IoReport(io.Name, tensor.DType.ShortName(), tensor.Shape.Dims, io.Quantization?.Scale, io.Quantization?.ZeroPoint);
    }

    private static LayerReport Layer(Blob blob, BlobStep step, int index, ArenaView arena)
    {
        string Shapes(IEnumerable<int> tensors) => string.Join(" ", tensors.Where(t => t >= 0 && blob.Tensors[t].Place != Place.Constant).Select(t => blob.Tensors[t].DType.ShortName() + blob.Tensors[t].Shape));
        string kernel = blob.Target.Variants.FirstOrDefault(v => v.Op == step.Op && v.Kernel == step.Kernel)?.Name ?? "general";
        int constants = step.Inputs.Where(t => t >= 0 && blob.Tensors[t].Place == Place.Constant).Sum(t => blob.Tensors[t].Bytes);
        return new LayerReport(index, step.Op.Name, kernel, Shapes(step.Inputs), Shapes(step.Outputs), constants, arena.AliveBytes[index + 1]);
    }
}
