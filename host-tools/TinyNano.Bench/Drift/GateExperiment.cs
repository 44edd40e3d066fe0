using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Demo;
using TinyNano.Demo.Fleets;
using TinyNano.Fleet.Rollouts;
using TinyNano.Simulator;
using TinyNano.Simulator.Watching;

namespace TinyNano.Bench.Drift;

/// <summary>
/// Rollouts of real models to simulated fleets of 100 devices, 10 of which get the new model: does the accuracy gate stop a model that is at least 5 points worse, and pass
/// one that is equal?
/// </summary>
internal static class GateExperiment
{
    private const int Devices = 100;
    private const int NewDevices = 10;
    private const int Past = 1000;
    private const int Round = 50;
    private const int MostRounds = 40;
    private const int Images = 2000;
    private const double Limit = 0.05;

    private sealed record Model(string Name, double Accuracy, double Confidence, (int Bin, int Class)[] Seen);

    public static int Run(TextWriter log)
    {
        FashionImages images = FashionImages.Read();
        int count = Math.Min(Images, images.Count);
        byte[] small = Compile("fashion_v1"), large = Compile("fashion_v2");
        Model v1 = Observe("fashion_v1", small, images, count), v2 = Observe("fashion_v2", large, images, count);
        bool right = true;
        right &= Case(log, "fashion_v2 -> fashion_v1 (worse)", v2, _ => v1, images, GateVerdict.Stop);
        right &= Case(log, "fashion_v2 -> fashion_v2 (equal)", v2, _ => v2, images, GateVerdict.Pass);
        right &= Case(log, "fashion_v1 -> fashion_v2 (better)", v1, _ => v2, images, GateVerdict.Pass);
        right &= Case(log, "fashion_v1 -> v1 with noise in its weights, 5 to 10 points worse", v1, seed => Noisy(small, v1, images, count, seed, -0.10, -0.05), images, GateVerdict.Stop);
        right &= Case(log, "fashion_v1 -> v1 with noise in its weights, within 0.5 points", v1, seed => Noisy(small, v1, images, count, seed, -0.005, 0.005), images, GateVerdict.Pass);
        return right ? 0 : 1;
    }

    private static bool Case(TextWriter log, string name, Model old, Func<int, Model> candidate, FashionImages images, GateVerdict expected)
    {
        int right = 0;
        List<double> points = [], confidence = [];
        List<int> samples = [];
        for (int seed = 1; seed <= 20; seed++)
        {
            Model model = candidate(seed);
            (GateResult result, int needed) = Rollout(old, model, images, seed);
            right += result.Verdict == expected ? 1 : 0;
            points.Add(100 * (model.Accuracy - old.Accuracy));
            confidence.Add(100 * (model.Confidence - old.Confidence));
            samples.Add(needed);
            if (result.Verdict != expected)
            {
                log.WriteLine($"  seed {seed}: {result.Verdict}: {result.Reason}");
            }
        }

        samples.Sort();
        log.WriteLine(FormattableString.Invariant(
            $"{name}: {expected} in {right} of 20; accuracy {points.Min():0.0} .. {points.Max():0.0} points, confidence {confidence.Min():0.0} .. {confidence.Max():0.0}; decided after {samples[10]} ({samples[19]}) samples a device"));
        return right == 20;
    }

    private static (GateResult Result, int Samples) Rollout(Model old, Model model, FashionImages images, int seed)
    {
        Random random = new(seed);
        Fake[] fleet = [.. Enumerable.Range(0, Devices).Select(i => new Fake(i, i < NewDevices ? model : old, old, images, random.Next()))];
        foreach (Fake device in fleet)
        {
            device.RunPast(Past);
        }

        GateResult result = new("accuracy", GateVerdict.Wait, "");
        for (int round = 1; round <= MostRounds; round++)
        {
            foreach (Fake device in fleet)
            {
                device.Run(Round);
            }

            result = ModelComparison.Judge("accuracy", Limit, ModelComparison.Measure([.. fleet.Take(NewDevices).Select(d => d.Arm())], [.. fleet.Skip(NewDevices).Select(d => d.Arm())]));
            if (result.Verdict != GateVerdict.Wait)
            {
                return (result, round * Round);
            }
        }

        return (result, MostRounds * Round);
    }

    // Half of what a device sees is of two classes that are its own.
    private sealed class Fake(int number, Model model, Model old, FashionImages images, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly int[] _confidence = new int[ReferenceHistograms.ConfidenceBins];
        private readonly int[] _before = new int[ReferenceHistograms.ConfidenceBins];
        private readonly int[] _classes = new int[10];
        private readonly int[] _classesBefore = new int[10];
        private readonly int _first = new Random(seed + 1).Next(10);

        public void RunPast(int samples)
        {
            for (int i = 0; i < samples; i++)
            {
                (int bin, int chosen) = old.Seen[Next()];
                _before[bin]++;
                _classesBefore[chosen]++;
            }
        }

        public void Run(int samples)
        {
            for (int i = 0; i < samples; i++)
            {
                (int bin, int chosen) = model.Seen[Next()];
                _confidence[bin]++;
                _classes[chosen]++;
            }
        }

        public ArmDevice Arm() => new($"device-{number}", _confidence, _classes, 1000, _confidence.Sum(), _before, _classesBefore);

        private int Next()
        {
            bool own = _random.Next(2) == 0;
            while (true)
            {
                int index = _random.Next(model.Seen.Length);
                if (!own || images.Labels[index] == _first || images.Labels[index] == (_first + 3) % 10)
                {
                    return index;
                }
            }
        }
    }

    // The least noise that brings the accuracy into the range.
    private static Model Noisy(byte[] blob, Model old, FashionImages images, int count, int seed, double from, double to)
    {
        for (double deviation = from < -0.01 ? 4 : 0.5; deviation < 60; deviation *= 1.1)
        {
            for (int attempt = 0; attempt < 3; attempt++)
            {
                Model model = Observe($"noise {deviation:0.0}", ModelNoise.Disturb(blob, deviation, seed * 1000 + attempt), images, count);
                double change = model.Accuracy - old.Accuracy;
                if (change >= from && change <= to)
                {
                    return model;
                }
            }
        }

        throw new InvalidOperationException("no noise brings the accuracy into the range");
    }

    private static byte[] Compile(string model) => CompileJob.Run(new CompileSettings
    {
        ModelPath = DemoAssets.File(model + ".onnx"), SamplesPath = DemoAssets.CalibrationImages, SampleFormat = new() { Type = DType.UInt8 },
    }).Model.Blob;

    private static Model Observe(string name, byte[] blob, FashionImages images, int count)
    {
        using HostModel model = new(blob);
        Watcher watcher = new(BlobReader.Read(blob));
        (int Bin, int Class)[] seen = new (int, int)[count];
        double right = 0, confidence = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] input = [.. images.Image(i).ToArray().Select(p => (byte)(p ^ 0x80))];
            Observation o = watcher.Observe(input, model.Run(input));
            seen[i] = (Contracts.OutputStatistics.UniformBin(o.Confidence, ReferenceHistograms.ConfidenceBins), o.Class);
            right += o.Class == images.Labels[i] ? 1 : 0;
            confidence += o.Confidence / (double)Contracts.OutputStatistics.One;
        }

        return new Model(name, right / count, confidence / count, seen);
    }
}
