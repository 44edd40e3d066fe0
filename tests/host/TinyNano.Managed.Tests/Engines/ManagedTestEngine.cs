using TinyNano.Inference;

namespace TinyNano.Managed.Tests.Engines;

/// <summary>The engine in C#.</summary>
internal sealed class ManagedTestEngine : ITestEngine
{
    public string Name => "managed engine";

    public ITestModel Open(byte[] blob)
    {
        try
        {
            return new Opened(Model.Open(new ManagedEngine(), blob));
        }
        catch (InferenceException e)
        {
            throw new RefusedException(e.Status, Known(e.Step), Known(e.Tensor));
        }
    }

    private static int? Known(int number) => number == InferenceException.Unknown ? null : number;

    private sealed class Opened : ITestModel
    {
        private readonly Model _model;

        public Opened(Model model) => _model = model;

        public int RecordBytes => _model.Inputs.Sum(i => i.Bytes);

        public byte[] Run(byte[] record)
        {
            int at = 0;
            for (int i = 0; i < _model.Inputs.Length; i++)
            {
                int bytes = _model.Inputs[i].Bytes;
                _model.SetInput(i, record.AsSpan(at, bytes).ToArray());
                at += bytes;
            }

            _model.Run();
            List<byte> outputs = [];
            for (int i = 0; i < _model.Outputs.Length; i++)
            {
                byte[] output = new byte[_model.Outputs[i].Bytes];
                _model.GetOutput(i, output);
                outputs.AddRange(output);
            }

            return [.. outputs];
        }

        public void Reset() => _model.Reset();

        public bool Prove() => _model.Prove();

        public void Dispose() => _model.Dispose();
    }
}
