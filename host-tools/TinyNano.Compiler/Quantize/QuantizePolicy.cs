using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>What a float graph becomes.</summary>
public sealed record QuantizePolicy
{
    /// <summary>Int8, or Int16 for int16 activations with int8 weights (int16x8).</summary>
    public DType Activations { get; init; } = DType.Int8;

    /// <summary>Whether inputs and outputs of the graph stay float32, with Quantize and Dequantize nodes behind and before them.</summary>
    public bool FloatIo { get; init; }

    /// <summary>Weights get one scale per output channel rather than one per tensor.</summary>
    public bool PerChannel { get; init; } = true;

    /// <summary>Weight scales that minimise the squared error, instead of those that cut nothing off.</summary>
    public bool MseWeights { get; init; }

    /// <summary>Takes the mean error that rounded weights make, for the mean of the samples, out of the bias. Needs samples.</summary>
    public bool BiasCorrection { get; init; } = true;
}
