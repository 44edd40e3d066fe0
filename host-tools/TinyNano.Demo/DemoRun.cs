using TinyNano.Compiler.IR;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Demo;

/// <summary>One line of the demo's table. Accuracies are shares of the 1,000 test images.</summary>
/// <param name="Instructions">Mean instructions of one inference on the emulated core; null where it was not run.</param>
/// <param name="SameBytes">Whether the emulated core gave the bytes of the desk; null where it was not run.</param>
public sealed record DemoRow(
    string Model, long Parameters, long Macs, double FloatAccuracy, double Int8Accuracy, double? DeviceAccuracy, int BlobBytes,
    int ArenaBytes, long? Instructions, bool? SameBytes);

/// <summary>
/// Compiles the two Fashion-MNIST models, evaluates them on 1,000 real test images on the desk (float and int8) and on an
/// emulated microcontroller.
/// </summary>
public sealed class DemoRun
{
    private static readonly SampleFormat Pixels = new() { Type = DType.UInt8 };
    private readonly string _target;
    private readonly int _deviceImages;
    private readonly string _folder;

    /// <param name="target">The emulated core, or `host` for none.</param>
    /// <param name="deviceImages">How many of the images the emulated core sees.</param>
    /// <param name="folder">Receives the blobs.</param>
    public DemoRun(string target, int deviceImages, string folder)
    {
        _target = target;
        _deviceImages = deviceImages;
        _folder = folder;
    }

    public static IReadOnlyList<string> Models { get; } = ["fashion_v1", "fashion_v2"];

    /// <summary>All steps for one model; <paramref name="report"/> hears what is being done and how far it is (0 .. 1).</summary>
    public DemoRow Run(string model, uint version, Action<string, double> report, CancellationToken cancel)
    {
        report($"{model}: compiling", 0);
        CompileSettings settings = Settings(model, version);
        CompileJobResult compiled = CompileJob.Run(settings);
        CompileJobResult floats = CompileJob.Run(settings with { Quantize = QuantizeTo.None, SamplesPath = null });
        byte[] blob = compiled.Model.Blob;
        File.WriteAllBytes(Path.Combine(_folder, model + ".tnb"), blob);

        int[] labels = LabelFile.Read(DemoAssets.TestLabels);
        report($"{model}: float32 on the desk", 0.1);
        double floatAccuracy = Evaluate(floats.Model.Blob, Engine.Host, labels, labels.Length, p => report($"{model}: float32 on the desk", 0.1 + 0.1 * p), cancel).Value;
        report($"{model}: int8 on the desk", 0.2);
        double int8Accuracy = Evaluate(blob, Engine.Host, labels, labels.Length, p => report($"{model}: int8 on the desk", 0.2 + 0.1 * p), cancel).Value;
        EvaluationResult? device = null;
        bool? same = null;
        if (_target != Engine.Host)
        {
            device = Evaluate(blob, _target, labels, _deviceImages, p => report($"{model}: int8 on {_target}", 0.3 + 0.7 * p), cancel);
            same = SameBytes(blob, cancel);
        }

        return new DemoRow(model, compiled.Optimised.Values().Where(v => v.IsConstant).Sum(v => (long)v.Shape.Count),
            compiled.Model.Schedule.Steps.Sum(s => s.Macs), floatAccuracy, int8Accuracy, device?.Value, blob.Length, compiled.Model.Plan.ArenaBytes,
            device?.InstructionsPerRun, same);
    }

    /// <summary>A model as the demo ships it: int8, with labels, golden vectors and reference histograms.</summary>
    public static CompileJobResult Compile(string model, uint version) => CompileJob.Run(Settings(model, version));

    private static CompileSettings Settings(string model, uint version) => new()
    {
        ModelPath = DemoAssets.File(model + ".onnx"),
        SamplesPath = DemoAssets.CalibrationImages,
        SampleFormat = Pixels,
        ModelVersion = version,
        Labels = DemoAssets.Labels,
    };

    private static EvaluationResult Evaluate(byte[] blob, string on, int[] labels, int images, Action<double> report, CancellationToken cancel)
    {
        SampleFile samples = SampleFile.Open(DemoAssets.TestImages, Pixels, 28 * 28).Take(images);
        return Evaluator.Run(blob, on, samples, Pixels, labels[..samples.Records], Metric.Accuracy, new Reporter(report), cancel);
    }

    // The same 32 records on both: the outputs must agree byte for byte.
    private bool SameBytes(byte[] blob, CancellationToken cancel)
    {
        SampleFile samples = SampleFile.Open(DemoAssets.TestImages, Pixels, 28 * 28);
        IoCodec codec = new(Compiler.Emit.BlobReader.Read(blob), Pixels);
        byte[] records = [.. Enumerable.Range(0, 32).SelectMany(i => codec.Encode(samples.Raw(i)))];
        return new Engine(Engine.Host, blob).Run(records, null, cancel).AsSpan().SequenceEqual(new Engine(_target, blob).Run(records, null, cancel));
    }

    private sealed class Reporter : IProgress<double>
    {
        private readonly Action<double> _report;

        public Reporter(Action<double> report) => _report = report;

        public void Report(double value) => _report(value);
    }
}
