using TinyNano.Compiler;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Targets;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Simulator.Tests;

/// <summary>
/// The MLPerf Tiny int8 models against the outputs of TensorFlow Lite Micro's reference kernels, byte for byte: on this
/// computer, on the emulated Cortex-M4 and on RV32IMC; intermediate tensors on this computer.
/// </summary>
public sealed class GoldenModelTests
{
    public static TheoryData<string, string> Models() => new()
    {
        { "kws", "kws_ref_model.tflite" },
        { "vww", "vww_96_int8.tflite" },
        { "ic", "pretrainedResnet_quant.tflite" },
        { "ad", "ad01_int8.tflite" },
        { "sww", "str_ww_ref_model.tflite" },
    };

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Host_GivesGoldenBytes(string name, string file)
    {
        using HostModel model = new(Compile(file).Blob);
        byte[] inputs = Golden($"{name}_inputs.bin");
        byte[] outputs = [.. inputs.Chunk(model.RecordBytes).SelectMany(record => model.Run(record))];
        Assert.Equal(Golden($"{name}_outputs.bin"), outputs);
    }

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void CortexM4_GivesGoldenBytes(string name, string file) => OnEmulator("cortex-m4", name, file);

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Rv32imc_GivesGoldenBytes(string name, string file) => OnEmulator("rv32imc", name, file);

    /// <summary>Packed for the core's target.</summary>
    [SharedTheory]
    [MemberData(nameof(Models))]
    public void CortexM4_PackedGivesGoldenBytes(string name, string file) => OnEmulator("cortex-m4", name, file, packed: true);

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void CortexM7_PackedGivesGoldenBytes(string name, string file) => OnEmulator("cortex-m7", name, file, packed: true);

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Rv32imc_PackedGivesGoldenBytes(string name, string file) => OnEmulator("rv32imc", name, file, packed: true);

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void CortexM55_PackedGivesGoldenBytes(string name, string file) => OnEmulator("cortex-m55", name, file, packed: true);

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Blob_IsSmallerThanItsSource(string name, string file)
    {
        CompiledModel model = GoldenVectors.Compile(Compile(file).Graph, new Compiler.Emit.BlobOptions());
        long source = new FileInfo(SharedData.File("models", file)).Length;
        Assert.True(model.Blob.Length < source, $"{name}: blob {model.Blob.Length} B, source {source} B");
    }

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Intermediates_AreGolden(string name, string file)
    {
        // Every value that a golden file exists for becomes an output, so that nothing is fused or freed before it is read.
        Graph graph = ImportedModels.Import(SharedData.File("models", file));
        string[] files = [.. Directory.GetFiles(SharedData.File("golden", $"inter_{name}")).Order(StringComparer.Ordinal)];
        Value[] values = [.. graph.Nodes.Select(n => n.Output)];
        Assert.Equal(files.Length, values.Length);
        graph.Outputs.Clear();
        graph.Outputs.AddRange(values);
        using HostModel model = new(BlobCompiler.Compile(graph).Blob);
        byte[] outputs = model.Run(Golden($"{name}_bench_in.bin"));
        byte[] expected = [.. files.SelectMany(File.ReadAllBytes)];
        Assert.Equal(expected, outputs);
    }

    private static void OnEmulator(string core, string name, string file, bool packed = false)
    {
        CompiledModel model = Compile(file);
        byte[] blob = packed ? BlobCompiler.Compile(model.Graph, target: Target.Find(core)).Blob : model.Blob;
        EmulatorResult result = EmulatorRun.Run(Emulator.Find(core), blob, Golden($"{name}_inputs.bin"), count: false);
        Assert.Equal(Golden($"{name}_outputs.bin"), result.Outputs);
    }

    private static CompiledModel Compile(string file) => ImportedModels.Compile(SharedData.File("models", file));

    private static byte[] Golden(string file) => File.ReadAllBytes(SharedData.File("golden", file));
}
