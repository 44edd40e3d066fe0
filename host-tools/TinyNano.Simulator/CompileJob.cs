using TinyNano.Compiler;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Import;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Passes;
using TinyNano.Compiler.Quantize;
using TinyNano.Compiler.Samples;
using TinyNano.Compiler.Targets;
using TinyNano.Simulator.Evaluation;
using TinyNano.Simulator.Watching;

namespace TinyNano.Simulator;

/// <summary>How a model becomes integer.</summary>
public enum QuantizeTo
{
    /// <summary>Int8 where a float model comes with samples; otherwise the model's own types.</summary>
    Auto,

    /// <summary>The model's own types.</summary>
    None,
    Int8,
    Int16x8,
}

/// <summary>What to compile and how.</summary>
public sealed record CompileSettings
{
    public required string ModelPath { get; init; }

    /// <summary>What the user says about an ONNX model: shapes of inputs, states kept between runs.</summary>
    public OnnxImportOptions Onnx { get; init; } = new();

    public QuantizeTo Quantize { get; init; }

    public string? SamplesPath { get; init; }

    public SampleFormat SampleFormat { get; init; } = new();

    /// <summary>Every n-th record calibrates.</summary>
    public int SampleStep { get; init; } = 1;

    /// <summary>Of a record that holds many windows, at most this many calibrate.</summary>
    public int WindowsPerRecord { get; init; } = 16;

    public CalibrationMethod Calibration { get; init; } = CalibrationMethod.Mse;

    /// <summary>Evens out the channels between linear operators before calibration; see <see cref="ActivationEqualization"/>.</summary>
    public bool Equalize { get; init; } = true;

    public bool FloatIo { get; init; }

    /// <summary>Whose kernels and packings the blob uses.</summary>
    public Target Target { get; init; } = Target.Portable;

    public uint ModelVersion { get; init; }

    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Runs the graph checker after every pass.</summary>
    public bool Check { get; init; }

    /// <summary>The pass after which the graph's text form is kept, or null.</summary>
    public string? DumpAfter { get; init; }
}

/// <summary>What a compilation gave.</summary>
public sealed record CompileJobResult(
    CompiledModel Model, Graph Imported, Graph Optimised, QuantizationReport? Quantization, string Types, DiagnosticBag Diagnostics, string? Dump);

/// <summary>The whole way from a model file to a blob that proves itself. Knows no console.</summary>
public static class CompileJob
{
    public static CompileJobResult Run(CompileSettings settings, IProgress<double>? progress = null)
    {
        DiagnosticBag diagnostics = new();
        Graph imported = ModelFile.Import(settings.ModelPath, diagnostics, settings.Onnx);
        if (settings.DumpAfter is string wanted && !PassPipeline.Standard.Names.Contains(wanted))
        {
            throw new CompileException("TN2003", $"no pass is called '{wanted}'", null, $"passes are {string.Join(", ", PassPipeline.Standard.Names)}");
        }

        string? dump = null;
        PassTrace trace = new() { Check = settings.Check, After = (pass, graph) => dump = pass == settings.DumpAfter ? GraphPrinter.Print(graph) : dump };
        Graph optimised = PassPipeline.Standard.Run(imported, trace);
        bool isFloat = optimised.Values().All(v => v.Quantization is null);
        bool wantsSamples = settings.Quantize is QuantizeTo.Int8 or QuantizeTo.Int16x8
            || (settings.Quantize == QuantizeTo.Auto && isFloat && settings.SamplesPath is not null);
        Graph final = optimised;
        QuantizationReport? report = null;
        if (wantsSamples && isFloat)
        {
            (final, report) = Quantize(optimised, settings, diagnostics, progress);
            if (settings.Check)
            {
                GraphChecker.Check(final, "quantisation");
            }
        }
        else if (wantsSamples)
        {
            diagnostics.Warn("TN3102", "the model is quantised already and keeps its own numbers", settings.ModelPath, "leave --quantize away");
        }
        else if (isFloat)
        {
            diagnostics.Warn("TN3103", "the model stays float32: no calibration samples were given", settings.ModelPath, "give --samples to quantise to int8");
        }

        diagnostics.ThrowIfErrors();
        BlobOptions options = new() { ModelVersion = settings.ModelVersion, Labels = settings.Labels };
        if (settings.SamplesPath is not null)
        {
            options = options with { Reference = Reference(final, settings) };
        }

        CompiledModel model = GoldenVectors.Compile(final, options, settings.Target);
        return new CompileJobResult(model, imported, optimised, report, Types(final), diagnostics, dump);
    }

    private static (Graph Graph, QuantizationReport Report) Quantize(Graph graph, CompileSettings settings, DiagnosticBag diagnostics, IProgress<double>? progress)
    {
        if (settings.SamplesPath is null)
        {
            throw new CompileException("TN3104", $"--quantize {(settings.Quantize == QuantizeTo.Int8 ? "int8" : "int16x8")} needs calibration samples", settings.ModelPath,
                "give --samples FILE: a hundred typical inputs are enough");
        }

        SampleFile file = SampleFile.Open(settings.SamplesPath, settings.SampleFormat, graph.Inputs.Sum(i => i.Shape.Count));
        List<IReadOnlyList<Tensor>> samples = [.. file.Samples(graph.Inputs, settings.SampleStep, settings.WindowsPerRecord)];
        Graph even = settings.Equalize ? ActivationEqualization.Run(graph, samples) : graph;
        Ranges ranges = Calibrator.Observe(even, samples, settings.Calibration, Scaled(progress, 0.1, 0.6, samples.Count));
        QuantizePolicy policy = new()
        {
            Activations = settings.Quantize == QuantizeTo.Int16x8 ? DType.Int16 : DType.Int8,
            FloatIo = settings.FloatIo,
        };
        Graph quantized = Quantizer.Quantize(even, ranges, policy, samples, diagnostics);
        QuantizationReport report = QuantizationReport.Measure(even, quantized, [.. samples.Take(16)]);
        progress?.Report(1);
        return (quantized, report);
    }

    // The portable blob gives what every target gives.
    private static ReferenceHistograms? Reference(Graph graph, CompileSettings settings)
    {
        byte[] blob = BlobCompiler.Compile(graph).Blob;
        IoCodec codec = new(BlobReader.Read(blob), settings.SampleFormat);
        SampleFile file = SampleFile.Open(settings.SamplesPath!, settings.SampleFormat, codec.InputValues);
        return ReferencePass.Run(blob, file.Windows(settings.SampleStep, settings.WindowsPerRecord).Select(codec.Encode));
    }

    private static Progress<int>? Scaled(IProgress<double>? progress, double from, double to, int count) =>
        progress is null ? null : new Progress<int>(done => progress.Report(from + (to - from) * done / Math.Max(1, count)));

    private static string Types(Graph graph)
    {
        List<DType> types = [.. graph.Nodes.SelectMany(n => n.Outputs).Select(v => v.DType)];
        return types.Contains(DType.Int16) ? "int16x8" : types.Contains(DType.Int8) ? "int8" : "float32";
    }
}
