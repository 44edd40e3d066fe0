namespace TinyNano.Compiler.Lower;

/// <summary>
/// One row of the device's operator table: the code in the blob, the name, and the names of the 32-bit parameter
/// fields in order. docs/SPEC.md and firmware-native/include/tn/tn_ops.def hold the same rows; a contract test compares.
/// </summary>
public sealed record DeviceOp(byte Code, string Name, params string[] Fields)
{
    public int ParamBytes => Fields.Length * 4;

    /// <summary>The C name of the operator's table entry.</summary>
    public string Symbol => $"tn_{Name.ToLowerInvariant().Replace("_2d", "2d", StringComparison.Ordinal)}_op";

    public override string ToString() => Name;
}

/// <summary>The device's operator table.</summary>
public static class DeviceOps
{
    public static readonly DeviceOp Conv2D = new(1, "CONV_2D",
        "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top", "pad_left", "groups", "x_zero", "y_zero", "lo", "hi");
    public static readonly DeviceOp DepthwiseConv2D = new(2, "DEPTHWISE_CONV_2D",
        "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top", "pad_left", "multiplier", "x_zero", "y_zero", "lo", "hi");
    public static readonly DeviceOp TransposeConv2D = new(3, "TRANSPOSE_CONV_2D",
        "stride_h", "stride_w", "pad_top", "pad_left", "groups", "x_zero", "y_zero", "lo", "hi");
    public static readonly DeviceOp FullyConnected = new(4, "FULLY_CONNECTED", "x_zero", "w_zero", "y_zero", "lo", "hi");
    public static readonly DeviceOp BatchMatMul = new(5, "BATCH_MATMUL",
        "transpose_a", "transpose_b", "a_zero", "b_zero", "y_zero", "mult", "shift", "lo", "hi");
    public static readonly DeviceOp AveragePool2D = new(6, "AVERAGE_POOL_2D",
        "filter_h", "filter_w", "stride_h", "stride_w", "pad_top", "pad_left", "pad_bottom", "pad_right", "count_pad", "zero", "lo", "hi");
    public static readonly DeviceOp MaxPool2D = new(7, "MAX_POOL_2D",
        "filter_h", "filter_w", "stride_h", "stride_w", "dilation_h", "dilation_w", "pad_top", "pad_left", "lo", "hi");
    public static readonly DeviceOp Add = new(8, "ADD",
        "a_zero", "b_zero", "y_zero", "left_shift", "a_mult", "a_shift", "b_mult", "b_shift", "y_mult", "y_shift", "lo", "hi");
    public static readonly DeviceOp Sub = new(9, "SUB",
        "a_zero", "b_zero", "y_zero", "left_shift", "a_mult", "a_shift", "b_mult", "b_shift", "y_mult", "y_shift", "lo", "hi");
    public static readonly DeviceOp Mul = new(10, "MUL", "a_zero", "b_zero", "y_zero", "y_mult", "y_shift", "lo", "hi");
    public static readonly DeviceOp Div = new(11, "DIV", "a_zero", "b_zero", "y_zero", "y_mult", "y_shift", "lo", "hi");
    public static readonly DeviceOp Minimum = new(12, "MINIMUM");
    public static readonly DeviceOp Maximum = new(13, "MAXIMUM");
    public static readonly DeviceOp SquaredDifference = new(14, "SQUARED_DIFFERENCE",
        "a_zero", "b_zero", "y_zero", "left_shift", "a_mult", "a_shift", "b_mult", "b_shift", "y_mult", "y_shift", "lo", "hi");
    public static readonly DeviceOp Compare = new(15, "COMPARE",
        "kind", "a_zero", "b_zero", "left_shift", "a_mult", "a_shift", "b_mult", "b_shift");
    public static readonly DeviceOp Select = new(16, "SELECT");
    public static readonly DeviceOp Logical = new(17, "LOGICAL", "kind");
    public static readonly DeviceOp Table = new(18, "TABLE");
    public static readonly DeviceOp Unary = new(19, "UNARY",
        "kind", "alpha", "beta", "x_zero", "y_zero", "mult", "shift", "neg_mult", "neg_shift");
    public static readonly DeviceOp PRelu = new(20, "PRELU",
        "x_zero", "alpha_zero", "y_zero", "pos_mult", "pos_shift", "neg_mult", "neg_shift");
    public static readonly DeviceOp Rescale = new(21, "RESCALE", "x_zero", "y_zero", "mult", "shift", "lo", "hi");
    public static readonly DeviceOp Quantize = new(22, "QUANTIZE", "scale", "zero");
    public static readonly DeviceOp Dequantize = new(23, "DEQUANTIZE", "scale", "zero");
    public static readonly DeviceOp Cast = new(24, "CAST");
    public static readonly DeviceOp Concatenation = new(25, "CONCATENATION", "axis");
    public static readonly DeviceOp StridedCopy = new(26, "STRIDED_COPY",
        "offset", "stride0", "stride1", "stride2", "stride3", "stride4", "stride5");
    public static readonly DeviceOp Pad = new(27, "PAD",
        "mode", "value", "before0", "before1", "before2", "before3", "before4", "before5");
    public static readonly DeviceOp Gather = new(28, "GATHER", "axis");
    public static readonly DeviceOp Reduce = new(29, "REDUCE", "kind", "axes", "x_zero", "y_zero", "mult", "shift");
    public static readonly DeviceOp Resize = new(30, "RESIZE", "kind");
    public static readonly DeviceOp Softmax = new(31, "SOFTMAX", "beta", "mult", "shift");
    public static readonly DeviceOp LogSoftmax = new(32, "LOG_SOFTMAX", "mult", "shift", "rev_mult", "rev_shift", "diff_min");
    public static readonly DeviceOp LayerNorm = new(33, "LAYER_NORM", "epsilon_low", "epsilon_high", "shift");
    public static readonly DeviceOp Svdf = new(34, "SVDF",
        "rank", "state_zero", "y_zero", "in_mult", "in_shift", "out_mult", "out_shift", "lo", "hi");
    public static readonly DeviceOp Lstm = new(35, "LSTM",
        "flags", "h_zero", "in_mult", "in_shift", "out_mult", "out_shift", "tanh_mult", "tanh_shift", "cell_clip", "gate_clip");
    public static readonly DeviceOp Gru = new(36, "GRU", "flags", "y_zero", "y_mult", "y_shift", "gate_clip");
    public static readonly DeviceOp ArgMax = new(37, "ARG_MAX", "kind", "axis");
    public static readonly DeviceOp Copy = new(38, "COPY");

    /// <summary>All rows, by code.</summary>
    public static IReadOnlyList<DeviceOp> All { get; } =
    [
        Conv2D, DepthwiseConv2D, TransposeConv2D, FullyConnected, BatchMatMul, AveragePool2D, MaxPool2D, Add, Sub, Mul,
        Div, Minimum, Maximum, SquaredDifference, Compare, Select, Logical, Table, Unary, PRelu, Rescale, Quantize,
        Dequantize, Cast, Concatenation, StridedCopy, Pad, Gather, Reduce, Resize, Softmax, LogSoftmax, LayerNorm, Svdf,
        Lstm, Gru, ArgMax, Copy,
    ];

    /// <summary>Whether the operator of a name multiplies and accumulates with weights.</summary>
    public static bool HasMacs(string name) => name == Conv2D.Name || name == DepthwiseConv2D.Name || name == TransposeConv2D.Name || name == FullyConnected.Name;

    /// <summary>The row of a code, or null.</summary>
    public static DeviceOp? Find(byte code) => All.FirstOrDefault(op => op.Code == code);
}
