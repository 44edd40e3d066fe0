using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Demo;
using TinyNano.Fleet.Drift;
using TinyNano.Simulator;
using TinyNano.Simulator.Watching;

namespace TinyNano.Bench.Drift;

/// <summary>A set of options under a name.</summary>
internal sealed record DriftVariant(string Name, DriftOptions Options);

/// <summary>What one variant did with one fault of the camera.</summary>
/// <param name="Delays">Samples from the fault to the alarm, one a run, ascending; <see cref="DriftExperiment.Never"/> for none within the run.</param>
internal sealed record DriftDelays(string Variant, int[] Delays)
{
    public int Median => Delays[Delays.Length / 2];

    public int Worst => Delays[^1];

    public double Within(int samples) => Delays.Count(d => d <= samples) / (double)Delays.Length;
}

/// <summary>One fault of the camera.</summary>
internal sealed record DriftRow(CorruptionKind Kind, int Severity, double Amount, double Accuracy, IReadOnlyList<DriftDelays> Variants);

/// <summary>Streams of Fashion-MNIST through a model, first clean and then from a broken camera, watched by drift detectors.</summary>
internal sealed class DriftExperiment
{
    public const int Never = int.MaxValue;
    private const int Step = 20;
    private const int CleanBefore = 400;
    private const int CorruptedImages = 1000;

    private readonly ReferenceHistograms _reference;
    private readonly byte[] _blob;
    private readonly FashionImages _images;
    private readonly Seen[] _clean;

    private readonly record struct Seen(Observation Observation, bool Right);

    public DriftExperiment(string model, FashionImages images)
    {
        _blob = CompileJob.Run(new CompileSettings
        {
            ModelPath = DemoAssets.File(model + ".onnx"), SamplesPath = DemoAssets.CalibrationImages, SampleFormat = new() { Type = DType.UInt8 },
        }).Model.Blob;
        _reference = BlobReader.Read(_blob).Reference!;
        _images = images;
        _clean = Observe(new Corruption(CorruptionKind.None, 1, 0), 0, images.Count);
    }

    public double CleanAccuracy => _clean.Average(s => s.Right ? 1.0 : 0);

    public int ReferenceSamples => _reference.Samples;

    /// <summary>Share of streams of as many clean samples as the options promise for that raise an alarm.</summary>
    public double FalseAlarms(DriftOptions options, int streams, int seed)
    {
        int alarms = 0;
        Parallel.For(0, streams, s =>
        {
            DriftDetector detector = new(_reference, options);
            if (FirstAlarm(detector, Shuffled(_clean, options.CleanSamples, seed + s), 0) != Never)
            {
                Interlocked.Increment(ref alarms);
            }
        });
        return alarms / (double)streams;
    }

    /// <summary>Delays of the variants for one fault.</summary>
    public DriftRow Delays(CorruptionKind kind, int severity, IReadOnlyList<DriftVariant> variants, int runs, int seed)
    {
        // Each run has a camera with a fault of its own: another direction, another place, other pixels.
        Corruption[] faults = [.. Enumerable.Range(0, runs).Select(r => new Corruption(kind, severity, seed + r))];
        Seen[][] broken = new Seen[runs][];
        int start = _images.Count / 2;
        Parallel.For(0, runs, r => broken[r] = Observe(faults[r], start + r * 37 % Math.Max(1, start - CorruptedImages + 1), Math.Min(CorruptedImages, start)));
        List<DriftDelays> delays = [];
        foreach (DriftVariant variant in variants)
        {
            int[] found = new int[runs];
            Parallel.For(0, runs, r =>
            {
                Seen[] stream = [.. Shuffled(_clean, CleanBefore, seed + 1000 + r), .. Shuffled(broken[r], broken[r].Length, seed + 2000 + r)];
                found[r] = FirstAlarm(new DriftDetector(_reference, variant.Options), stream, CleanBefore);
            });
            Array.Sort(found);
            delays.Add(new DriftDelays(variant.Name, found));
        }

        return new DriftRow(kind, severity, faults[0].Amount, broken.Average(b => b.Average(s => s.Right ? 1.0 : 0)), delays);
    }

    // Samples after `from` with which the first alarm comes that is not there before.
    private int FirstAlarm(DriftDetector detector, Seen[] stream, int from)
    {
        ObservationCounter counter = new(_reference);
        for (int at = 0; at + Step <= stream.Length; at += Step)
        {
            counter.Clear();
            for (int i = at; i < at + Step; i++)
            {
                counter.Add(stream[i].Observation);
            }

            if (detector.Add(counter.Counts, DateTimeOffset.UnixEpoch).Drifts && at + Step > from)
            {
                return at + Step - from;
            }
        }

        return Never;
    }

    private Seen[] Observe(Corruption fault, int start, int count)
    {
        using HostModel model = new(_blob);
        Watcher watcher = new(BlobReader.Read(_blob));
        Seen[] seen = new Seen[count];
        for (int i = 0; i < count; i++)
        {
            int index = (start + i) % _images.Count;
            byte[] input = [.. fault.Apply(_images.Image(index)).Select(p => (byte)(p ^ 0x80))];
            Observation observation = watcher.Observe(input, model.Run(input));
            seen[i] = new Seen(observation, observation.Class == _images.Labels[index]);
        }

        return seen;
    }

    // Without repetition while there are enough.
    private static Seen[] Shuffled(Seen[] seen, int count, int seed)
    {
        Random random = new(seed);
        List<Seen> stream = [];
        while (stream.Count < count)
        {
            Seen[] round = [.. seen];
            random.Shuffle(round);
            stream.AddRange(round.Take(count - stream.Count));
        }

        return [.. stream];
    }
}
