using System.Globalization;
using System.Text;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator.Profiling;

namespace TinyNano.Simulator.Evaluation;

/// <summary>What a candidate may cost more than the baseline. Null is not looked at.</summary>
public sealed record GateLimits
{
    /// <summary>Points of accuracy (0.01 is one point) that may be lost; needs labels.</summary>
    public double? AccuracyDrop { get; init; } = 0.01;

    /// <summary>Share of the samples on which both must say the same.</summary>
    public double? Agreement { get; init; }

    /// <summary>Growth that is allowed, as a share: 0.05 is 5 %.</summary>
    public double? Ram { get; init; } = 0.05;

    public double? Flash { get; init; } = 0.10;

    public double? Latency { get; init; } = 0.10;
}

/// <summary>One comparison.</summary>
/// <param name="Unit">`%`, `bytes`, `cycles` or `instructions`.</param>
/// <param name="Limit">The worst value that passes; null where it is for information.</param>
public sealed record GateCheck(string Name, double? Baseline, double Candidate, string Unit, double? Limit, bool Passes);

/// <summary>Whether a candidate may replace a baseline.</summary>
public sealed record GateReport(string Baseline, string Candidate, int Samples, IReadOnlyList<GateCheck> Checks)
{
    public bool Passes => Checks.All(c => c.Passes);

    /// <summary>For a summary of a build.</summary>
    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"## Model gate: {(Passes ? "passed" : "failed")}\n\n{Candidate} against {Baseline}, {Samples} samples.\n\n| | baseline | candidate | limit | |\n|---|---:|---:|---:|---|\n");
        foreach (GateCheck check in Checks)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {check.Name} | {Show(check.Baseline, check.Unit)} | {Show(check.Candidate, check.Unit)} | {Show(check.Limit, check.Unit)} | {(check.Limit is null ? "" : check.Passes ? "ok" : "**failed**")} |\n");
        }

        return text.ToString();
    }

    public static string Show(double? value, string unit) => value is not double v ? "" : unit == "%"
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * v:0.00} %") : string.Create(CultureInfo.InvariantCulture, $"{v:N0} {unit}");
}

/// <summary>Compares two blobs by what they say, need and cost: what fails a build.</summary>
public static class ModelGate
{
    /// <param name="labels">Class of each sample; null without.</param>
    /// <param name="core">Emulated core whose cycles are estimated; null compares no latency.</param>
    public static GateReport Run(
        byte[] baseline, byte[] candidate, (string Baseline, string Candidate) names, SampleFile samples, SampleFormat format, int[]? labels, GateLimits limits, string? core,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        Blob old = BlobReader.Read(baseline, names.Baseline), now = BlobReader.Read(candidate, names.Candidate);
        int[] oldClasses = Classes(baseline, samples, format, cancel);
        progress?.Report(0.4);
        int[] newClasses = Classes(candidate, samples, format, cancel);
        progress?.Report(0.8);
        List<GateCheck> checks = [];
        if (labels is not null)
        {
            double before = Right(oldClasses, labels), after = Right(newClasses, labels);
            double? least = limits.AccuracyDrop is double drop ? before - drop : null;
            checks.Add(new GateCheck("accuracy", before, after, "%", least, least is null || after >= least - 1e-9));
        }

        double agreement = oldClasses.Zip(newClasses).Average(p => p.First == p.Second ? 1.0 : 0);
        checks.Add(new GateCheck("agreement", null, agreement, "%", limits.Agreement, limits.Agreement is null || agreement >= limits.Agreement));
        checks.Add(Grows("RAM (arena)", old.ArenaBytes, now.ArenaBytes, "bytes", limits.Ram));
        checks.Add(Grows("flash (blob)", old.Bytes.Length, now.Bytes.Length, "bytes", limits.Flash));
        if (core is not null)
        {
            checks.Add(Grows($"latency on {core}", Profiler.Run(baseline, core, cancel: cancel).TotalCyclesEstimated, Profiler.Run(candidate, core, cancel: cancel).TotalCyclesEstimated, "cycles", limits.Latency));
        }

        progress?.Report(1);
        return new GateReport(names.Baseline, names.Candidate, samples.Records, checks);
    }

    private static GateCheck Grows(string name, double before, double after, string unit, double? share)
    {
        double? most = share is double s ? before * (1 + s) : null;
        return new GateCheck(name, before, after, unit, most, most is null || after <= most);
    }

    private static double Right(int[] classes, int[] labels) => classes.Zip(labels).Average(p => p.First == p.Second ? 1.0 : 0);

    // The first window of each record, as `evaluate` does for accuracy.
    private static int[] Classes(byte[] blob, SampleFile samples, SampleFormat format, CancellationToken cancel)
    {
        IoCodec codec = new(BlobReader.Read(blob), format);
        using HostModel model = new(blob);
        int[] classes = new int[samples.Records];
        for (int i = 0; i < classes.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            classes[i] = Metrics.ArgMax(codec.Decode(model.Run(codec.Encode(samples.Raw(i)))));
        }

        return classes;
    }
}
