using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Samples;
using TinyNano.Inference;
using TinyNano.Managed.Tests.Engines;
using TinyNano.Simulator;
using TinyNano.TestKit;
using GoldenVectors = TinyNano.Simulator.GoldenVectors;

namespace TinyNano.Managed.Tests;

/// <summary>Whole models: the engines give the bytes of TensorFlow Lite Micro's reference kernels and prove their golden vectors.</summary>
public sealed class GoldenModelTests
{
    [SharedTheory]
    [InlineData("kws", "kws_ref_model.tflite")]
    [InlineData("vww", "vww_96_int8.tflite")]
    [InlineData("ic", "pretrainedResnet_quant.tflite")]
    [InlineData("ad", "ad01_int8.tflite")]
    [InlineData("sww", "str_ww_ref_model.tflite")]
    public void MlperfModel_GivesGoldenBytes(string name, string file)
    {
        byte[] blob = GoldenVectors.Compile(Models.Compile(SharedData.File("models", file)).Graph, new BlobOptions()).Blob;
        byte[] inputs = File.ReadAllBytes(SharedData.File("golden", $"{name}_inputs.bin"));
        byte[] expected = File.ReadAllBytes(SharedData.File("golden", $"{name}_outputs.bin"));
        foreach (ITestEngine engine in TestEngines.Others.Prepend(TestEngines.Reference))
        {
            using ITestModel model = engine.Open(blob);
            Assert.True(model.Prove(), engine.Name);
            byte[] actual = [.. inputs.Chunk(model.RecordBytes).SelectMany(model.Run)];
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{engine.Name}: byte {expected.AsSpan().CommonPrefixLength(actual)} of {expected.Length} differs");
        }
    }

    [Theory]
    [InlineData("fashion_v1.onnx")]
    [InlineData("fashion_v2.onnx")]
    public void DemoModel_QuantisedHere_GivesTheBytesOfTheRuntime(string file)
    {
        CompileJobResult result = CompileJob.Run(new CompileSettings
        {
            ModelPath = Models.DemoAsset(file),
            SamplesPath = Models.DemoAsset("fashion_calibration_256.bin.gz"),
            SampleFormat = new SampleFormat { Type = Compiler.IR.DType.UInt8, Scale = 1 / 255f, Zero = 0 },
        });
        byte[] blob = result.Model.Blob;
        Seeded random = new(7);
        using HostModel host = new(blob);
        byte[][] records = [.. Enumerable.Range(0, 20).Select(_ => Enumerable.Range(0, host.RecordBytes).Select(_ => (byte)random.Next(0, 255)).ToArray())];

        Assert.Null(TestEngines.FirstDifference(blob, records));
        foreach (ITestEngine engine in TestEngines.Others)
        {
            using ITestModel model = engine.Open(blob);
            Assert.True(model.Prove(), engine.Name);
        }

        Assert.True(StepByStep(blob));
    }

    // One step a call: as many calls as steps, and the same outputs.
    private static bool StepByStep(byte[] blob)
    {
        using ManagedEngine engine = new();
        engine.Open(blob);
        engine.FillGolden(0);
        for (int i = 1; i < engine.StepCount; i++)
        {
            Assert.False(engine.Step(0));
        }

        return engine.Step(0) && engine.CheckGolden(0);
    }
}
