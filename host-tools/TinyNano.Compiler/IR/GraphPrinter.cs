using System.Globalization;
using System.Text;

namespace TinyNano.Compiler.IR;

/// <summary>
/// The text form of a graph: the same graph always gives the same text, and <see cref="GraphParser"/> gives the graph
/// back exactly. One statement a line:
/// <code>
/// graph NAME
/// label "cat"
/// input %x: i8[1,49,10,1] q(0.58470291, 83)
/// state %h: i8[1,16] q(0.0078125, 0)
/// %w: i8[64,10,4,1] q(axis=0; 0.1, 0.2; 0, 0) = const [1, 2, -3]
/// %y: i8[1,25,5,64] q(0.07, -128) = Conv2D(%x, %w, _) { StrideH = 2, Activation = relu } "name"
/// output %y
/// </code>
/// Absent inputs are <c>_</c>; a constant of equal elements is <c>const fill(0.5)</c>; the name at the end of a node
/// appears where it differs from its first output's. Attributes at their default (see <see cref="OpAttributes"/>) are left
/// out. Floats are in the shortest form that parses back to the same bits.
/// </summary>
public static class GraphPrinter
{
    /// <summary>The text of a whole graph, constants included, ending in a newline.</summary>
    public static string Print(Graph graph)
    {
        StringBuilder text = new();
        text.Append("graph ").Append(IsBare(graph.Name) ? graph.Name : Quote(graph.Name)).Append('\n');
        foreach (string label in graph.Labels)
        {
            text.Append("label ").Append(Quote(label)).Append('\n');
        }

        HashSet<Value> known = [.. graph.Inputs];
        foreach (Value input in graph.Inputs)
        {
            text.Append("input ").Append(Declaration(input)).Append('\n');
        }

        foreach (Value state in graph.Values().Where(v => v.IsState && known.Add(v)))
        {
            text.Append("state ").Append(Declaration(state)).Append('\n');
        }

        foreach (Node node in graph.Nodes)
        {
            PrintConstants(text, node.Inputs, known);
            PrintNode(text, node);
        }

        PrintConstants(text, graph.Outputs, known);
        foreach (Value output in graph.Outputs)
        {
            text.Append("output ").Append(Reference(output)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>One node as its line of the text form, without the newline.</summary>
    public static string Print(Node node)
    {
        StringBuilder text = new();
        PrintNode(text, node);
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>A type as the text form writes it: <c>i8[1,16] q(0.5, -3)</c>.</summary>
    public static string Print(TensorType type)
    {
        if (type.Quantization is not Quantization q)
        {
            return type.ToString();
        }

        return q.PerChannel || q.Axis != 0
            ? $"{type} q(axis={q.Axis}; {string.Join(", ", q.Scales.Select(Number))}; {string.Join(", ", q.ZeroPoints)})"
            : $"{type} q({Number(q.Scales[0])}, {q.ZeroPoints[0]})";
    }

    /// <summary>A float in the shortest form that parses back to it; inf, -inf and nan by name.</summary>
    internal static string Number(float value) =>
        float.IsNaN(value) ? "nan"
        : float.IsInfinity(value) ? value > 0 ? "inf" : "-inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    internal static bool IsBareCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' or ':' or '-';

    private static void PrintConstants(StringBuilder text, IEnumerable<Value?> values, HashSet<Value> known)
    {
        foreach (Value? value in values)
        {
            if (value?.Constant is not Tensor data || !known.Add(value))
            {
                continue;
            }

            text.Append(Declaration(value)).Append(" = const ");
            PrintElements(text, data);
            text.Append('\n');
        }
    }

    private static void PrintNode(StringBuilder text, Node node)
    {
        text.AppendJoin(", ", node.Outputs.Select(Declaration)).Append(" = ").Append(node.Op.Name).Append('(');
        text.AppendJoin(", ", node.Inputs.Select(v => v is null ? "_" : Reference(v))).Append(')');
        string[] attributes = [.. Attributes(node.Op)];
        if (attributes.Length > 0)
        {
            text.Append(" { ").AppendJoin(", ", attributes).Append(" }");
        }

        if (node.Outputs.Count == 0 || node.Name != node.Output.Name)
        {
            text.Append(' ').Append(Quote(node.Name));
        }

        text.Append('\n');
    }

    private static IEnumerable<string> Attributes(Op op)
    {
        foreach (OpAttribute attribute in OpAttributes.Of(op.GetType()))
        {
            object? value = attribute.Property.GetValue(op);
            if (attribute.Default is null || !attribute.Default.Equals(value))
            {
                yield return $"{attribute.Name} = {Attribute(value)}";
            }
        }
    }

    private static string Attribute(object? value) => value switch
    {
        int i => i.ToString(CultureInfo.InvariantCulture),
        int[] array => $"[{string.Join(", ", array)}]",
        float f => Number(f),
        bool b => b ? "true" : "false",
        string s => Quote(s),
        DType type => type.ShortName(),
        Clamp clamp => Activation(clamp),
        Enum e => e.ToString(),
        _ => throw new NotSupportedException($"attributes of type {value?.GetType().Name ?? "null"} have no text form"),
    };

    private static string Activation(Clamp clamp) =>
        clamp == Clamp.None ? "none"
        : clamp == Clamp.Relu ? "relu"
        : clamp == Clamp.Relu6 ? "relu6"
        : clamp == Clamp.ReluN1To1 ? "relu_n1_to_1"
        : $"[{Number(clamp.Min)}, {Number(clamp.Max)}]";

    private static void PrintElements(StringBuilder text, Tensor data)
    {
        if (data.Count > 1 && AllEqual(data))
        {
            text.Append("fill(").Append(Element(data, 0)).Append(')');
            return;
        }

        text.Append('[');
        for (int i = 0; i < data.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(Element(data, i));
        }

        text.Append(']');
    }

    private static string Element(Tensor data, int index) => data.Data switch
    {
        float[] a => Number(a[index]),
        bool[] a => a[index] ? "true" : "false",
        _ => data.GetInteger(index).ToString(CultureInfo.InvariantCulture),
    };

    private static bool AllEqual(Tensor data)
    {
        string first = Element(data, 0);
        for (int i = 1; i < data.Count; i++)
        {
            if (Element(data, i) != first)
            {
                return false;
            }
        }

        return true;
    }

    private static string Declaration(Value value) => $"{Reference(value)}: {Print(value.Type)}";

    private static string Reference(Value value) => "%" + (IsBare(value.Name) ? value.Name : Quote(value.Name));

    /// <summary>A final colon would read as the one before the type.</summary>
    private static bool IsBare(string name) => name.Length > 0 && name.All(IsBareCharacter) && !name.EndsWith(':');

    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                _ when c is < ' ' or > '~' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
