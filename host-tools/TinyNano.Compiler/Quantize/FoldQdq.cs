using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Passes;

namespace TinyNano.Compiler.Quantize;

/// <summary>
/// Makes integer operators of models that arrive as float operators between Dequantize and Quantize nodes: data movement
/// changes places with both until they touch the operators they belong to, then each operator takes over the
/// quantisation around it. What cannot be folded keeps its Dequantize and Quantize nodes and runs in float.
/// </summary>
public static class FoldQdq
{
    /// <summary>
    /// A folded copy. A warning TN3101 names the operators that stay in float although they read quantised numbers, each
    /// with its reason.
    /// </summary>
    public static Graph Run(Graph graph, DiagnosticBag diagnostics)
    {
        Graph folded = graph.Clone();
        if (!folded.Nodes.Exists(n => n.Op is Ops.Quantize or Dequantize))
        {
            return folded;
        }

        QdqIndex index = new(folded);
        QdqOperators operators = new(index);
        while (index.Next() is Node node)
        {
            _ = node.Op is Ops.Quantize ? JoinPair(index, node)
                : Sink(index, node) || Hoist(index, node) || FuseClip(index, node) || FuseBias(index, node) || operators.TryFold(node);
        }

        Report(index, operators, diagnostics);
        index.Finish();
        FoldLeftConstants(folded);
        return folded;
    }

    /// <summary>Dequantize, then Quantize: nothing, or one change of quantisation.</summary>
    private static bool JoinPair(QdqIndex index, Node quantize)
    {
        if (index.Producer<Dequantize>(quantize.Inputs[0]) is not Node dequantize)
        {
            return false;
        }

        Value source = dequantize.Inputs[0]!;
        if (source.DType == quantize.Output.DType && source.Quantization!.SameAs(quantize.Output.Quantization) && !index.IsOutput(quantize.Output))
        {
            index.Redirect(quantize.Output, source);
            index.Remove(quantize);
            return true;
        }

        if (source.DType == DType.Int32 || source.Quantization!.PerChannel || quantize.Output.Quantization!.PerChannel)
        {
            return false;
        }

        index.SetInput(quantize, 0, source);
        return true;
    }

    /// <summary>Dequantize, then movement: movement, then Dequantize.</summary>
    private static bool Sink(QdqIndex index, Node node)
    {
        if (!Movement.Is(node.Op))
        {
            return false;
        }

        List<Value> sources = [];
        for (int i = 0; i < Movement.DataInputs(node); i++)
        {
            if (index.Producer<Dequantize>(node.Inputs[i]) is not { } dequantize || dequantize.Inputs[0]!.DType == DType.Int32)
            {
                return false;
            }

            sources.Add(dequantize.Inputs[0]!);
        }

        Quantization q = sources[0].Quantization!;
        bool alike = sources.TrueForAll(s => s.DType == sources[0].DType && q.SameAs(s.Quantization));
        if (!alike || Movement.Moved(q, node.Op, sources[0].Shape) is not Quantization moved
            || (node.Op is Pad { Mode: PadMode.Constant } pad && !Holds(moved, sources[0].DType, pad.Value)))
        {
            return false;
        }

        for (int i = 0; i < sources.Count; i++)
        {
            index.SetInput(node, i, sources[i]);
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            Value real = node.Outputs[i];
            Value integers = new(index.Fresh($"{real.Name}:q"), new TensorType(sources[0].DType, real.Shape, moved));
            index.SetOutput(node, i, integers);
            index.Insert(new Node($"{node.Name}/dequantize", new Dequantize(), [integers], [real]));
            foreach (Node reader in index.Consumers(real))
            {
                index.Touch(reader);
            }
        }

        return true;
    }

    /// <summary>Movement, then Quantize: Quantize, then movement. Only where all readers quantise alike.</summary>
    private static bool Hoist(QdqIndex index, Node node)
    {
        if (!Movement.Is(node.Op) || Movement.DataInputs(node) != 1 || node.Outputs.Count != 1 || node.Output.DType != DType.Float32
            || Quantized(index, node.Output) is not Value target || target.Quantization!.PerChannel
            || (node.Op is Pad { Mode: PadMode.Constant } pad && !Holds(target.Quantization, target.DType, pad.Value)))
        {
            return false;
        }

        Value x = node.Inputs[0]!;
        if (x.IsConstant)
        {
            return false;
        }

        TakeOver(index, node, target);
        Value quantised = index.Add(new Ops.Quantize(target.DType), $"{node.Name}/quantize", new TensorType(target.DType, x.Shape, target.Quantization), x);
        index.SetInput(node, 0, quantised);
        return true;
    }

