using TinyNano.Inference;
using TinyNano.VirtualDevice.Storage;

namespace TinyNano.VirtualDevice.Run;

/// <summary>An engine that a meter watches. Golden vectors are not counted as inferences.</summary>
internal abstract class MeteredEngine : IEngine
{
    private readonly IEngine _engine;
    private readonly EngineMeter _meter;
    private bool _golden;
    private bool _running;

    private MeteredEngine(IEngine engine, EngineMeter meter)
    {
        _engine = engine;
        _meter = meter;
    }

    public string Name => _engine.Name;

    public int ModelVersion => _engine.ModelVersion;

    public int ArenaBytes => _engine.ArenaBytes;

    public int StepCount => _engine.StepCount;

    public int InputCount => _engine.InputCount;

    public int OutputCount => _engine.OutputCount;

    public int LabelCount => _engine.LabelCount;

    public int GoldenCount => _engine.GoldenCount;

    public int RunMicroseconds => _engine.RunMicroseconds;

    public static MeteredEngine Create(EngineChoice choice, EngineMeter meter) =>
        choice == EngineChoice.Native ? new NativeEngine(meter) : new ManagedEngine(meter);

    public void BeginLoad(int length) => _engine.BeginLoad(length);

    public void Load(byte[] data, int start, int count) => _engine.Load(data, start, count);

    public void EndLoad() => _engine.EndLoad();

    public void Open(byte[] blob) => _engine.Open(blob);

    public void OpenSlot(IModelSlots slots, int slot) => _engine.OpenSlot(slots, slot);

    public TensorInfo Input(int index) => _engine.Input(index);

    public TensorInfo Output(int index) => _engine.Output(index);

    public string Label(int index) => _engine.Label(index);

    public void WriteInput(int index, sbyte[] data, int start, int count) => _engine.WriteInput(index, data, start, count);

    public void WriteInput(int index, byte[] data, int start, int count) => _engine.WriteInput(index, data, start, count);

    public void WriteInput(int index, float[] data, int start, int count) => _engine.WriteInput(index, data, start, count);

    public void ReadOutput(int index, sbyte[] data, int start, int count) => _engine.ReadOutput(index, data, start, count);

    public void ReadOutput(int index, byte[] data, int start, int count) => _engine.ReadOutput(index, data, start, count);

    public void ReadOutput(int index, float[] data, int start, int count) => _engine.ReadOutput(index, data, start, count);

    public bool Step(int budgetMicroseconds)
    {
        if (!_running)
        {
            _running = true;
            _meter.Begin();
        }

        bool done = _engine.Step(budgetMicroseconds);
        if (done)
        {
            End();
        }

        return done;
    }

    public void Run()
    {
        if (!_running)
        {
            _meter.Begin();
        }

        _engine.Run();
        End();
    }

    public void Reset()
    {
        _running = false;
        _golden = false;
        _engine.Reset();
    }

    public void FillGolden(int vector)
    {
        _golden = true;
        _engine.FillGolden(vector);
    }

    public bool CheckGolden(int vector) => _engine.CheckGolden(vector);

    public int InputFeatures(int index, int[] features) => _engine.InputFeatures(index, features);

    public int Reference(byte[] data, int start, int count) => _engine.Reference(data, start, count);

    public void Dispose() => _engine.Dispose();

    private void End()
    {
        _running = false;
        if (!_golden)
        {
            _meter.End();
        }

        _golden = false;
    }

    // Applications tell engines by the names of their classes.
    private sealed class NativeEngine : MeteredEngine
    {
        public NativeEngine(EngineMeter meter)
            : base(EngineChoice.Native.CreateEngine(), meter)
        {
        }
    }

    private sealed class ManagedEngine : MeteredEngine
    {
        public ManagedEngine(EngineMeter meter)
            : base(EngineChoice.Managed.CreateEngine(), meter)
        {
        }
    }
}
