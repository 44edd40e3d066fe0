using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Targets;
using TinyNano.Demo;
using TinyNano.Simulator;

namespace TinyNano.Bench;

/// <summary>A model that is measured: how to compile it for a target, and what it runs on.</summary>
internal sealed record BenchModel(string Name, Func<Target, byte[]> Compile, Func<byte[]?> Record)
{
    /// <summary>The MLPerf Tiny reference models in a folder of shared data (null: none), and the demo's models.</summary>
    public static IReadOnlyList<BenchModel> All(string? data) =>
    [
        .. data is null ? [] : new[]
        {
            Mlperf(data, "kws", "kws_ref_model.tflite"), Mlperf(data, "vww", "vww_96_int8.tflite"), Mlperf(data, "ic", "pretrainedResnet_quant.tflite"),
            Mlperf(data, "ad", "ad01_int8.tflite"), Mlperf(data, "sww", "str_ww_ref_model.tflite"),
        },
        Fashion("fashion_v1"), Fashion("fashion_v2"),
    ];

    private static BenchModel Mlperf(string data, string name, string file) =>
        Of(name, new CompileSettings { ModelPath = Path.Combine(data, "models", file) }, () => File.ReadAllBytes(Path.Combine(data, "golden", $"{name}_bench_in.bin")));

    private static BenchModel Fashion(string name) => Of(
        name,
        new CompileSettings { ModelPath = DemoAssets.File(name + ".onnx"), SamplesPath = DemoAssets.CalibrationImages, SampleFormat = new() { Type = DType.UInt8 } },
        () => null);

    // Import and calibration are the same for every target.
    private static BenchModel Of(string name, CompileSettings settings, Func<byte[]?> record)
    {
        Lazy<Graph> graph = new(() => CompileJob.Run(settings).Model.Graph);
        return new BenchModel(name, target => GoldenVectors.Compile(graph.Value, new BlobOptions(), target).Blob, record);
    }
}
