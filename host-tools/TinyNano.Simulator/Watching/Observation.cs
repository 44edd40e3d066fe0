using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Simulator.Watching;

/// <summary>What a device counts of one inference.</summary>
/// <param name="Confidence">The largest probability; 0 where the model gives none.</param>
/// <param name="Entropy">Of the probabilities, over the logarithm of their number.</param>
/// <param name="Class">Index of the largest output.</param>
/// <param name="Features">Of the first input, in Q8; at most <see cref="ReferenceHistograms.MaxFeatures"/>.</param>
/// <param name="Anomaly">Mean squared difference of input and output as real numbers.</param>
public sealed record Observation(double Confidence, double Entropy, int Class, IReadOnlyList<int> Features, double Anomaly);

/// <summary>What can be watched of a model, and how: the same questions as on the device.</summary>
public sealed class Watcher
{
    private readonly Blob _blob;
    private readonly IoCodec _codec;

    public Watcher(Blob blob)
    {
        _blob = blob;
        _codec = new IoCodec(blob, new Compiler.Samples.SampleFormat());
        BlobTensor output = blob.Tensors[blob.Outputs[0].Tensor];
        BlobTensor input = blob.Tensors[blob.Inputs[0].Tensor];
        bool one = blob.Outputs.Count == 1;
        bool rebuilt = one && blob.Inputs.Count == 1 && output.Shape.Count == input.Shape.Count && output.Shape.Count > 1 && !EndsWithSoftmax(blob);
        Classes = one && !rebuilt && output.Shape.Count > 1 ? output.Shape.Count : 0;
        HasProbabilities = Classes > 0 && EndsWithSoftmax(blob);
        HasAnomaly = rebuilt && blob.Tensors.All(t => t.Place != Place.State);
    }

    /// <summary>Elements of the output of a classifier; 0 for other models.</summary>
    public int Classes { get; }

    /// <summary>Whether the outputs are probabilities: the last step is a softmax.</summary>
    public bool HasProbabilities { get; }

    /// <summary>Whether the output has the input's shape and is compared with it.</summary>
    public bool HasAnomaly { get; }

    /// <summary>What one inference says, from the bytes of its inputs and outputs.</summary>
    public Observation Observe(ReadOnlySpan<byte> inputs, ReadOnlySpan<byte> outputs)
    {
        BlobTensor input = _blob.Tensors[_blob.Inputs[0].Tensor];
        ReadOnlySpan<byte> first = inputs[..input.Bytes];
        int[] features = InputFeatures.Of(first, input.DType, input.Shape);
        float[] real = _codec.Decode(outputs);
        double anomaly = 0;
        if (HasAnomaly)
        {
            anomaly = Metrics.MeanSquaredError(Tensor.FromBytes(input.DType, input.Shape, first).ToFloats(_blob.Inputs[0].Quantization), real);
        }

        return new Observation(
            HasProbabilities ? real.Max() : 0, HasProbabilities ? RelativeEntropy(real) : 0, Classes > 0 ? Metrics.ArgMax(real) : 0,
            features.Length <= ReferenceHistograms.MaxFeatures ? features : features[..ReferenceHistograms.MaxFeatures], anomaly);
    }

    /// <summary>-sum p ln p / ln n; probabilities of 0 add nothing.</summary>
    public static double RelativeEntropy(ReadOnlySpan<float> probabilities)
    {
        double sum = 0;
        foreach (float p in probabilities)
        {
            sum -= p > 0 ? p * Math.Log(p) : 0;
        }

        return sum / Math.Log(probabilities.Length);
    }

    private static bool EndsWithSoftmax(Blob blob)
    {
        // Requantising and other views of the result may come behind it.
        BlobStep? last = blob.Steps.LastOrDefault(s => s.Op != DeviceOps.Copy && s.Op.Name is not ("DEQUANTIZE" or "QUANTIZE" or "RESCALE"));
        return last?.Op.Name == "SOFTMAX";
    }
}