    /// <summary>A clip comes before movement, and then into the operator before it.</summary>
    private static bool FuseClip(QdqIndex index, Node node)
    {
        if (Activations.OfClip(node.Op) is not Clamp clamp || node.Output.DType != DType.Float32
            || index.Producer(node.Inputs[0]) is not Node producer || !index.IsPrivate(node.Inputs[0]!))
        {
            return false;
        }

        if (producer.Op is Reshape or Transpose && producer.Inputs[0] is Value inner && !inner.IsConstant)
        {
            Value clipped = index.Add(node.Op, node.Name, inner.Type, inner);
            index.SetInput(producer, 0, clipped);
            index.SetOutput(producer, 0, node.Output);
            index.Remove(node);
            return true;
        }

        if (Activations.Of(producer.Op) is not Clamp before || producer.Op is MaxPool2D)
        {
            return false;
        }

        producer.Op = Activations.With(producer.Op, before.Then(clamp));
        index.Remove(node);
        index.SetOutput(producer, 0, node.Output);
        return true;
    }

    /// <summary>A constant added to a product without bias becomes its bias: exporters write Linear as MatMul and Add.</summary>
    private static bool FuseBias(QdqIndex index, Node node)
    {
        if (node.Op is not Add add || node.Output.DType != DType.Float32)
        {
            return false;
        }

        for (int i = 0; i < 2; i++)
        {
            Value product = node.Inputs[i]!;
            Value bias = node.Inputs[1 - i]!;
            bool constant = bias.IsConstant || index.Producer<Dequantize>(bias) is { } d && d.Inputs[0]!.IsConstant;
            if (constant && bias.Shape.Rank >= 1 && bias.Shape.Count == bias.Shape[-1] && product.Shape.Equals(node.Output.Shape)
                && index.IsPrivate(product) && index.Producer<FullyConnected>(product) is { Op: FullyConnected { Activation.IsNone: true } } linear
                && linear.Input(2) is null && linear.Inputs[1]!.Shape[0] == bias.Shape.Count)
            {
                linear.Op = new FullyConnected(add.Activation);
                if (linear.Inputs.Count < 3)
                {
                    linear.Inputs.Add(null);
                }

                index.SetInput(linear, 2, bias);
                index.Remove(node);
                index.SetOutput(linear, 0, node.Output);
                return true;
            }
        }

        return false;
    }

    /// <summary>The quantised form all readers of a value make of it; null where somebody needs the real numbers.</summary>
    internal static Value? Quantized(QdqIndex index, Value value)
    {
        IReadOnlyList<Node> readers = index.Consumers(value);
        if (index.IsOutput(value) || readers.Count == 0 || readers.Any(r => r.Op is not Ops.Quantize))
        {
            return null;
        }

        Value first = readers[0].Output;
        return readers.All(r => r.Output.DType == first.DType && first.Quantization!.SameAs(r.Output.Quantization)) ? first : null;
    }

    /// <summary>The node makes the quantised value itself; the Quantize nodes behind it go away.</summary>
    internal static void TakeOver(QdqIndex index, Node node, Value target)
    {
        Value real = node.Output;
        foreach (Node quantize in index.Consumers(real).ToList())
        {
            if (!ReferenceEquals(quantize.Output, target) && !index.IsOutput(quantize.Output))
            {
                index.Redirect(quantize.Output, target);
                index.Remove(quantize);
            }
            else if (ReferenceEquals(quantize.Output, target))
            {
                index.Remove(quantize);
            }
            else
            {
                index.SetInput(quantize, 0, target);
            }
        }

        index.SetOutput(node, 0, target);
    }

    /// <summary>Whether a real number is one of the quantised ones.</summary>
    private static bool Holds(Quantization q, DType type, float value)
    {
        (int low, int high) = OpHelpers.TypeRange(type);
        double integer = value / (double)q.Scales[0] + q.ZeroPoints[0];
        return !q.PerChannel && integer >= low - 1e-4 && integer <= high + 1e-4 && Math.Abs(integer - Math.Round(integer)) < 1e-4;
    }

    private static void Report(QdqIndex index, QdqOperators operators, DiagnosticBag diagnostics)
    {
        List<string> left = [];
        foreach (Node node in index.Nodes)
        {
            bool reads = node.Inputs.Exists(v => index.Producer<Dequantize>(v) is not null);
            if (reads && node.Op is not Ops.Quantize)
            {
                left.Add($"{node} ({operators.Reason(node)})");
            }
        }

        if (left.Count > 0)
        {
            diagnostics.Warn("TN3101", $"{left.Count} operators stay in float: {string.Join(", ", left)}.", null,
                "quantise their inputs, weights and outputs, or compile the float model with --quantize int8");
        }
    }

    // Weights of operators that stay in float are float.
    private static void FoldLeftConstants(Graph graph)
    {
        foreach (Node node in graph.Nodes.Where(n => n.Op is Dequantize && n.Inputs[0]!.IsConstant && !graph.IsOutput(n.Output)).ToList())
        {
            Value integers = node.Inputs[0]!;
            node.Output.Constant = Tensor.Of(integers.Shape, integers.Constant!.ToFloats(integers.Quantization));
            graph.Nodes.Remove(node);
        }
    }
}
