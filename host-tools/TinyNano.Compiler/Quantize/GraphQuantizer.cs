using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Quantize;

/// <summary>Carries a plan out on a graph, node by node in order, and puts conversions where types meet.</summary>
internal sealed class GraphQuantizer
{
    private readonly Graph _graph;
    private readonly ActivationPlan _plan;
    private readonly QuantizePolicy _policy;
    private readonly Ranges _ranges;
    private readonly BiasCorrection? _correction;
    private readonly HashSet<string> _names;
    private readonly Dictionary<(Value Value, DType Type, float Scale, int Zero), Value> _converted = [];
    private readonly Dictionary<(Value Value, DType Type, float Scale, int Zero), Value> _constants = [];

    public GraphQuantizer(Graph graph, ActivationPlan plan, QuantizePolicy policy, Ranges ranges, BiasCorrection? correction)
    {
        (_graph, _plan, _policy, _ranges, _correction) = (graph, plan, policy, ranges, correction);
        _names = [.. graph.Values().Select(v => v.Name)];
    }

    public void Run()
    {
        QuantizeInputs();
        foreach (Node node in _graph.Nodes.ToList())
        {
            if (_plan.Rule(node) is QuantRule rule)
            {
                Quantize(node, rule);
            }
            else
            {
                for (int i = 0; i < node.Inputs.Count; i++)
                {
                    node.Inputs[i] = AsFloat(node.Inputs[i], node);
                }
            }
        }

        for (int i = 0; _policy.FloatIo && i < _graph.Outputs.Count; i++)
        {
            if (_graph.Outputs[i].Quantization is not null)
            {
                DequantizeOutput(i);
            }
        }
    }

    // An input that some integer node reads is integer itself, unless it is to stay float.
    private void QuantizeInputs()
    {
        foreach (Value input in _graph.Inputs.Where(v => v.DType == DType.Float32 && !_policy.FloatIo))
        {
            bool Reads(Node node) => _plan.Rule(node) is QuantRule rule
                && Enumerable.Range(0, node.Inputs.Count).Any(i => node.Inputs[i] == input && !rule.Untouched.Contains(i));
            if (_graph.Nodes.Exists(Reads))
            {
                input.Type = _plan.TypeOf(input);
            }
        }
    }

    private void Quantize(Node node, QuantRule rule)
    {
        TensorType[] outputs = [.. node.Outputs.Select((y, i) => y.DType == DType.Float32 && !rule.States.Any(s => s.Output == i) ? _plan.TypeOf(y) : y.Type)];
        foreach (StateRule state in rule.States)
        {
            TensorType type = QuantizeState(node, state, outputs[0]);
            if (state.Output < outputs.Length)
            {
                outputs[state.Output] = type with { Shape = node.Outputs[state.Output].Shape };
            }
        }

        // Every wanted type is asked for before an input changes: the plan knows the values of the float graph.
        TensorType?[] wanted = new TensorType?[node.Inputs.Count];
        for (int i = 0; i < wanted.Length; i++)
        {
            if (node.Inputs[i] is Value x && IsActivation(rule, i, x) && (!x.IsConstant || _plan.IsGrouped(node, i)))
            {
                wanted[i] = _plan.Wanted(node, i);
            }
        }

        Shape inputShape = node.Inputs[0]!.Shape;
        string inputName = node.Inputs[0]!.Name;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (node.Inputs[i] is not Value x)
            {
                continue;
            }

            if (IsActivation(rule, i, x))
            {
                node.Inputs[i] = x.IsConstant ? Constant(x, wanted[i]) : As(x, wanted[i]!, node);
            }
            else if (rule.Untouched.Contains(i))
            {
                node.Inputs[i] = AsFloat(x, node);
            }
        }

