using TinyNano.Compiler.Emit;
using TinyNano.Contracts;

namespace TinyNano.Fleet.Load.Gate;

/// <summary>A device that takes updates over the broker and says how its model fares. Some of what it sees is of two classes that are its own.</summary>
internal sealed class GateDevice
{
    private const int Mask = 0xFFFF;

    private readonly GateModel _old;
    private readonly GateModel _candidate;
    private readonly IReadOnlyList<int> _labels;
    private readonly Random _random;
    private readonly double _own;
    private readonly int _class;
    private readonly HealthMessage _health = new() { Restarts = 1, FreeHeap = 40_000 };
    private GateModel _runs;

    public GateDevice(SimDevice update, GateModel old, GateModel candidate, IReadOnlyList<int> labels, int seed, double own = 0.5)
    {
        (Update, _old, _candidate, _labels, _runs) = (update, old, candidate, labels, old);
        _own = own;
        _random = new Random(seed);
        _class = _random.Next(10);
        ReferenceHistograms reference = BlobReader.Read(old.Blob).Reference!;
        _health.ConfidenceCount = reference.Confidence.Count;
        _health.EntropyCount = reference.Entropy.Count;
        _health.ClassCount = reference.Classes.Count;
        _health.FeatureCount = reference.Features.Count;
    }

    public SimDevice Update { get; }

    public uint ModelCrc => _runs.Crc;

    /// <summary>Runs the model over some images; the bytes of the health message that follows.</summary>
    public byte[] Run(int samples)
    {
        GateModel now = Update.State == UpdateState.Confirmed ? _candidate : _old;
        if (now != _runs)
        {
            // The model begins with a start of the device.
            _runs = now;
            _health.Restarts++;
            _health.Sequence = 0;
            _health.Inferences = 0;
            Array.Clear(_health.Values);
        }

        for (int i = 0; i < samples; i++)
        {
            foreach (int bin in _runs.Bins[Next()])
            {
                _health.Values[bin] = (_health.Values[bin] + 1) & Mask;
            }
        }

        _health.Sequence++;
        _health.Inferences += (uint)samples;
        _health.UptimeSeconds += 60;
        _health.LatencyMean = 2000;
        _health.ModelVersion = _runs.Version;
        _health.ModelCrc = _runs.Crc;
        byte[] bytes = new byte[MessageHeader.MaxMessageBytes];
        return bytes[.._health.Encode(bytes)];
    }

    private int Next()
    {
        bool own = _random.NextDouble() < _own;
        while (true)
        {
            int index = _random.Next(_runs.Bins.Length);
            if (!own || _labels[index] == _class || _labels[index] == (_class + 3) % 10)
            {
                return index;
            }
        }
    }
}
