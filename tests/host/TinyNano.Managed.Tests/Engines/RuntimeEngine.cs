using TinyNano.Simulator;

namespace TinyNano.Managed.Tests.Engines;

/// <summary>The C runtime on this computer.</summary>
internal sealed class RuntimeEngine : ITestEngine
{
    public string Name => "C runtime";

    public ITestModel Open(byte[] blob)
    {
        try
        {
            return new Opened(new HostModel(blob));
        }
        catch (DeviceException e)
        {
            throw new RefusedException((int)e.Status, e.Step, e.Tensor);
        }
    }

    private sealed class Opened : ITestModel
    {
        private readonly HostModel _model;

        public Opened(HostModel model) => _model = model;

        public int RecordBytes => _model.RecordBytes;

        public byte[] Run(byte[] record) => _model.Run(record);

        public void Reset() => _model.Reset();

        public bool Prove() => _model.Prove();

        public void Dispose() => _model.Dispose();
    }
}