        QuantizeWeights(node, rule, inputName, inputShape);
        for (int i = 0; i < outputs.Length; i++)
        {
            node.Outputs[i].Type = outputs[i];
        }
    }

    private static bool IsActivation(QuantRule rule, int index, Value value) =>
        (value.DType == DType.Float32 || value.Quantization is not null) && !rule.Untouched.Contains(index) && index != rule.Bias
        && !rule.States.Any(s => s.Input == index) && !(value.IsConstant && rule.Weights.Any(w => w.Input == index));

    private void QuantizeWeights(Node node, QuantRule rule, string inputName, Shape inputShape)
    {
        Value? bias = rule.Bias < 0 ? null : node.Input(rule.Bias);
        float inputScale = node.Inputs[0]!.Quantization?.Scale ?? 1;
        Quantization? first = null;
        float[]? offsets = null;
        foreach (WeightRule weight in rule.Weights)
        {
            Value w = node.Inputs[weight.Input]!;
            if (w.Constant is not Tensor real)
            {
                first ??= w.Quantization;
                continue;
            }

            Quantization q = WeightGrid.Scales(real, _policy.PerChannel ? weight.Axis : null, _policy.MseWeights, first is null ? bias?.Constant : null, inputScale, _policy.Activations);
            Tensor rounded = WeightGrid.Round(real, q);
            if (first is null && rule.Bias >= 0 && _correction is not null)
            {
                offsets = _correction.Of(node, inputName, inputShape, real, Tensor.Of(real.Shape, rounded.ToFloats(q)));
            }

            first ??= q;
            node.Inputs[weight.Input] = Value.Const(Fresh($"{w.Name}:q"), rounded, q);
        }

        if (first is not null && (bias is not null || offsets is not null))
        {
            float[] real = bias is null ? new float[offsets!.Length] : [.. bias.Constant!.Floats];
            for (int i = 0; offsets is not null && i < real.Length; i++)
            {
                real[i] -= offsets[i];
            }

            (Tensor data, Quantization q) = WeightGrid.Bias(real, inputScale, first, _policy.Activations);
            while (node.Inputs.Count <= rule.Bias)
            {
                node.Inputs.Add(null);
            }

            node.Inputs[rule.Bias] = Value.Const(Fresh($"{bias?.Name ?? node.Name + ":bias"}:q"), data, q);
        }
    }

    private TensorType QuantizeState(Node node, StateRule rule, TensorType output)
    {
        Value state = node.Inputs[rule.Input]!;
        float seen = rule.Output < node.Outputs.Count ? _ranges.Magnitude(node.Outputs[rule.Output].Name) : 0;
        float magnitude = Math.Max(_ranges.Magnitude(state.Name), seen);
        if (state.Constant is Tensor initial)
        {
            magnitude = Math.Max(magnitude, initial.Floats.Max(Math.Abs));
        }

        (DType dtype, Quantization q) = rule.Type(output, magnitude);
        TensorType type = new(dtype, state.Shape, q);
        if (state.IsConstant)
        {
            node.Inputs[rule.Input] = Constant(state, type);
        }
        else
        {
            state.Type = type;
        }

        return type;
    }

    /// <summary>A constant in the given type, or in the activations' type over its own range.</summary>
    private Value Constant(Value value, TensorType? wanted)
    {
        Tensor real = value.Constant!;
        Quantization q = wanted?.Quantization ?? Grid.ForRange(real.Floats.Append(0).Min(), real.Floats.Append(0).Max(), _policy.Activations);
        DType type = wanted?.DType ?? _policy.Activations;
        if (!_constants.TryGetValue((value, type, q.Scale, q.ZeroPoint), out Value? constant))
        {
            constant = Value.Const(Fresh($"{value.Name}:q"), Grid.Quantize(real, type, q), q);
            _constants[(value, type, q.Scale, q.ZeroPoint)] = constant;
        }

        return constant;
    }

    /// <summary>A value in the given quantised type: itself, or what a Quantize node makes of it.</summary>
    private Value As(Value value, TensorType wanted, Node reader)
    {
        Quantization q = wanted.Quantization!;
        if (value.DType == wanted.DType && q.SameAs(value.Quantization))
        {
            return value;
        }

        return Converted(value, wanted, new Ops.Quantize(wanted.DType), "q", reader);
    }

    private Value? AsFloat(Value? value, Node reader) =>
        value is { Quantization: not null, IsConstant: false } ? Converted(value, new TensorType(DType.Float32, value.Shape), new Dequantize(), "f", reader) : value;

    private Value Converted(Value value, TensorType type, Op op, string suffix, Node before)
    {
        (Value, DType, float, int) key = (value, type.DType, type.Quantization?.Scale ?? 0, type.Quantization?.ZeroPoint ?? 0);
        if (!_converted.TryGetValue(key, out Value? result) || value.IsState)
        {
            result = new Value(Fresh($"{value.Name}:{suffix}"), type);
            _graph.Nodes.Insert(_graph.Nodes.IndexOf(before), new Node(result.Name, op, [value], [result]));
            _converted[key] = result;
        }

        return result;
    }

    private void DequantizeOutput(int index)
    {
        Value integers = _graph.Outputs[index];
        int same = _graph.Outputs.IndexOf(integers);
        string name = integers.Name;
        if (!integers.IsState)
        {
            integers.Name = Fresh($"{name}:q");
        }

        Value real = new(integers.IsState ? Fresh($"{name}:f") : name, new TensorType(DType.Float32, integers.Shape));
        _graph.Nodes.Add(new Node(real.Name, new Dequantize(), [integers], [real]));
        for (int i = same; i < _graph.Outputs.Count; i++)
        {
            if (_graph.Outputs[i] == integers)
            {
                _graph.Outputs[i] = real;
            }
        }
    }

    private string Fresh(string wanted)
    {
        string name = wanted;
        for (int i = 1; !_names.Add(name); i++)
        {
            name = $"{wanted}.{i}";
        }

        return name;
    }
}
