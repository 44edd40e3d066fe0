using System.CommandLine;
using System.Globalization;
using TinyNano.Cli.Rendering;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Quantize;
using TinyNano.Compiler.Targets;
using TinyNano.Simulator;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano compile`: from a model file to a blob.</summary>
internal static class CompileCommand
{
    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "the trained model: .tflite or .onnx" };
        Option<string> output = new("--output", "-o") { Description = "the blob to write", Required = true };
        Option<string?> quantize = new("--quantize") { Description = "int8, int16x8 or none; default: int8 for a float model with samples, else the model's own types" };
        quantize.AcceptOnlyFromAmong("int8", "int16x8", "none");
        Option<string?> samples = new("--samples") { Description = "calibration samples: a file or folder of raw records (.gz is unpacked)" };
        Option<int> every = new("--samples-every") { Description = "calibrate with every n-th record only", DefaultValueFactory = _ => 1 };
        Option<string> calibration = new("--calibration") { Description = "range method: minmax, percentile, entropy or mse", DefaultValueFactory = _ => "mse" };
        calibration.AcceptOnlyFromAmong("minmax", "percentile", "entropy", "mse");
        Option<string> target = new("--target") { Description = $"kernels and packing of weights: {string.Join(", ", Target.All.Select(t => t.Name))}; portable runs anywhere", DefaultValueFactory = _ => "portable" };
        target.AcceptOnlyFromAmong([.. Target.All.Select(t => t.Name), .. Target.Cores.Select(c => c.Core)]);
        Option<string?> vendor = new("--vendor") { Description = "the vendor's library in the device's image, for --target with the same core: its kernel is taken where ours is slower" };
        vendor.AcceptOnlyFromAmong([.. VendorKernels.Names]);
        Option<bool> floatIo = new("--float-io") { Description = "keep float32 inputs and outputs on a model quantised here" };
        Option<uint> version = new("--model-version") { Description = "the publisher's version number, kept in the blob" };
        Option<string?> labels = new("--labels") { Description = "class names, one a line, to keep in the blob" };
        Option<bool> check = new("--check") { Description = "check the graph after every pass" };
        Option<string[]> shapes = new("--shape") { Description = "shape of an ONNX input with free dimensions: name=1,3,96,96 (may be repeated)" };
        Option<bool> keepState = new("--keep-state") { Description = "recurrent layers of an ONNX model keep their state from one run to the next" };
        Option<string?> dump = new("--dump-after") { Description = "print the graph's text form after this pass" };
        Command command = new("compile", "Compiles a trained model into a blob for the device.")
        {
            model, output, quantize, samples, every, calibration, target, vendor, floatIo, version, labels, shapes, keepState, check, dump,
        };
        SampleOptions sampleOptions = new(command);
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            CompileSettings settings = new()
            {
                ModelPath = parsed.GetRequiredValue(model),
                Onnx = new OnnxImportOptions { Shapes = ShapeArguments.Parse(parsed.GetValue(shapes) ?? []), KeepState = parsed.GetValue(keepState) },
                Quantize = parsed.GetValue(quantize) switch { "int8" => QuantizeTo.Int8, "int16x8" => QuantizeTo.Int16x8, "none" => QuantizeTo.None, _ => QuantizeTo.Auto },
                SamplesPath = parsed.GetValue(samples),
                SampleFormat = sampleOptions.Read(parsed),
                SampleStep = Math.Max(1, parsed.GetValue(every)),
                Calibration = Enum.Parse<CalibrationMethod>(parsed.GetRequiredValue(calibration), ignoreCase: true),
                FloatIo = parsed.GetValue(floatIo),
                Target = TargetOf(parsed.GetRequiredValue(target), parsed.GetValue(vendor)),
                ModelVersion = parsed.GetValue(version),
                Labels = parsed.GetValue(labels) is string file ? File.ReadAllLines(file) : [],
                Check = parsed.GetValue(check),
                DumpAfter = parsed.GetValue(dump),
            };
            CompileJobResult result = console.WithProgress("compiling", progress => CompileJob.Run(settings, progress));
            console.Warnings(result.Diagnostics);
            File.WriteAllBytes(parsed.GetRequiredValue(output), result.Model.Blob);
            if (result.Dump is not null)
            {
                console.Comment(result.Dump);
            }

            Print(console, settings, parsed.GetRequiredValue(output), result);
            return ExitCode.Done;
        });
    }

    private static Target TargetOf(string name, string? vendor)
    {
        Target target = Target.Find(name)!;
        return vendor is null ? target : target with { Vendor = VendorKernels.Find(vendor, target) };
    }

    private static void Print(Output console, CompileSettings settings, string output, CompileJobResult result)
    {
        Blob blob = BlobReader.Read(result.Model.Blob);
        long parameters = result.Imported.Values().Where(v => v.IsConstant).Sum(v => (long)v.Shape.Count);
        long macs = result.Model.Schedule.Steps.Sum(s => s.Macs);
        console.Result(
            new
            {
                model = Path.GetFileName(settings.ModelPath), output, types = result.Types, bytes = result.Model.Blob.Length, crc = $"{blob.Crc:x8}",
                importedNodes = result.Imported.Nodes.Count, optimisedNodes = result.Optimised.Nodes.Count, parameters, macs,
                steps = result.Model.Schedule.Steps.Count, arenaBytes = result.Model.Plan.ArenaBytes, lowerBound = result.Model.Plan.LowerBound,
                quantization = result.Quantization, warnings = result.Diagnostics.Items,
            },
            text =>
            {
                text.WriteLine($"imported    {Path.GetFileName(settings.ModelPath)}   {result.Imported.Nodes.Count} nodes, {parameters:N0} parameters");
                text.WriteLine($"optimised   {result.Imported.Nodes.Count} -> {result.Optimised.Nodes.Count} nodes   {macs:N0} MACs");
                text.WriteLine(result.Quantization is QuantizationReport report
                    ? report.Summary(result.Types)
                    : $"types       {result.Types}");
                text.WriteLine($"planned     arena {result.Model.Plan.ArenaBytes:N0} B   (lower bound {result.Model.Plan.LowerBound:N0} B)");
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrote       {output}   {result.Model.Blob.Length:N0} B   crc {blob.Crc:x8}"));
            });
    }
}
