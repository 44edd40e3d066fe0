namespace TinyNano.Compiler.Ops;

/// <summary>Comparison; the numbers are those of docs/SPEC.md.</summary>
public enum CompareKind
{
    Equal = 0,
    NotEqual = 1,
    Less = 2,
    LessEqual = 3,
    Greater = 4,
    GreaterEqual = 5,
}

/// <summary>Logical connective; the numbers are those of docs/SPEC.md.</summary>
public enum LogicalKind
{
    And = 0,
    Or = 1,
    Xor = 2,
    Not = 3,
}

/// <summary>Function of one element; the numbers are those of docs/SPEC.md.</summary>
public enum UnaryKind
{
    /// <summary>min(max(x, Alpha), Beta): relu, relu6, clip.</summary>
    Clip = 0,

    /// <summary>x where x >= 0, Alpha * x elsewhere.</summary>
    LeakyRelu = 1,

    /// <summary>x where x >= 0, Alpha * (exp(x) - 1) elsewhere.</summary>
    Elu = 2,

    /// <summary>Beta * (x where x >= 0, Alpha * (exp(x) - 1) elsewhere).</summary>
    Selu = 3,

    Sigmoid = 4,
    Tanh = 5,

    /// <summary>x * min(max(x + 3, 0), 6) / 6.</summary>
    HardSwish = 6,

    /// <summary>min(max(Alpha * x + Beta, 0), 1).</summary>
    HardSigmoid = 7,

    /// <summary>0.5 * x * (1 + erf(x / sqrt(2))).</summary>
    Gelu = 8,

    /// <summary>The tanh approximation of gelu.</summary>
    GeluTanh = 9,

    Exp = 10,
    Log = 11,
    Sqrt = 12,
    Rsqrt = 13,
    Square = 14,
    Abs = 15,
    Neg = 16,
    Floor = 17,
    Ceil = 18,

    /// <summary>To nearest, ties to even.</summary>
    Round = 19,

    Sin = 20,
    Cos = 21,
    Erf = 22,
    Softplus = 23,
    Softsign = 24,
    Reciprocal = 25,
    Sign = 26,

    /// <summary>x * sigmoid(x).</summary>
    Swish = 27,

    /// <summary>
    /// As Clip, but quantised numbers keep their raw value even where the output has another scale: TensorFlow Lite Micro's
    /// RELU6. Known at the desk only; the device sees a table or a clip.
    /// </summary>
    RawClip = -1,
}

/// <summary>What padding cells hold; the numbers are those of docs/SPEC.md.</summary>
public enum PadMode
{
    Constant = 0,

    /// <summary>Mirrored without repeating the border.</summary>
    Reflect = 1,

    /// <summary>Mirrored with the border repeated.</summary>
    Symmetric = 2,

    /// <summary>The border repeated.</summary>
    Edge = 3,
}

/// <summary>Reduction; the numbers are those of docs/SPEC.md.</summary>
public enum ReduceKind
{
    Mean = 0,
    Sum = 1,
    Max = 2,
    Min = 3,
    Prod = 4,
}

/// <summary>Resampling; the numbers are those of docs/SPEC.md.</summary>
public enum ResizeKind
{
    Nearest = 0,
    Bilinear = 1,
}

/// <summary>From an output coordinate o to an input coordinate, with scale = out / in.</summary>
public enum CoordinateMode
{
    /// <summary>o / scale.</summary>
    Asymmetric,

    /// <summary>(o + 0.5) / scale - 0.5.</summary>
    HalfPixel,

    /// <summary>As half pixel, but 0 where the output has one cell.</summary>
    PytorchHalfPixel,

    /// <summary>o * (in - 1) / (out - 1).</summary>
    AlignCorners,
}

/// <summary>How a nearest coordinate becomes an index.</summary>
public enum NearestMode
{
    Floor,
    Ceil,
    RoundPreferFloor,

    /// <summary>TFLite's rounding with align corners: ties away from zero.</summary>
    RoundPreferCeil,
}
