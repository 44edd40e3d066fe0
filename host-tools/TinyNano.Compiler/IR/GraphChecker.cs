using TinyNano.Compiler.Diagnostics;

namespace TinyNano.Compiler.IR;

/// <summary>
/// What every graph must obey, whoever made it: names, order, one producer a value, and the types that the operators
/// give. It knows nothing about passes.
/// </summary>
public static class GraphChecker
{
    /// <summary>CompileException TN2002 with every violation, if there is one. A violation is a mistake of ours, not of the user.</summary>
    public static void Check(Graph graph, string? after = null)
    {
        IReadOnlyList<string> violations = Violations(graph);
        if (violations.Count > 0)
        {
            string where = after is null ? $"graph '{graph.Name}'" : $"graph '{graph.Name}' after {after}";
            throw new CompileException([.. violations.Select(v => new Diagnostic("TN2002", Severity.Error, v, where, "this is a bug of the compiler"))]);
        }
    }

    /// <summary>Every violation as a sentence, in the order of the graph; empty for a sound graph.</summary>
    public static IReadOnlyList<string> Violations(Graph graph)
    {
        List<string> found = [];
        CheckNames(graph, found);
        CheckOrder(graph, found);
        foreach (Value value in graph.Values())
        {
            CheckConstant(value, found);
            CheckQuantization(value, found);
        }

        foreach (Node node in graph.Nodes)
        {
            CheckTypes(node, found);
        }

        return found;
    }

    private static void CheckNames(Graph graph, List<string> found)
    {
        HashSet<string> names = [];
        foreach (Value value in graph.Values())
        {
            if (value.Name.Length == 0)
            {
                found.Add($"a value of type {value.Type} has no name");
            }
            else if (!names.Add(value.Name))
            {
                found.Add($"two values are called '{value.Name}'");
            }
        }

        found.AddRange(graph.Nodes.Where(n => n.Name.Length == 0).Select(n => $"a {n.Op.Name} node has no name"));
    }

    /// <summary>Every value is made once, before it is used; inputs, constants and states are made by nobody.</summary>
    private static void CheckOrder(Graph graph, List<string> found)
    {
        HashSet<Value> made = [];
        foreach (Value input in graph.Inputs)
        {
            if (input.IsConstant || input.IsState)
            {
                found.Add($"input '{input.Name}' is a {(input.IsState ? "state" : "constant")}");
            }

            if (!made.Add(input))
            {
                found.Add($"input '{input.Name}' is listed twice");
            }
        }

        foreach (Node node in graph.Nodes)
        {
            foreach (Value? value in node.Inputs)
            {
                if (value is { IsConstant: false, IsState: false } && !made.Contains(value))
                {
                    found.Add($"{node} uses '{value.Name}' before it is made");
                }
            }

            foreach (Value value in node.Outputs)
            {
                if (value.IsConstant || value.IsState)
                {
                    found.Add($"{node} makes '{value.Name}', which is a {(value.IsState ? "state" : "constant")}");
                }
                else if (!made.Add(value))
                {
                    found.Add($"{node} makes '{value.Name}', which is made elsewhere too");
                }
            }
        }

        found.AddRange(graph.Outputs.Where(v => !v.IsConstant && !v.IsState && !made.Contains(v))
            .Select(v => $"output '{v.Name}' is made by nobody"));
        found.AddRange(graph.Outputs.Where(v => v.IsState && graph.Consumers(v).Count == 0)
            .Select(v => $"state '{v.Name}' is read by no node, so nobody updates it"));
        if (graph.Outputs.Count == 0)
        {
            found.Add("the graph has no output");
        }
    }

    private static void CheckConstant(Value value, List<string> found)
    {
        if (value.IsConstant && value.IsState)
        {
            found.Add($"'{value.Name}' is a constant and a state");
        }

        if (value.Constant is Tensor data && (data.DType != value.DType || !data.Shape.Equals(value.Shape)))
        {
            found.Add($"constant '{value.Name}' holds {data.DType.ShortName()}{data.Shape}, its type is {value.Type}");
        }
    }

    private static void CheckQuantization(Value value, List<string> found)
    {
        if (value.Quantization is not Quantization q)
        {
            return;
        }

        if (value.DType is DType.Float32 or DType.Bool)
        {
            found.Add($"'{value.Name}' is {value.DType.ShortName()} and has a quantisation");
        }

        if (q.PerChannel && (q.Axis < 0 || q.Axis >= value.Shape.Rank || value.Shape[q.Axis] != q.Scales.Length))
        {
            found.Add($"'{value.Name}' {value.Type} has {q.Scales.Length} scales along axis {q.Axis}");
        }
    }

    private static void CheckTypes(Node node, List<string> found)
    {
        IReadOnlyList<TensorType> types;
        try
        {
            types = node.Op.Infer([.. node.Inputs.Select(v => v?.Type)]);
        }
        catch (Exception e) when (e is OpException or ArgumentException or OverflowException)
        {
            found.Add($"{node}: {e.Message}");
            return;
        }

        if (types.Count != node.Outputs.Count)
        {
            found.Add($"{node} has {node.Outputs.Count} outputs, its operator gives {types.Count}");
            return;
        }

        for (int i = 0; i < types.Count; i++)
        {
            Value output = node.Outputs[i];
            if (output.DType != types[i].DType || !output.Shape.Equals(types[i].Shape))
            {
                found.Add($"{node} gives {types[i]}, but '{output.Name}' is {output.Type}");
            }
        }
    }
}
