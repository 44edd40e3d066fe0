using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.OnnxRuntime.Tests.Cases;

namespace TinyNano.OnnxRuntime.Tests;

/// <summary>Quantised models, in QDQ and in QOperator form, give what ONNX Runtime gives, to one step of quantisation.</summary>
public sealed class QuantizedModelTests
{
    private static readonly Dictionary<string, OnnxCase> Cases = QdqCases.All().Concat(QOperatorCases.All()).ToDictionary(c => c.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Interpreter_AsOnnxRuntime_WithinOneStep(string name)
    {
        OnnxCase model = Cases[name];
        IReadOnlyList<Tensor> expected = Oracle.Run(model.Model, model.Inputs);
        string? difference = Agreement.Interpreted(model, Agreement.Import(model, new DiagnosticBag()), expected);
        Assert.True(difference is null, difference);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Device_AsOnnxRuntime_WithinOneStep(string name)
    {
        OnnxCase model = Cases[name];
        IReadOnlyList<Tensor> expected = Oracle.Run(model.Model, model.Inputs);
        string? difference = Agreement.OnDevice(model, Agreement.Import(model, new DiagnosticBag()), expected);
        Assert.True(difference is null, difference);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Import_BecomesIntegers(string name)
    {
        OnnxCase model = Cases[name];
        DiagnosticBag diagnostics = new();
        Graph graph = Agreement.Import(model, diagnostics);
        List<Node> real = graph.Nodes.FindAll(n => n.Op is not (Compiler.Ops.Quantize or Dequantize) && n.Inputs.Exists(i => i?.DType == DType.Float32));
        Assert.True(model.StaysFloat == real.Count > 0, $"{real.Count} float operators; {string.Join("; ", diagnostics.Items)}");
        Assert.Equal(model.StaysFloat, diagnostics.Items.Any(d => d.Id == "TN3101"));
    }

    [Fact]
    public void EveryAcceptedOperator_HasACase()
    {
        HashSet<string> covered = [.. Cases.Values.SelectMany(c => c.Operators)];
        string[] missing = [.. OnnxOpTable.Names.Where(n => (n.Contains("QLinear", StringComparison.Ordinal) || n.Contains("QGemm", StringComparison.Ordinal)
            || n.Contains("uantizeLinear", StringComparison.Ordinal)) && !covered.Contains(n))];
        Assert.True(missing.Length == 0, string.Join(", ", missing));
    }
}
