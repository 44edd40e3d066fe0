using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Quantize;

/// <summary>One float operator between Dequantize and Quantize nodes becomes an integer operator, by its <see cref="QuantRule"/>.</summary>
internal sealed class QdqOperators
{
    private readonly QdqIndex _index;
    private readonly Dictionary<Node, string> _reasons = [];

    public QdqOperators(QdqIndex index) => _index = index;

    /// <summary>Why a node was not folded.</summary>
    public string Reason(Node node) => _reasons.GetValueOrDefault(node, "it has no integer form");

    public bool TryFold(Node node)
    {
        bool reads = node.Inputs.Exists(v => _index.Producer<Dequantize>(v) is not null);
        if (node.Op is Dequantize or Ops.Quantize || !reads)
        {
            return false;
        }

        try
        {
            Fold(node);
            return true;
        }
        catch (NotFoldable e)
        {
            _reasons[node] = e.Message;
            return false;
        }
    }

    private void Fold(Node node)
    {
        Value? output = node.Outputs.Count == 1 && node.Output.DType == DType.Float32 ? FoldQdq.Quantized(_index, node.Output) : null;
        DType activations = output?.DType ?? Source(node.Inputs[0])?.DType ?? DType.Int8;
        if (node.Op is not IQuantizable quantizable || quantizable.Rule(Seen(node), activations) is not QuantRule rule)
        {
            throw new NotFoldable("it has no integer form");
        }

        if (rule.Output != OutputRange.None && (output is null || output.Quantization!.PerChannel))
        {
            throw new NotFoldable(node.Outputs.Exists(_index.IsOutput) ? "its output is not quantised" : "its result is not quantised before it is used");
        }

        Quantization? result = ResultOf(node, rule, activations, output);
        Value?[] inputs = new Value?[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = node.Inputs[i] is Value input && i != rule.Bias && !rule.Untouched.Contains(i) ? Integer(node, i, input, rule, activations, result) : node.Inputs[i];
        }

        if (rule.Bias >= 0 && node.Input(rule.Bias) is Value bias)
        {
            inputs[rule.Bias] = QdqConstants.Bias(_index, bias, inputs[0]!, inputs[rule.Weights[0].Input]!, activations);
        }

        // Everything fits: from here on the graph changes.
        for (int i = 0; i < inputs.Length; i++)
        {
            Value? input = inputs[i];
            if (rule.SharedInputs && result is not null && input?.Quantization is Quantization q && !q.SameAs(result) && !rule.Untouched.Contains(i))
            {
                input = _index.Add(new Ops.Quantize(input.DType), $"{node.Name}/rescale{i}", input.Type with { Quantization = result }, input);
            }

            if (!ReferenceEquals(input, node.Inputs[i]))
            {
                _index.SetInput(node, i, input);
            }
        }

        if (output is null)
        {
            return;
        }

        if (result is null || result.SameAs(output.Quantization))
        {
            FoldQdq.TakeOver(_index, node, output);
            return;
        }

        // The operator cannot give these numbers directly: it gives its own, which are then rescaled.
        Value own = new(_index.Fresh($"{node.Name}:own"), output.Type with { Quantization = result });
        Value real = node.Output;
        _index.SetOutput(node, 0, own);
        _index.Redirect(real, own);
    }

    // The quantisation the operator's own result must have; null where any will do.
    private Quantization? ResultOf(Node node, QuantRule rule, DType activations, Value? output)
    {
        switch (rule.Output)
        {
            case OutputRange.SameAsInput:
                return Source(node.Inputs[rule.SameAs])?.Quantization ?? throw new NotFoldable("its input is not quantised");
            case OutputRange.Fixed when node.Op is not Unary || activations != DType.Int8:
                return rule.Fixed!(activations);
            default:
                // Functions of one int8 element are tables, which can have any output.
                return output?.Quantization;
        }
    }

    private Value Integer(Node node, int i, Value input, QuantRule rule, DType activations, Quantization? result)
    {
        WeightRule? weights = rule.Weights.FirstOrDefault(w => w.Input == i);
        Value? source = Source(input);
        if (weights is not null && (source?.IsConstant ?? input.IsConstant))
        {
            return source is null ? throw new NotFoldable("its weights are not quantised")
                : QdqConstants.Weights(_index, source, weights, node.Op is FullyConnected);
        }

        if (input.DType != DType.Float32)
        {
            return input;
        }

        if (source is null)
        {
            return input.IsConstant ? QdqConstants.Scalar(_index, input, activations, rule.SharedInputs ? result : null)
                : throw new NotFoldable($"its input '{input.Name}' is not quantised");
        }

        if (source.DType != activations || source.Quantization!.PerChannel)
        {
            throw new NotFoldable($"its input '{source.Name}' is {source.DType.ShortName()}{(source.Quantization!.PerChannel ? " per channel" : "")}, expected {activations.ShortName()}");
        }

        return source;
    }

    // The node as rules look at nodes: weights are constants, not what a Dequantize makes of them.
    private Node Seen(Node node) =>
        new(node.Name, node.Op, node.Inputs.Select(v => Source(v) is { IsConstant: true } constant ? constant : v), node.Outputs);

    /// <summary>The integers behind a dequantised value; null where it is not one.</summary>
    private Value? Source(Value? value) => _index.Producer<Dequantize>(value)?.Inputs[0];
}

/// <summary>The reason why an operator stays in float.</summary>
internal sealed class NotFoldable : Exception
{
    public NotFoldable(string message)
        : base(message)
    {
    }
}
