using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>Where the quantisation of an output comes from.</summary>
public enum OutputRange
{
    /// <summary>From the range seen in calibration.</summary>
    Observed,

    /// <summary>The same numbers as an input: data movement, max pooling.</summary>
    SameAsInput,

    /// <summary>Given by the operator: softmax is 1/256, -128.</summary>
    Fixed,

    /// <summary>Not a quantity: conditions and indices stay what they are.</summary>
    None,
}

/// <summary>How a constant input is quantised: symmetric int8, per index of <see cref="Axis"/> or (null) per tensor.</summary>
public sealed record WeightRule(int Input, int? Axis);

/// <summary>
/// How a state of a recurrent operator is quantised: the input (a state value, or a constant initial state), and with the same
/// type the output that gives its final contents. <see cref="Type"/> makes element type and quantisation from the quantised type
/// of output 0 and from the largest magnitude that calibration saw in the state.
/// </summary>
public sealed record StateRule(int Input, int Output, Func<TensorType, float, (DType Type, Quantization Quantization)> Type);

/// <summary>What post-training quantisation needs to know of an operator; see <see cref="IQuantizable"/>.</summary>
public sealed record QuantRule
{
    public OutputRange Output { get; init; } = OutputRange.Observed;

    /// <summary>The input that <see cref="OutputRange.SameAsInput"/> means.</summary>
    public int SameAs { get; init; }

    /// <summary>For <see cref="OutputRange.Fixed"/>: the quantisation for int8 or int16 activations.</summary>
    public Func<DType, Quantization>? Fixed { get; init; }

    /// <summary>Inputs that are weights when constant (int8, symmetric). Other constant inputs become int8/int16 per tensor from their own range.</summary>
    public IReadOnlyList<WeightRule> Weights { get; init; } = [];

    /// <summary>The bias input: int32 (int64 with int16 activations) with scale = scale of input 0 * scale of the first weight; -1 for none.</summary>
    public int Bias { get; init; } = -1;

    /// <summary>Whether all quantised inputs must have the quantisation of the output (concat, minimum, select): the quantiser rescales them.</summary>
    public bool SharedInputs { get; init; }

    /// <summary>The states of a recurrent operator; their inputs and outputs follow these rules and nothing above.</summary>
    public IReadOnlyList<StateRule> States { get; init; } = [];

    /// <summary>Inputs that are indices or conditions and stay as they are.</summary>
    public IReadOnlyList<int> Untouched { get; init; } = [];
}

/// <summary>An operator with an integer form. Operators without it run in float between dequantize and quantize.</summary>
public interface IQuantizable
{
    /// <summary>The rule for a node, or null where this node (its attributes, this activation type) has no integer form.</summary>
    QuantRule? Rule(Node node, DType activations);
}
