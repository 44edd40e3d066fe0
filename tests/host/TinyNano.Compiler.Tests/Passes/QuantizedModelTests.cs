using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Passes;
using TinyNano.TestKit;

namespace TinyNano.Compiler.Tests.Passes;

/// <summary>What arrived quantised leaves the pipeline with the same operators, the same scales and the same integers.</summary>
public sealed class QuantizedModelTests
{
    [SharedTheory]
    [InlineData("models/kws_ref_model.tflite")]
    [InlineData("models/vww_96_int8.tflite")]
    [InlineData("models/pretrainedResnet_quant.tflite")]
    [InlineData("models/ad01_int8.tflite")]
    [InlineData("models/str_ww_ref_model.tflite")]
    [InlineData("extra/tflm_trained_lstm_int8.tflite")]
    [InlineData("extra/branching_conv_fc.tflite")]
    public void Pipeline_QuantizedModel_KeepsOperatorsAndNumbers(string file)
    {
        Graph graph = ModelFile.Import(SharedData.File(file), new DiagnosticBag());

        Graph tidy = PassPipeline.Standard.Run(graph, new PassTrace { Check = true });

        Assert.Equal(Operators(graph), Operators(tidy));
        Assert.Equal(Constants(graph), Constants(tidy));
    }

    /// <summary>Operators that compute, with the types of what they make. Movement may go, and padding may become an attribute.</summary>
    private static List<string> Operators(Graph graph) =>
    [
        .. graph.Nodes.Where(n => n.Op is not (Reshape or Transpose or Pad or Ops.Quantize or StridedSlice))
            .Select(n => $"{n.Op.Name} {string.Join(' ', n.Outputs.Select(v => GraphPrinter.Print(v.Type)))}"),
    ];

    private static List<string> Constants(Graph graph) =>
    [
        .. graph.Values().Where(v => v.IsConstant && v.Quantization is not null)
            .Select(v => $"{GraphPrinter.Print(v.Type)} {Convert.ToHexString(v.Constant!.ToBytes())}").Distinct().Order(),
    ];
}
