using TinyNano.Contracts;

namespace TinyNano.Fleet.Tests.Ingest;

/// <summary>Health messages of a device that sees two classes.</summary>
internal sealed class Messages
{
    private readonly HealthMessage _message = new() { ConfidenceCount = 16, EntropyCount = 8, ClassCount = 2, ModelVersion = 1, ModelCrc = 0xABCD, Restarts = 1 };

    /// <summary>The next message, after some more inferences.</summary>
    public byte[] Next(int inferences = 10, int confidenceBin = 12)
    {
        _message.Sequence++;
        _message.Inferences += (uint)inferences;
        _message.LatencyMean = 1000;
        Add(confidenceBin);
        Add(_message.EntropyFirst + 1);
        Add(_message.ClassFirst);
        byte[] bytes = new byte[MessageHeader.MaxMessageBytes];
        return bytes[.._message.Encode(bytes)];

        void Add(int at) => _message.Values[at] = (_message.Values[at] + inferences) & 0xFFFF;
    }

    public Messages Restart()
    {
        _message.Restarts++;
        _message.Sequence = 0;
        _message.Inferences = 0;
        Array.Clear(_message.Values);
        return this;
    }
}
