using TinyNano.Inference;

namespace TinyNano.Managed.Tests.Engines;

/// <summary>A model as applications open it, on one of the two engines.</summary>
internal sealed class ModelOfEngine : ITestModel
{
    private readonly Model _model;

    private ModelOfEngine(Model model) => _model = model;

    /// <summary>Opens a blob; <see cref="RefusedException"/> where the engine refuses it.</summary>
    public static ITestModel Open(IEngine engine, byte[] blob)
    {
        try
        {
            return new ModelOfEngine(Model.Open(engine, blob));
        }
        catch (InferenceException e)
        {
            throw new RefusedException(e.Status, Known(e.Step), Known(e.Tensor));
        }
    }

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

    private static int? Known(int number) => number == InferenceException.Unknown ? null : number;
}
