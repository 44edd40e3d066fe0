using System.Text.Json;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.IR;
using TinyNano.TestKit;

namespace TinyNano.Compiler.Tests.TFLite;

/// <summary>Real models: what the importer makes of them agrees with the index beside them.</summary>
public sealed class SharedModelTests
{
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
