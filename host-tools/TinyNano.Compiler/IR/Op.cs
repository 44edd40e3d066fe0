namespace TinyNano.Compiler.IR;

/// <summary>
/// An operator with its attributes. Concrete operators are sealed records in Ops/, one file each; their positional
/// parameters (int, int[], float, bool, string, enums, <see cref="Clamp"/>) are the attributes, which the text form
/// prints and parses by reflection.
/// </summary>
public abstract record Op
{
    /// <summary>The name in the text form and in messages.</summary>
    public string Name => GetType().Name;

    /// <summary>
    /// Types of the outputs (element type and shape; no quantisation) from the types of the inputs.
    /// Throws <see cref="OpException"/> that says what was expected when the inputs do not fit.
    /// </summary>
    public abstract IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs);

    /// <summary>
    /// The meaning of the operator on real numbers: quantised values arrive and leave as float32, indices as int32 or
    /// int64, conditions as bool. States arrive as ordinary inputs and are updated in place.
    /// </summary>
    public abstract Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs);

    /// <summary>Multiply-accumulates of one evaluation, for reports; 0 where the notion makes no sense.</summary>
    public virtual long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => 0;
}

/// <summary>The inputs or attributes of an operator do not fit; the message says what was expected.</summary>
public sealed class OpException : Exception
{
    public OpException(string message)
        : base(message)
    {
    }
}

/// <summary>A fused activation y = min(max(x, Min), Max): relu is [0, inf], relu6 [0, 6], none [-inf, inf].</summary>
public readonly record struct Clamp(float Min, float Max)
{
    public static Clamp None { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    public static Clamp Relu { get; } = new(0, float.PositiveInfinity);

    public static Clamp Relu6 { get; } = new(0, 6);

    public static Clamp ReluN1To1 { get; } = new(-1, 1);

    public bool IsNone => this == None;

    public float Apply(float x) => Math.Min(Math.Max(x, Min), Max);

    /// <summary>This clamp followed by another.</summary>
    public Clamp Then(Clamp next) => new(next.Apply(Min), next.Apply(Max));
}
