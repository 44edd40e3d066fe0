using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Passes;

/// <summary>The small edits that passes are made of.</summary>
internal static class GraphEdit
{
    public static bool IsFloat(this Value value) => value.DType == DType.Float32;

    /// <summary>Whether two values hold the same numbers in the same form: element type, shape and quantisation.</summary>
    public static bool SameForm(Value a, Value b) => a.Shape.Equals(b.Shape) && SameNumbers(a, b);

    /// <summary>As <see cref="SameForm"/> without regard to the shape.</summary>
    public static bool SameNumbers(Value a, Value b) =>
        a.DType == b.DType && (a.Quantization is null ? b.Quantization is null : a.Quantization.SameAs(b.Quantization));

    /// <summary>The one node that reads a value, once; null where there is another reader or the value is an output.</summary>
    public static Node? SoleConsumer(this Graph graph, Value value)
    {
        List<Node> consumers = graph.Consumers(value);
        return consumers.Count == 1 && !graph.IsOutput(value) && consumers[0].Inputs.Count(v => ReferenceEquals(v, value)) == 1
            ? consumers[0]
            : null;
    }

    /// <summary>The producer of a value when it is an <typeparamref name="T"/>.</summary>
    public static Node? ProducerOf<T>(this Graph graph, Value? value)
        where T : Op => value is not null && graph.Producer(value) is { Op: T } node ? node : null;

    /// <summary>As <see cref="ProducerOf{T}"/>, when nobody but one node reads the value.</summary>
    public static Node? SoleProducerOf<T>(this Graph graph, Value? value)
        where T : Op => value is not null && graph.SoleConsumer(value) is not null ? graph.ProducerOf<T>(value) : null;

    /// <summary>A name no value of the graph has: the wanted one, or that with a number.</summary>
    public static string FreshName(this Graph graph, string wanted)
    {
        HashSet<string> taken = [.. graph.Values().Select(v => v.Name)];
        string name = wanted;
        for (int i = 1; taken.Contains(name); i++)
        {
            name = $"{wanted}.{i}";
        }

        return name;
    }

    /// <summary>Inserts a node before another; its outputs get fresh names made of <paramref name="name"/>, and the quantisation given.</summary>
    public static Node Insert(this Graph graph, Op op, string name, IReadOnlyList<Value?> inputs, Node before, Quantization? quantization = null)
    {
        Node node = graph.Add(op, graph.FreshName(name), inputs, before);
        foreach (Value output in node.Outputs)
        {
            output.Type = output.Type with { Quantization = quantization };
        }

        return node;
    }

    /// <summary>Removes a node whose output equals <paramref name="source"/>. False where an output of the graph needs it.</summary>
    public static bool Bypass(this Graph graph, Node node, Value source)
    {
        Value target = node.Output;
        if (!graph.IsOutput(target))
        {
            graph.Nodes.Remove(node);
            graph.ReplaceUses(target, source);
            return true;
        }

        // An output of the model keeps its own value and name: the source becomes that value, if it may.
        if (graph.IsOutput(source) || graph.Producer(source) is not Node producer)
        {
            return false;
        }

        graph.Nodes.Remove(node);
        graph.ReplaceUses(source, target);
        producer.Outputs[producer.Outputs.IndexOf(source)] = target;
        return true;
    }

    /// <summary>
    /// The outputs of <paramref name="node"/> become values of the given shapes, and a node with one of the operators below
    /// makes each old output out of the new one. The new value takes the name, unless the old one is an output of the graph.
    /// </summary>
    public static void Below(this Graph graph, Node node, IReadOnlyList<Shape> shapes, IReadOnlyList<Op> below)
    {
        int at = graph.Nodes.IndexOf(node) + 1;
        for (int i = 0; i < shapes.Count; i++)
        {
            Value old = node.Outputs[i];
            string name = old.Name;
            string fresh = graph.FreshName($"{name}/{below[i].Name}");
            Value inner = new(graph.IsOutput(old) ? fresh : name, old.Type with { Shape = shapes[i] });
            old.Name = graph.IsOutput(old) ? name : fresh;
            node.Outputs[i] = inner;
            graph.Nodes.Insert(at++, new Node(old.Name, below[i], [inner], [old]));
        }
    }

    /// <summary>Makes <paramref name="producer"/> give the output of its sole consumer, which goes away.</summary>
    public static void Absorb(this Graph graph, Node producer, Node consumer)
    {
        producer.Outputs[0] = consumer.Output;
        graph.Nodes.Remove(consumer);
    }

    /// <summary>Puts a new constant in the place of an input; the name stays where nobody else uses it.</summary>
    public static void SetConstant(this Graph graph, Node node, int index, string name, Tensor data, Quantization? quantization = null)
    {
        while (node.Inputs.Count <= index)
        {
            node.Inputs.Add(null);
        }

        node.Inputs[index] = null;
        node.Inputs[index] = Value.Const(graph.FreshName(name), data, quantization);
    }

    /// <summary>The number of a float constant of one element.</summary>
    public static float? Scalar(this Value? value) => value is { Constant: { DType: DType.Float32, Count: 1 } data } ? data.Floats[0] : null;

    /// <summary>
    /// The numbers of a float constant that is the same everywhere along all axes but the last of <paramref name="shape"/>,
    /// one for each index of that axis; null for any other constant.
    /// </summary>
    public static float[]? PerChannel(this Value? value, Shape shape)
    {
        if (value?.Constant is not { DType: DType.Float32 } data || shape.Rank == 0 || data.Shape.Rank > shape.Rank)
        {
            return null;
        }

        int channels = shape[-1];
        return data.Count == 1 ? [.. Enumerable.Repeat(data.Floats[0], channels)]
            : data.Count == channels && data.Shape[-1] == channels ? data.Floats
            : null;
    }

    /// <summary>The two inputs of a commutative node as (value, constant), whichever way round; null without one of each.</summary>
    public static (Value Value, Value Constant)? WithConstant(this Node node)
    {
        if (node.Inputs.Count != 2 || node.Inputs[0] is not Value a || node.Inputs[1] is not Value b || a.IsConstant == b.IsConstant)
        {
            return null;
        }

        return b.IsConstant ? (a, b) : (b, a);
    }
}
