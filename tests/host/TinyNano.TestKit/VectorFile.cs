using System.Globalization;
using System.Text;
using System.Text.Json;
using TinyNano.Compiler.IR;

namespace TinyNano.TestKit;

/// <summary>
/// One graph with inputs and the outputs a reference gave. Tensors have the shape of their graph value, or, where the
/// case consists of several runs one after another (states are kept between them), [runs, ...shape].
/// </summary>
public sealed record VectorCase(string Name, Graph Graph, IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Outputs)
{
    /// <summary>How many runs the tensors hold.</summary>
    public int Runs => Graph.Inputs.Count == 0 ? 1 : Inputs[0].Count / Graph.Inputs[0].Shape.Count;

    /// <summary>The part of tensor <paramref name="index"/> of a list that belongs to one run.</summary>
    public static Tensor OfRun(IReadOnlyList<Tensor> tensors, IReadOnlyList<Value> values, int index, int run)
    {
        Shape shape = values[index].Shape;
        Tensor part = Tensor.Zeros(values[index].DType, shape);
        Array.Copy(tensors[index].Data, run * shape.Count, part.Data, 0, shape.Count);
        return part;
    }
}

/// <summary>
/// Golden numbers of one device operator: tests/vectors/NAME.json, { "origin", "cases": [ { "name", "graph" (text form of
/// the IR), "inputs": [[...]], "outputs": [[...]] } ] }. Numbers are JSON numbers in the tensor's own type: quantised
/// integers stay integers, bools are 0 and 1; infinities and NaN are the strings "Infinity", "-Infinity", "NaN".
/// </summary>
public sealed class VectorFile
{
    public VectorFile(string origin, IReadOnlyList<VectorCase> cases)
    {
        Origin = origin;
        Cases = cases;
    }

    /// <summary>Which tool and version produced the numbers.</summary>
    public string Origin { get; }

    public IReadOnlyList<VectorCase> Cases { get; }

    public static VectorFile Read(string path) => Parse(File.ReadAllText(path));

    public static VectorFile Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        List<VectorCase> cases = [];
        foreach (JsonElement item in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            string name = item.GetProperty("name").GetString()!;
            Graph graph = GraphParser.Parse(item.GetProperty("graph").GetString()!);
            Tensor[] inputs = Tensors(item.GetProperty("inputs"), graph.Inputs, name);
            Tensor[] outputs = Tensors(item.GetProperty("outputs"), graph.Outputs, name);
            cases.Add(new VectorCase(name, graph, inputs, outputs));
        }

        return new VectorFile(document.RootElement.GetProperty("origin").GetString()!, cases);
    }

    public void Write(string path) => File.WriteAllText(path, ToJson());

    public string ToJson()
    {
        StringBuilder text = new();
        text.Append("{\n\"origin\": ").Append(Quote(Origin)).Append(",\n\"cases\": [");
        for (int i = 0; i < Cases.Count; i++)
        {
            VectorCase item = Cases[i];
            text.Append(i == 0 ? "\n{\n" : ",\n{\n");
            text.Append(" \"name\": ").Append(Quote(item.Name)).Append(",\n");
            text.Append(" \"graph\": ").Append(Quote(GraphPrinter.Print(item.Graph))).Append(",\n");
            text.Append(" \"inputs\": ").Append(Lists(item.Inputs)).Append(",\n");
            text.Append(" \"outputs\": ").Append(Lists(item.Outputs)).Append("\n}");
        }

        return text.Append("\n]\n}\n").ToString();
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text, Relaxed);

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Lists(IReadOnlyList<Tensor> tensors) => "[" + string.Join(", ", tensors.Select(List)) + "]";

    private static string List(Tensor tensor) => "[" + string.Join(",", Enumerable.Range(0, tensor.Count).Select(i => Number(tensor, i))) + "]";

    private static string Number(Tensor tensor, int i)
    {
        if (tensor.DType != DType.Float32)
        {
            return tensor.GetInteger(i).ToString(CultureInfo.InvariantCulture);
        }

        float value = tensor.Floats[i];
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return float.IsFinite(value) ? text : $"\"{text}\"";
    }

    private static Tensor[] Tensors(JsonElement lists, List<Value> values, string name)
    {
        if (lists.GetArrayLength() != values.Count)
        {
            throw new FormatException($"case '{name}' has {lists.GetArrayLength()} lists of numbers for {values.Count} tensors");
        }

        return [.. values.Select((value, i) => Tensor(lists[i], value, name))];
    }

    private static Tensor Tensor(JsonElement list, Value value, string name)
    {
        int count = list.GetArrayLength();
        int runs = count / value.Shape.Count;
        if (runs == 0 || count % value.Shape.Count != 0)
        {
            throw new FormatException($"case '{name}' has {count} numbers for '{value.Name}' {value.Type}");
        }

        Shape shape = runs == 1 ? value.Shape : new Shape([runs, .. value.Shape.Dims]);
        Tensor tensor = Compiler.IR.Tensor.Zeros(value.DType, shape);
        for (int i = 0; i < count; i++)
        {
            tensor.Data.SetValue(Element(list[i], value.DType), i);
        }

        return tensor;
    }

    private static object Element(JsonElement number, DType type) => type switch
    {
        DType.Float32 => number.ValueKind == JsonValueKind.String
            ? float.Parse(number.GetString()!, CultureInfo.InvariantCulture)
            : number.GetSingle(),
        DType.Int8 => number.GetSByte(),
        DType.UInt8 => number.GetByte(),
        DType.Int16 => number.GetInt16(),
        DType.Int32 => number.GetInt32(),
        DType.Int64 => number.GetInt64(),
        _ => number.GetInt32() != 0,
    };
}
