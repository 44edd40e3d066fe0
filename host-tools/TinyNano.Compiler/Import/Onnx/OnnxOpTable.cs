using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>The ONNX operators we accept, one line each: foreign name to import function.</summary>
internal static class OnnxOpTable
{
    private static readonly Dictionary<string, Action<NodeImport>> Standard = new()
    {
        ["Abs"] = ActivationImport.Unary(UnaryKind.Abs),
        ["Add"] = ElementwiseImport.Binary(new Add(Clamp.None)),
        ["And"] = ElementwiseImport.Binary(new Logical(LogicalKind.And)),
        ["ArgMax"] = ReduceImport.ArgMax,
        ["ArgMin"] = ReduceImport.ArgMin,
        ["AveragePool"] = PoolImport.AveragePool,
        ["BatchNormalization"] = NormImport.BatchNormalization,
        ["Cast"] = ReshapeImport.Cast,
        ["CastLike"] = ReshapeImport.CastLike,
        ["Ceil"] = ActivationImport.Unary(UnaryKind.Ceil),
        ["Celu"] = ActivationImport.Celu,
        ["Clip"] = ActivationImport.Clip,
        ["Concat"] = SliceImport.Concat,
        ["Constant"] = ConstantImport.Constant,
        ["ConstantOfShape"] = ConstantImport.ConstantOfShape,
        ["Conv"] = ConvImport.Conv,
        ["ConvTranspose"] = ConvImport.ConvTranspose,
        ["Cos"] = ActivationImport.Unary(UnaryKind.Cos),
        ["DepthToSpace"] = SliceImport.DepthToSpace,
        ["DequantizeLinear"] = QuantImport.DequantizeLinear,
        ["Div"] = ElementwiseImport.Binary(new Div(Clamp.None)),
        ["Dropout"] = ReshapeImport.Dropout,
        ["Elu"] = ActivationImport.Unary(UnaryKind.Elu, 1),
        ["Equal"] = ElementwiseImport.Equal,
        ["Erf"] = ActivationImport.Unary(UnaryKind.Erf),
        ["Exp"] = ActivationImport.Unary(UnaryKind.Exp),
        ["Expand"] = ReshapeImport.Expand,
        ["Flatten"] = ReshapeImport.Flatten,
        ["Floor"] = ActivationImport.Unary(UnaryKind.Floor),
        ["GRU"] = RecurrentImport.Gru,
        ["Gather"] = SliceImport.Gather,
        ["Gelu"] = ActivationImport.Gelu,
        ["Gemm"] = MatMulImport.Gemm,
        ["GlobalAveragePool"] = PoolImport.GlobalAveragePool,
        ["GlobalMaxPool"] = PoolImport.GlobalMaxPool,
        ["Greater"] = ElementwiseImport.Binary(new Compare(CompareKind.Greater)),
        ["GreaterOrEqual"] = ElementwiseImport.Binary(new Compare(CompareKind.GreaterEqual)),
        ["GroupNormalization"] = NormImport.GroupNormalization,
        ["HardSigmoid"] = ActivationImport.HardSigmoid,
        ["HardSwish"] = ActivationImport.Unary(UnaryKind.HardSwish),
        ["Identity"] = ReshapeImport.Identity,
        ["InstanceNormalization"] = NormImport.InstanceNormalization,
        ["LSTM"] = RecurrentImport.Lstm,
        ["LayerNormalization"] = NormImport.LayerNormalization,
        ["LeakyRelu"] = ActivationImport.Unary(UnaryKind.LeakyRelu, 0.01f),
        ["Less"] = ElementwiseImport.Binary(new Compare(CompareKind.Less)),
        ["LessOrEqual"] = ElementwiseImport.Binary(new Compare(CompareKind.LessEqual)),
        ["Log"] = ActivationImport.Unary(UnaryKind.Log),
        ["LogSoftmax"] = ActivationImport.LogSoftmax,
        ["MatMul"] = MatMulImport.MatMul,
        ["Max"] = ElementwiseImport.Chain(new Maximum()),
        ["MaxPool"] = PoolImport.MaxPool,
        ["Mean"] = ElementwiseImport.Mean,
        ["Min"] = ElementwiseImport.Chain(new Minimum()),
        ["Mish"] = ActivationImport.Mish,
        ["Mul"] = ElementwiseImport.Binary(new Mul(Clamp.None)),
        ["Neg"] = ActivationImport.Unary(UnaryKind.Neg),
        ["Not"] = ElementwiseImport.Not,
        ["Or"] = ElementwiseImport.Binary(new Logical(LogicalKind.Or)),
        ["PRelu"] = ActivationImport.PRelu,
        ["Pad"] = SliceImport.Pad,
        ["Pow"] = ElementwiseImport.Pow,
        ["QLinearConv"] = QLinearImport.Conv,
        ["QLinearMatMul"] = QLinearImport.MatMul,
        ["QuantizeLinear"] = QuantImport.QuantizeLinear,
        ["RNN"] = RecurrentImport.Rnn,
        ["Range"] = ConstantImport.Range,
        ["Reciprocal"] = ActivationImport.Unary(UnaryKind.Reciprocal),
        ["ReduceL1"] = ReduceImport.Reduce(ReduceKind.Sum, before: UnaryKind.Abs),
        ["ReduceL2"] = ReduceImport.Reduce(ReduceKind.Sum, before: UnaryKind.Square, after: UnaryKind.Sqrt),
        ["ReduceLogSum"] = ReduceImport.Reduce(ReduceKind.Sum, after: UnaryKind.Log),
        ["ReduceLogSumExp"] = ReduceImport.LogSumExp,
        ["ReduceMax"] = ReduceImport.Reduce(ReduceKind.Max),
        ["ReduceMean"] = ReduceImport.Reduce(ReduceKind.Mean),
        ["ReduceMin"] = ReduceImport.Reduce(ReduceKind.Min),
        ["ReduceProd"] = ReduceImport.Reduce(ReduceKind.Prod),
        ["ReduceSum"] = ReduceImport.Reduce(ReduceKind.Sum),
        ["ReduceSumSquare"] = ReduceImport.Reduce(ReduceKind.Sum, before: UnaryKind.Square),
        ["Relu"] = ActivationImport.Relu,
        ["Reshape"] = ReshapeImport.Reshape,
        ["Resize"] = ResizeImport.Resize,
        ["Round"] = ActivationImport.Unary(UnaryKind.Round),
        ["Selu"] = ActivationImport.Selu,
        ["Shape"] = ConstantImport.Shape,
        ["Sigmoid"] = ActivationImport.Unary(UnaryKind.Sigmoid),
        ["Sign"] = ActivationImport.Unary(UnaryKind.Sign),
        ["Sin"] = ActivationImport.Unary(UnaryKind.Sin),
        ["Size"] = ConstantImport.Size,
        ["Slice"] = SliceImport.Slice,
        ["Softmax"] = ActivationImport.Softmax,
        ["Softplus"] = ActivationImport.Unary(UnaryKind.Softplus),
        ["Softsign"] = ActivationImport.Unary(UnaryKind.Softsign),
        ["SpaceToDepth"] = SliceImport.SpaceToDepth,
        ["Split"] = SliceImport.Split,
        ["Sqrt"] = ActivationImport.Unary(UnaryKind.Sqrt),
        ["Squeeze"] = ReshapeImport.Squeeze,
        ["Sub"] = ElementwiseImport.Binary(new Sub(Clamp.None)),
        ["Sum"] = ElementwiseImport.Chain(new Add(Clamp.None)),
        ["Tanh"] = ActivationImport.Unary(UnaryKind.Tanh),
        ["ThresholdedRelu"] = ActivationImport.ThresholdedRelu,
        ["Tile"] = ReshapeImport.Tile,
        ["Transpose"] = ReshapeImport.Transpose,
        ["Unsqueeze"] = ReshapeImport.Unsqueeze,
        ["Upsample"] = ResizeImport.Upsample,
        ["Where"] = ElementwiseImport.Where,
        ["Xor"] = ElementwiseImport.Binary(new Logical(LogicalKind.Xor)),
    };

