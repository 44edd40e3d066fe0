using System.Text.Json;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.IR;
using TinyNano.TestKit;

namespace TinyNano.Compiler.Tests.TFLite;

/// <summary>Real models: what the importer makes of them agrees with the index beside them.</summary>
public sealed class SharedModelTests
{
    // Of the output's quantisation: what a few layers of roundings may add up to.
    private const float MostSteps = 6;

    public static TheoryData<string> Extra()
    {
        TheoryData<string> data = [];
        foreach (string file in Files("extra"))
        {
            data.Add(Path.GetFileName(file));
        }

        return data;
    }

    public static TheoryData<string> Models()
    {
        TheoryData<string> data = [];
        foreach (string file in Files("models"))
        {
            data.Add(Path.GetFileName(file));
        }

        return data;
    }

    [SharedTheory]
    [MemberData(nameof(Extra))]
    public void Import_ExtraModel_AgreesWithIndex(string file)
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllText(SharedData.File("extra", "index.json")));
        JsonElement entry = index.RootElement.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("file").GetString() == "extra/" + file);
        (Graph graph, DiagnosticBag diagnostics) = Import("extra", file);
        Assert.Equal(Types(entry.GetProperty("inputs")), graph.Inputs.Select(Describe));
        Assert.Equal(Types(entry.GetProperty("outputs")), graph.Outputs.Select(Describe));
        string[] expected = entry.GetProperty("subgraphs").GetInt32() > 1 ? ["TN1009"] : [];
        Assert.Equal(expected, diagnostics.Items.Select(d => d.Id));

        TFLiteModel model = TFLiteReader.Read(File.ReadAllBytes(SharedData.File("extra", file)), file);
        Dictionary<string, int> counted = model.Subgraphs.SelectMany(s => s.Operators).GroupBy(o => o.Name).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(entry.GetProperty("ops").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32()), counted);
    }

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Import_BenchmarkModel_GivesSoundGraph(string file)
    {
        (Graph graph, DiagnosticBag diagnostics) = Import("models", file);
        Assert.Empty(GraphChecker.Violations(graph));
        Assert.Equal(file == "kws_ref_model_float32.tflite" ? ["TN1008"] : [], diagnostics.Items.Select(d => d.Id));
    }

    [SharedTheory]
    [MemberData(nameof(Extra))]
    public void Import_ExtraModel_GivesSoundGraphThatPrintsAndParses(string file)
    {
        (Graph graph, _) = Import("extra", file);
        Assert.Empty(GraphChecker.Violations(graph));
        string text = GraphPrinter.Print(graph);
        Assert.Equal(text, GraphPrinter.Print(GraphParser.Parse(text)));
    }

    /// <summary>
    /// The meaning on real numbers is that of the reference kernels: floats up to the order of sums, quantised numbers up to
    /// their roundings (the interpreter rounds nothing).
    /// </summary>
    [SharedTheory]
    [MemberData(nameof(Extra))]
    public void Import_ExtraModel_MeansWhatTheReferenceComputes(string file)
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllText(SharedData.File("extra", "index.json")));
        JsonElement entry = index.RootElement.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("file").GetString() == "extra/" + file);
        (Graph graph, _) = Import("extra", file);
        using BinaryReader inputs = new(File.OpenRead(SharedData.File("extra", "golden", entry.GetProperty("golden")[0].GetString()!)));
        using BinaryReader outputs = new(File.OpenRead(SharedData.File("extra", "golden", entry.GetProperty("golden")[1].GetString()!)));
        InterpreterState state = new();
        for (int run = 0; run < entry.GetProperty("n").GetInt32(); run++)
        {
            Tensor[] given = [.. graph.Inputs.Select(v => Real(v, inputs))];
            IReadOnlyList<Tensor> actual = Interpreter.Run(graph, given, state);
            for (int k = 0; k < actual.Count; k++)
            {
                float[] expected = Real(graph.Outputs[k], outputs).ToFloats();
                float most = expected.Where(float.IsFinite).DefaultIfEmpty().Max(MathF.Abs);
                float tolerance = graph.Outputs[k].Quantization is Quantization q ? MostSteps * q.Scale
                    : graph.Values().Any(v => v.Quantization is not null) ? 0.05f * most
                    : 1e-5f * Math.Max(1, most);
                Compare(graph.Outputs[k], expected, actual[k].ToFloats(), tolerance);
            }
        }
    }

    [SharedFact]
    public void Import_KeywordModel_HasTheExpectedNodes()
    {
        (Graph graph, _) = Import("models", "kws_ref_model.tflite");
        Assert.Equal("i8[1,49,10,1]", Describe(graph.Inputs[0]));
        Assert.Equal("i8[1,12]", Describe(graph.Outputs[0]));
        string[] expected = ["Conv2D", .. Enumerable.Repeat(new[] { "DepthwiseConv2D", "Conv2D" }, 4).SelectMany(p => p), "AveragePool2D", "Reshape", "FullyConnected", "Softmax"];
        Assert.Equal(expected, graph.Nodes.Select(n => n.Op.Name));
        Assert.True(graph.Nodes[0].Inputs[1]!.Quantization!.PerChannel);
    }

    private static Tensor Real(Value value, BinaryReader reader)
    {
        Tensor tensor = Tensor.FromBytes(value.DType, value.Shape, reader.ReadBytes(value.Shape.Count * value.DType.Size()));
        return value.Quantization is null ? tensor : Tensor.Of(value.Shape, tensor.ToFloats(value.Quantization));
    }

    private static void Compare(Value value, float[] expected, float[] actual, float tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            float clamped = value.Quantization is null ? actual[i] : Clamped(value, actual[i]);
            Assert.True(expected[i].Equals(clamped) || MathF.Abs(expected[i] - clamped) <= tolerance,
                $"'{value.Name}'[{i}] is {actual[i]}, the reference has {expected[i]} (tolerance {tolerance})");
        }
    }

    private static float Clamped(Value value, float real)
    {
        (Quantization q, int half) = (value.Quantization!, value.DType == DType.Int8 ? 128 : 32768);
        return Math.Clamp(real, q.Scale * (-half - q.ZeroPoint), q.Scale * (half - 1 - q.ZeroPoint));
    }

    private static (Graph Graph, DiagnosticBag Diagnostics) Import(string folder, string file)
    {
        DiagnosticBag diagnostics = new();
        return (TFLiteImporter.Import(File.ReadAllBytes(SharedData.File(folder, file)), file, diagnostics), diagnostics);
    }

    private static string[] Files(string folder) =>
        SharedData.Root is null ? [] : [.. Directory.GetFiles(SharedData.File(folder), "*.tflite").Order(StringComparer.Ordinal)];

    private static string Describe(Value value) => value.Type.ToString();

    private static string[] Types(JsonElement list) =>
        [.. list.EnumerateArray().Select(t => $"{t[0].GetString()}[{string.Join(",", t[1].EnumerateArray().Select(d => d.GetInt32()))}]")];
}
