using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.IR;
using TinyNano.OnnxRuntime.Tests.Cases;

namespace TinyNano.OnnxRuntime.Tests;

/// <summary>Every operator we accept, alone in a model, gives what ONNX Runtime gives.</summary>
public sealed class FloatOperatorTests
{
    /// <summary>Known at import, or not for float models.</summary>
    private static readonly string[] Elsewhere = ["DequantizeLinear", "QuantizeLinear", "QLinearConv", "QLinearMatMul"];

    private static readonly Dictionary<string, OnnxCase> Cases = new OnnxCase[][]
    {
        [.. ConvolutionCases.All()], [.. ElementwiseCases.All()], [.. ActivationCases.All()], [.. MovementCases.All()],
        [.. ReductionCases.All()], [.. ResizeCases.All()], [.. RecurrentCases.All()], [.. ConstantCases.All()],
    }.SelectMany(c => c).ToDictionary(c => c.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operator_AsInOnnxRuntime(string name)
    {
        OnnxCase model = Cases[name];
        IReadOnlyList<Tensor> expected = Oracle.Run(model.Model, model.Inputs);
        string? difference = Agreement.Interpreted(model, Agreement.Import(model, new DiagnosticBag()), expected);
        Assert.True(difference is null, difference);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OnDevice_AsInOnnxRuntime(string name)
    {
        OnnxCase model = Cases[name];
        IReadOnlyList<Tensor> expected = Oracle.Run(model.Model, model.Inputs);
        string? difference = Agreement.OnDevice(model, Agreement.Import(model, new DiagnosticBag()), expected);
        Assert.True(difference is null, difference);
    }

    [Fact]
    public void EveryAcceptedOperator_HasACase()
    {
        HashSet<string> covered = [.. Cases.Values.SelectMany(c => c.Operators), .. Elsewhere];
        string[] missing = [.. OnnxOpTable.Names.Where(n => !n.StartsWith("com.microsoft.Q", StringComparison.Ordinal)
            && n != "com.microsoft.DequantizeLinear" && !covered.Contains(n))];
        Assert.True(missing.Length == 0, string.Join(", ", missing));
    }
}