    private static readonly Dictionary<string, Action<NodeImport>> Microsoft = new()
    {
        ["DequantizeLinear"] = QuantImport.DequantizeLinear,
        ["Gelu"] = ActivationImport.Gelu,
        ["QGemm"] = QLinearImport.Gemm,
        ["QLinearAdd"] = QLinearImport.Add,
        ["QLinearAveragePool"] = QLinearImport.AveragePool,
        ["QLinearConcat"] = QLinearImport.Concat,
        ["QLinearGlobalAveragePool"] = QLinearImport.GlobalAveragePool,
        ["QLinearLeakyRelu"] = QLinearImport.LeakyRelu,
        ["QLinearMul"] = QLinearImport.Mul,
        ["QLinearSigmoid"] = QLinearImport.Sigmoid,
        ["QLinearSoftmax"] = QLinearImport.Softmax,
        ["QuantizeLinear"] = QuantImport.QuantizeLinear,
    };

    /// <summary>Names of the accepted operators, for `tinynano ops`.</summary>
    public static IEnumerable<string> Names => Standard.Keys.Concat(Microsoft.Keys.Select(k => "com.microsoft." + k)).Order(StringComparer.Ordinal);

    /// <summary>The import function of an operator, or null.</summary>
    public static Action<NodeImport>? Find(string domain, string name) => domain switch
    {
        "" => Standard.GetValueOrDefault(name),
        "com.microsoft" => Microsoft.GetValueOrDefault(name),
        _ => null,
    };

    /// <summary>Whether an operator has meant the same since the first opsets: models of nothing else may declare any.</summary>
    public static bool IsOld(string name) => name is "Elu" or "GlobalAveragePool" or "GlobalMaxPool" or "HardSigmoid" or "InstanceNormalization" or "Not"
        or "ReduceLogSum" or "Selu" or "Softplus" or "Softsign";

    /// <summary>Why an operator is not in the table, and what may help.</summary>
    public static (string Reason, string? Hint) WhyNot(OnnxNode node) => node.OpType switch
    {
        "DynamicQuantizeLinear" or "MatMulInteger" or "ConvInteger" or "DynamicQuantizeMatMul" or "DynamicQuantizeLSTM" =>
            ("quantisation at run time is not supported", "quantise the model statically (quantize_static), or compile the float model with --quantize int8"),
        "If" or "Loop" or "Scan" =>
            ("control flow is not supported", "simplify the model before export, so that the condition or the loop is folded away"),
        "Einsum" => ("einsum is not supported", "write it as matrix products and transposes"),
        "NonMaxSuppression" or "TopK" or "NonZero" or "Unique" or "Compress" =>
            ("its output has no fixed size", "cut the model before it and do this step in the application"),
        _ when node.Domain.Length > 0 => ($"operators of domain '{node.Domain}' are not supported",
            "if it is a function of the model, inline the functions before (onnx.inliner)"),
        _ => ("the operator is not supported", null),
    };
}
