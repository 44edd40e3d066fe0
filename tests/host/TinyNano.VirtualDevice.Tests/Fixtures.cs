using System.Collections.Concurrent;
using System.Globalization;
using MQTTnet;

using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Quantize;
using TinyNano.Compiler.Samples;
using TinyNano.Contracts;
using TinyNano.Simulator;
using TinyNano.TestKit;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>Models and traces that several tests share, and a folder that goes away with the test.</summary>
public abstract class InTemporaryFolder : IDisposable
{
    private static readonly string Assets = Path.Combine(SharedData.ProjectRoot, "host-tools", "TinyNano.Demo", "assets");
    private static readonly Lazy<byte[]> Fashion = new(() => CompileJob.Run(new CompileSettings
    {
        ModelPath = Path.Combine(Assets, "fashion_v1.onnx"),
        SamplesPath = Path.Combine(Assets, "fashion_calibration_256.bin.gz"),
        SampleFormat = new SampleFormat { Type = DType.UInt8 },
        ModelVersion = 1,
    }).Model.Blob);

    protected string Folder { get; } = Directory.CreateTempSubdirectory("tinynano-vdev-").FullName;

    /// <summary>The small Fashion-MNIST model, with golden vectors.</summary>
    protected static byte[] FashionModel => Fashion.Value;

    protected static byte[] Images => Recording.ReadFile(Path.Combine(Assets, "fashion_test_1000.bin.gz"));

    protected static int[] Labels => [.. File.ReadLines(Path.Combine(Assets, "fashion_test_1000.csv")).Skip(1)
        .Select(l => int.Parse(l.Split(',')[^1], CultureInfo.InvariantCulture))];

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A dense layer of random weights over windows of a sensor.</summary>
    protected static byte[] DenseModel(ulong seed, int frames, int channels, int classes)
    {
        Seeded random = new(seed);
        GraphBuilder b = new("dense" + seed.ToString(CultureInfo.InvariantCulture));
        Value x = b.Input("x", DType.Int8, [1, frames * channels], new Quantization(1f / 16, 0));
        Value w = GraphBuilder.Const("w", random.Tensor(DType.Int8, new Shape([classes, frames * channels])), new Quantization(1f / 256, 0));
        b.Output(b.Op(new FullyConnected(Clamp.None), "y", new Quantization(1f, 0), x, w, null));
        return GoldenVectors.Compile(b.Graph, new BlobOptions()).Blob;
    }

    protected static TraceFile ImageTrace(int images, double rate = 10, TraceEnd end = TraceEnd.Stop) => new()
    {
        Chips = [new TracedChip(1, 0x3A, TraceFile.Imager, new Recording(Images, 784, rate, 0, images, end, "images"), 1, 1)],
        Settings = new Dictionary<string, string>
        {
            ["sensor"] = "imager", ["i2cAddress"] = "0x3A", ["scaleA"] = "0.003921569", ["sampleRate"] = "50", ["outputPin"] = "2", ["outputClass"] = "1", ["telemetrySeconds"] = "0",
        },
    };
}

/// <summary>Somebody at the desk who subscribes to everything.</summary>
internal sealed class Subscriber : IDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();

    public Subscriber(int port)
    {
        _client.ApplicationMessageReceivedAsync += e =>
        {
            Messages.Enqueue((e.ApplicationMessage.Topic, System.Buffers.BuffersExtensions.ToArray(e.ApplicationMessage.Payload)));
            return Task.CompletedTask;
        };
        _client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).Build()).GetAwaiter().GetResult();
        _client.SubscribeAsync("#").GetAwaiter().GetResult();
    }

    public ConcurrentQueue<(string Topic, byte[] Payload)> Messages { get; } = new();

    public IReadOnlyList<ResultMessage> Results(string device) => [.. Messages.Where(m => m.Topic == $"tinynano/{device}/result").Select(m =>
    {
        ResultMessage result = new();
        Assert.True(result.Decode(m.Payload, m.Payload.Length));
        return result;
    })];

    /// <summary>Waits until something holds of what has come.</summary>
    public static bool Wait(Func<bool> condition, int seconds = 30) => SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(seconds));

    public void Dispose() => _client.Dispose();
}
