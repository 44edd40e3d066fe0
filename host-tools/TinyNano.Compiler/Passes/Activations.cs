using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>The fused activation of the operators that have one.</summary>
internal static class Activations
{
    /// <summary>The activation, or null for an operator without one.</summary>
    public static Clamp? Of(Op op) => op switch
    {
        Conv2D o => o.Activation,
        DepthwiseConv2D o => o.Activation,
        TransposeConv2D o => o.Activation,
        FullyConnected o => o.Activation,
        AveragePool2D o => o.Activation,
        MaxPool2D o => o.Activation,
        Add o => o.Activation,
        Sub o => o.Activation,
        Mul o => o.Activation,
        Div o => o.Activation,
        _ => null,
    };

    /// <summary>The same operator with another activation.</summary>
    public static Op With(Op op, Clamp activation) => op switch
    {
        Conv2D o => o with { Activation = activation },
        DepthwiseConv2D o => o with { Activation = activation },
        TransposeConv2D o => o with { Activation = activation },
        FullyConnected o => o with { Activation = activation },
        AveragePool2D o => o with { Activation = activation },
        MaxPool2D o => o with { Activation = activation },
        Add o => o with { Activation = activation },
        Sub o => o with { Activation = activation },
        Mul o => o with { Activation = activation },
        Div o => o with { Activation = activation },
        _ => throw new ArgumentException($"{op.Name} has no activation", nameof(op)),
    };

    /// <summary>The clamp of a clip node, or null.</summary>
    public static Clamp? OfClip(Op op) => op is Unary { Kind: UnaryKind.Clip } clip ? new Clamp(clip.Alpha, clip.Beta) : null;

    public static Unary Clip(Clamp clamp) => new(UnaryKind.Clip, clamp.Min, clamp.Max);
}
