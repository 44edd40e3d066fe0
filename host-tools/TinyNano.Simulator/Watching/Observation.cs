using System.Runtime.InteropServices;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Contracts;

namespace TinyNano.Simulator.Watching;

/// <summary>What a device counts of one inference.</summary>
/// <param name="Confidence">The largest probability in 1/<see cref="OutputStatistics.One"/>; 0 where the model is no classifier.</param>
/// <param name="Entropy">Of the probabilities over the logarithm of their number, in the same unit.</param>
/// <param name="Class">Index of the largest output.</param>
/// <param name="Features">Of the first input, in Q8; at most <see cref="ReferenceHistograms.MaxFeatures"/>.</param>
/// <param name="Anomaly">Mean squared difference of input and output as real numbers.</param>
public sealed record Observation(int Confidence, int Entropy, int Class, IReadOnlyList<int> Features, float Anomaly);

/// <summary>What can be watched of a model, and how: with the device's own arithmetic (docs/PROTOCOL.md, *Health*). Not thread-safe.</summary>
public sealed class Watcher
{
    private readonly BlobTensor _input;
    private readonly BlobTensor _output;
    private readonly OutputStatistics? _statistics;
    private readonly AnomalyScore? _score;

    public Watcher(Blob blob)
    {
        BlobIo input = blob.Inputs[0], output = blob.Outputs[0];
        _input = blob.Tensors[input.Tensor];
        _output = blob.Tensors[output.Tensor];
        int elements = _output.Shape.Count;
        bool known = blob.Outputs.Count == 1 && elements > 1 && _output.DType is DType.Int8 or DType.Float32;
        float scale = output.Quantization?.Scale ?? 0;
        int zero = output.Quantization?.ZeroPoint ?? 0;
        bool rebuilt = known && blob.Inputs.Count == 1 && _input.DType == DType.Int8 && elements == _input.Shape.Count && elements <= SampleMessage.MaxTotalBytes;
        if (rebuilt)
        {
            _score = new AnomalyScore(elements, input.Quantization?.Scale ?? 0, input.Quantization?.ZeroPoint ?? 0, scale, zero);
        }
        else if (known)
        {
            Classes = elements;
            _statistics = _output.DType == DType.Int8 ? new OutputStatistics(elements, scale, zero) : new OutputStatistics(elements);
        }
    }

    /// <summary>Elements of the output of a classifier; 0 for other models.</summary>
    public int Classes { get; }

    /// <summary>Whether the output has the input's elements and is compared with them.</summary>
    public bool HasAnomaly => _score is not null;

    /// <summary>What one inference says, from the bytes of its inputs and outputs.</summary>
    public Observation Observe(ReadOnlySpan<byte> inputs, ReadOnlySpan<byte> outputs)
    {
        ReadOnlySpan<byte> first = inputs[.._input.Bytes], result = outputs[.._output.Bytes];
        int[] features = InputFeatures.Of(first, _input.DType, _input.Shape);
        float anomaly = 0;
        if (_score is not null)
        {
            sbyte[] input = MemoryMarshal.Cast<byte, sbyte>(first).ToArray();
            anomaly = _output.DType == DType.Int8 ? _score.Of(input, MemoryMarshal.Cast<byte, sbyte>(result).ToArray()) : _score.Of(input, MemoryMarshal.Cast<byte, float>(result).ToArray());
        }
        else if (_statistics is not null && _output.DType == DType.Int8)
        {
            _statistics.Evaluate(MemoryMarshal.Cast<byte, sbyte>(result).ToArray());
        }
        else
        {
            _statistics?.Evaluate(MemoryMarshal.Cast<byte, float>(result).ToArray());
        }

        return new Observation(
            _statistics?.Confidence ?? 0, _statistics?.Entropy ?? 0, _statistics?.Class ?? 0,
            features.Length <= ReferenceHistograms.MaxFeatures ? features : features[..ReferenceHistograms.MaxFeatures], anomaly);
    }
}
