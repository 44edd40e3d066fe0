using NFUnitTest.AppTests;
using NFUnitTest.Common;
using NFUnitTest.MessagingTests;
using NFUnitTest.TelemetryTests;
using TinyNano.App;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Messaging.Mqtt;
using TinyNano.Sensors;
using TinyNano.Telemetry;

namespace TinyNano.NanoUnit.Tests;

/// <summary>Capture, window, inference, result and telemetry allocate nothing, counted by the runtime over 10,000 inferences.</summary>
public sealed class AllocationTests : IResultSink, IDisposable
{
    private const int Inferences = 10000;
    private readonly CountingSource _source = new(3);
    private readonly TelemetryReporter _reporter;
    private readonly HealthLink _health;
    private int _results;

    public AllocationTests()
    {
        // The bus has no network: its queue is full most of the time and gives up the oldest message, as a device does.
        MqttBus bus = new(new MqttOptions(), new FakeLink(), new Random(1));
        Topics topics = new("r", "d");
        AppSettings settings = new() { HealthSeconds = 1, SampleBytesPerDay = ByteBudget.MaxBytesPerDay, SampleEntropyPercent = 0 };
        _reporter = new TelemetryReporter(bus, topics, new FakeProbe(), 0, 1);
        _health = new HealthLink(settings, bus, topics, new FakeProbe(), _reporter, _source);
    }

    [Theory]
    [InlineData(true, ElementType.Int8, 4)]
    [InlineData(true, ElementType.Float32, 4)]
    [InlineData(false, ElementType.Int8, 4)]
    [InlineData(true, ElementType.Int8, 24)]
    [InlineData(true, ElementType.Float32, 24)]
    public void Loop_AllocatesNothing(bool selfTimed, int outputType, int outputs)
    {
        const int Frames = 8;
        _source.IsSelfTimed = selfTimed;
        SampleWindow window = new(3, Frames, selfTimed ? 1 : Frames, new FeatureScaler([1, 2, 3], [0, 0, 0], 1, 0));
        Model model = Model.Open(new StubEngine(3 * Frames, outputs, outputType), []);
        Pipeline pipeline = new(model, window, new OutputRule(-1, 0));
        pipeline.Watch = _health.Watch(model, 1);
        CaptureLoop loop = new(_source, _source, 50, selfTimed ? 1 : Frames, window, pipeline, this);
        Run(loop, selfTimed, 200);

        int resultsBefore = _results;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(loop, selfTimed, Inferences);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(Inferences, _results - resultsBefore);
        Assert.Equal(0, allocated);
    }

    public void Dispose() => _source.Dispose();

    void IResultSink.OnResult(ResultMessage result)
    {
        _results++;
        long now = _source.Microseconds;
        _reporter.RecordInference((int)result.LatencyMicroseconds);
        _reporter.PublishResult(result, now);
        if (_reporter.IsDue(now))
        {
            _reporter.PublishTelemetry(now);
        }

        _health.Tick(now);
    }

    private static void Run(CaptureLoop loop, bool selfTimed, int inferences)
    {
        for (int i = 0; i < inferences; i++)
        {
            if (selfTimed)
            {
                loop.Step();
            }
            else
            {
                loop.Once(100);
            }
        }
    }
}
