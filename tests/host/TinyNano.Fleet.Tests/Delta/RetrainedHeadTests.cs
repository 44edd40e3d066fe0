using System.Buffers.Binary;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Lower;
using TinyNano.Demo;
using TinyNano.Fleet.Delta;
using TinyNano.Simulator;
using TinyNano.TestKit;
using Xunit.Abstractions;

namespace TinyNano.Fleet.Tests.Delta;

/// <summary>A model whose last layer was trained again ships kilobytes.</summary>
public sealed class RetrainedHeadTests(ITestOutputHelper output) : InTemporaryFolder
{
    /// <summary>The head's weights change in the ONNX file, and everything is compiled and calibrated again.</summary>
    [Fact]
    public void RetrainedInOnnx_TravelsInKilobytes()
    {
        byte[] onnx = File.ReadAllBytes(DemoAssets.File("fashion_v2.onnx"));
        byte[] old = Compile(onnx, 1);
        Retrain(onnx, 128 * 10);
        byte[] now = Compile(onnx, 2);

        // The table of the softmax follows the scale of the head's outputs.
        Report("fashion_v2", old, now, most: 5 * 1024, "FULLY_CONNECTED", "SOFTMAX");
    }

    /// <summary>The constants of the last layer, the golden vectors and the version change in the blob.</summary>
    [SharedTheory]
    [InlineData("kws_ref_model.tflite")]
    [InlineData("vww_96_int8.tflite")]
    [InlineData("pretrainedResnet_quant.tflite")]
    public void RetrainedInTheBlob_TravelsInKilobytes(string model)
    {
        byte[] old = CompileJob.Run(new CompileSettings { ModelPath = SharedData.File("models", model) }).Model.Blob;
        Report(model, old, WithOtherHead(old), most: 4 * 1024 + 5 * old.Length / 100, "FULLY_CONNECTED");
    }

    private void Report(string model, byte[] old, byte[] now, int most, params string[] operators)
    {
        BlobDiff diff = BlobDiffTests.Proven(now, old, 1024);
        TravelSize travel = diff.Travel();
        BlobChange[] layers = [.. BlobChanges.Layers(BlobReader.Read(old), BlobReader.Read(now)).Where(c => c.IsChanged)];
        output.WriteLine($"{model}: {travel.TotalBytes:N0} B travel for {now.Length:N0} B, {100.0 * travel.TotalBytes / now.Length:0.0} %: {travel}");
        output.WriteLine(string.Join("\n", layers.Select(c => c.ToString())));
        Assert.NotEqual(old, now);
        Assert.Equal(operators, layers.Select(c => c.What.Split(' ')[2]).Distinct());
        Assert.True(travel.TotalBytes <= most, $"{travel.TotalBytes} B travel, at most {most} expected");
    }

    private byte[] Compile(byte[] onnx, uint version)
    {
        File.WriteAllBytes(In("m.onnx"), onnx);
        return CompileJob.Run(new CompileSettings
        {
            ModelPath = In("m.onnx"),
            SamplesPath = DemoAssets.CalibrationImages,
            SampleFormat = new Compiler.Samples.SampleFormat { Type = Compiler.IR.DType.UInt8 },
            SampleStep = 32,
            ModelVersion = version,
            Labels = DemoAssets.Labels,
        }).Model.Blob;
    }

    // raw_data of the initializer with so many float32 numbers: field 9 of a TensorProto, its length as a varint.
    private static void Retrain(byte[] onnx, int count)
    {
        int bytes = count * 4;
        byte[] tag = [0x4A, (byte)((bytes & 0x7F) | 0x80), (byte)(bytes >> 7)];
        int at = onnx.AsSpan().IndexOf(tag) + tag.Length;
        Assert.True(at > tag.Length);
        Seeded random = new(11);
        for (int i = at; i < at + bytes; i += 4)
        {
            float weight = BinaryPrimitives.ReadSingleLittleEndian(onnx.AsSpan(i));
            BinaryPrimitives.WriteSingleLittleEndian(onnx.AsSpan(i), weight + random.NextFloat(-0.05f, 0.05f));
        }
    }

    private static byte[] WithOtherHead(byte[] old)
    {
        Blob blob = BlobReader.Read(old);
        byte[] now = [.. old];
        Seeded random = new(12);
        BlobStep head = blob.Steps.Last(s => s.Op == DeviceOps.FullyConnected);
        int constants = blob.Section(SectionKind.Constants)!.Offset;
        foreach (BlobTensor tensor in head.Inputs.Where(i => i >= 0).Select(i => blob.Tensors[i]).Where(t => t.Place == Place.Constant))
        {
            Fill(now.AsSpan(constants + tensor.Offset, tensor.Bytes), random);
        }

        if (blob.Section(SectionKind.Golden) is BlobSection golden)
        {
            Fill(now.AsSpan(golden.Offset + 8, 4), random);
        }

        now[24]++;
        BinaryPrimitives.WriteUInt32LittleEndian(now.AsSpan(12), BlobFormat.Crc32(now.AsSpan(16)));
        return now;
    }

    private static void Fill(Span<byte> bytes, Seeded random)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)random.NextBits();
        }
    }
}
