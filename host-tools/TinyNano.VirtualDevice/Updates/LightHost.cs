using TinyNano.Inference;
using TinyNano.Ota;

namespace TinyNano.VirtualDevice.Updates;

/// <summary>
/// The application of a light device: models run on made-up inputs, one at a tick, and only while an update wants to see one run. All
/// members are called on the device's board.
/// </summary>
internal sealed class LightHost : IModelHost, IDisposable
{
    private readonly NativeSlots _slots = new();
    private readonly InferenceHealth _health = new(silenceSeconds: 0, heapFloor: 0, sensorErrors: 0);
    private readonly uint _seed;
    private Model? _model;
    private Model? _shadow;
    private int _every = 1;
    private uint _sample;
    private uint _sequence;

    public LightHost(uint seed) => _seed = seed;

    public HealthCheck Health => _health;

    public int FaultStep { get; private set; } = InferenceException.Unknown;

    public int FaultTensor { get; private set; } = InferenceException.Unknown;

    public int ShadowSamples { get; private set; }

    public int ShadowAgreed { get; private set; }

    public int Prove(int slot, uint latencyBudget)
    {
        FaultStep = InferenceException.Unknown;
        FaultTensor = InferenceException.Unknown;
        return Guarded(() =>
        {
            using Model candidate = Open(slot);
            return !candidate.Prove() ? InferenceStatus.Proof
                : latencyBudget != 0 && (uint)candidate.SlowestProofMicroseconds > latencyBudget ? InferenceStatus.Latency : 0;
        });
    }

    public int OpenShadow(int slot, int every)
    {
        ShadowSamples = 0;
        ShadowAgreed = 0;
        _every = Math.Max(1, every);
        if (_slots.Active < 0)
        {
            return 1;
        }

        return Guarded(() =>
        {
            CloseShadow();
            _model ??= Open(_slots.Active);
            _shadow = Open(slot);
            return _model.Input.Bytes == _shadow.Input.Bytes && _model.Output.Bytes == _shadow.Output.Bytes ? 0 : InferenceStatus.Arg;
        });
    }

    public void CloseShadow()
    {
        _shadow?.Dispose();
        _shadow = null;
    }

    public int Reload()
    {
        Dispose();
        int slot = _slots.Active;
        return slot < 0 ? InferenceStatus.Empty : Guarded(() =>
        {
            _model = Open(slot);
            return 0;
        });
    }

    public uint NextSequence() => _sequence++;

    /// <summary>One sample through what is open: the shadow beside its model, or the model on trial.</summary>
    public void Infer(int state, long now)
    {
        if (state == Contracts.UpdateState.Trial)
        {
            // After a restart in a trial nobody has opened it yet.
            if (_model is not null || Reload() == 0)
            {
                Guarded(() =>
                {
                    Answer(_model!);
                    _health.RecordInference(now, _model!.LastRunMicroseconds);
                    return 0;
                });
            }
            else
            {
                _health.RecordFailure();
            }
        }
        else if (state == Contracts.UpdateState.Shadow && _model is not null && _shadow is not null)
        {
            if (_sample++ % _every == 0)
            {
                ShadowSamples++;
                ShadowAgreed += Answer(_model) == Answer(_shadow) ? 1 : 0;
            }
        }
        else
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        CloseShadow();
        _model?.Dispose();
        _model = null;
    }

    private Model Open(int slot) => Model.OpenSlot(new NativeEngine(), _slots, slot);

    // The index of the largest byte of the first output, on the input that belongs to this sample.
    private int Answer(Model model)
    {
        Random random = new(HashCode.Combine(_seed, _sample));
        for (int i = 0; i < model.Inputs.Length; i++)
        {
            byte[] input = new byte[model.Inputs[i].Bytes];
            random.NextBytes(input);
            model.SetInput(i, input);
        }

        model.Run();
        byte[] output = new byte[model.Output.Bytes];
        model.GetOutput(0, output);
        return Array.IndexOf(output, output.MaxBy(b => (sbyte)b));
    }

    private int Guarded(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (InferenceException e)
        {
            FaultStep = e.Step;
            FaultTensor = e.Tensor;
            return e.Status;
        }
    }
}
