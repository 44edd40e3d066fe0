using TinyNano.Compiler;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Passes;
using TinyNano.Compiler.Quantize;
using TinyNano.Simulator;

namespace TinyNano.OnnxRuntime.Tests;

/// <summary>Compares what a graph gives with what ONNX Runtime gave.</summary>
internal static class Agreement
{
    /// <summary>Imports a model and folds its quantisation, as every compilation does.</summary>
    public static Graph Import(OnnxCase model, DiagnosticBag diagnostics)
    {
        Graph imported = OnnxImporter.Import(model.Model, $"{model.Name}.onnx", diagnostics);
        GraphChecker.Check(imported, "import");
        Graph folded = FoldQdq.Run(imported, diagnostics);
        GraphChecker.Check(folded, nameof(FoldQdq));
        string text = GraphPrinter.Print(folded);
        Assert.Equal(text, GraphPrinter.Print(GraphParser.Parse(text)));
        return folded;
    }

    /// <summary>Null where the float interpreter agrees with the expected outputs, before and after the passes.</summary>
    public static string? Interpreted(OnnxCase model, Graph graph, IReadOnlyList<Tensor> expected)
    {
        foreach (Graph form in new[] { graph, PassPipeline.Standard.Run(graph) })
        {
            IReadOnlyList<Tensor> actual = Interpreter.Run(form, [.. form.Inputs.Select(i => Input(model, i))]);
            for (int i = 0; i < expected.Count; i++)
            {
                if (Difference(model, form.Outputs[i], actual[i], expected[i]) is string difference)
                {
                    return $"{model.Name}{(ReferenceEquals(form, graph) ? "" : " after the passes")}, output {i}: {difference}";
                }
            }
        }

        return null;
    }

    /// <summary>Null where the C runtime agrees with the expected outputs.</summary>
    public static string? OnDevice(OnnxCase model, Graph graph, IReadOnlyList<Tensor> expected)
    {
        Graph tidy = PassPipeline.Standard.Run(graph);
        using HostModel device = new(BlobCompiler.Compile(tidy).Blob);
        byte[] bytes = device.Run([.. tidy.Inputs.SelectMany(i => Input(model, i).ToBytes())]);
        int at = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            Value output = tidy.Outputs[i];
            int length = output.Shape.Count * output.DType.Size();
            Tensor actual = Tensor.FromBytes(output.DType, output.Shape, bytes.AsSpan(at, length));
            at += length;
            if (Difference(model, output, actual, expected[i]) is string difference)
            {
                return $"{model.Name} on the device, output {i}: {difference}";
            }
        }

        return null;
    }

    private static Tensor Input(OnnxCase model, Value input) => model.Inputs.First(i => i.Name == input.Name).Tensor;

    private static string? Difference(OnnxCase model, Value value, Tensor actual, Tensor expected)
    {
        if (!actual.Shape.Equals(expected.Shape))
        {
            return $"shape {actual.Shape}, expected {expected.Shape}";
        }

        double largest = Enumerable.Range(0, expected.Count).Select(expected.GetDouble).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < expected.Count; i++)
        {
            double got = actual.GetDouble(i);
            double wanted = expected.GetDouble(i);
            double allowed = 1e-5 * Math.Abs(wanted) + 2e-6 * Math.Max(1, largest) + 1.01 * model.Steps * model.RealStep;
            if (value.Quantization is Quantization q && expected.DType != DType.Float32)
            {
                // Steps of quantisation; real numbers of the interpreter are quantised first.
                (int low, int high) = TypeRange(expected.DType);
                got = actual.DType == DType.Float32 ? Math.Clamp(Math.Round(got / q.Scale) + q.ZeroPoint, low, high) : got;
                allowed = model.Steps;
            }

            if (!(Math.Abs(got - wanted) <= allowed || got == wanted || (double.IsNaN(got) && double.IsNaN(wanted))))
            {
                return $"element {i} of {expected.Shape} is {got}, expected {wanted}";
            }
        }

        return null;
    }

    private static (int Low, int High) TypeRange(DType type) => type switch
    {
        DType.UInt8 => (0, 255),
        DType.Int8 => (-128, 127),
        _ => (short.MinValue, short.MaxValue),
    };
}
