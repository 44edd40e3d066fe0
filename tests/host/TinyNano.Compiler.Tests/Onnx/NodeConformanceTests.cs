using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.IR;
using TinyNano.TestKit;
using Xunit.Abstractions;

namespace TinyNano.Compiler.Tests.Onnx;

/// <summary>
/// ONNX's own node tests (Debian's libonnx-testdata) in our importer and float interpreter: every test whose operators we
/// accept passes, or is listed with its reason in node_test_exceptions.txt.
/// </summary>
public sealed class NodeConformanceTests
{
    private const string Folder = "/usr/share/libonnx-testdata/data/node";

    private readonly ITestOutputHelper _output;

    public NodeConformanceTests(ITestOutputHelper output) => _output = output;

    [NodeTestFact]
    public void NodeTests_OfAcceptedOperators_PassOrAreListed()
    {
        Dictionary<string, string> listed = Listed();
        List<string> complaints = [];
        int passed = 0;
        int excepted = 0;
        int foreign = 0;
        foreach (string folder in Directory.GetDirectories(Folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(folder);
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, "model.onnx"));
            if (OnnxReader.ReadModel(bytes).Graph!.Nodes.Exists(n => OnnxOpTable.Find(n.Domain, n.OpType) is null))
            {
                foreign++;
                continue;
            }

            string? failure = NodeTest.Failure(bytes, folder);
            if (failure is null)
            {
                passed++;
            }

            if (listed.Remove(name, out string? reason))
            {
                excepted++;
                if (failure is null)
                {
                    complaints.Add($"{name}\tpasses, but is listed: {reason}");
                }
            }
            else if (failure is not null)
            {
                complaints.Add($"{name}\t{failure}");
            }
        }

        _output.WriteLine($"ONNX node tests: {passed} passed, {excepted} listed as exceptions, {foreign} of operators that are not accepted");
        complaints.AddRange(listed.Keys.Select(n => $"{n}\tis listed, but there is no such test of accepted operators"));
        Assert.True(complaints.Count == 0, $"{complaints.Count} complaints\n{string.Join("\n", complaints)}");
        Assert.True(passed > 400, $"only {passed} node tests passed");
    }

    private static Dictionary<string, string> Listed()
    {
        string path = Path.Combine(SharedData.ProjectRoot, "tests/host/TinyNano.Compiler.Tests/Onnx/node_test_exceptions.txt");
        return File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t', 2)).ToDictionary(l => l[0], l => l[1]);
    }

    /// <summary>A fact that skips where the test data is not installed.</summary>
    private sealed class NodeTestFactAttribute : FactAttribute
    {
        public NodeTestFactAttribute() => Skip = Directory.Exists(Folder) ? null : $"no {Folder}: apt-get install libonnx-testdata";
    }
}

/// <summary>One folder of the ONNX node tests.</summary>
internal static class NodeTest
{
    /// <summary>Null where the model gives the expected outputs for every data set, otherwise what is wrong.</summary>
    public static string? Failure(byte[] bytes, string folder)
    {
        foreach (string set in Directory.GetDirectories(folder, "test_data_set_*"))
        {
            try
            {
                OnnxGraph source = OnnxReader.ReadModel(bytes).Graph!;
                List<OnnxTensor> inputs = Read(set, "input", source.Inputs);
                List<OnnxTensor> expected = Read(set, "output", source.Outputs);
                if (Compare(bytes, inputs, expected) is string failure)
                {
                    return failure;
                }
            }
            catch (Exception e)
            {
                return $"{e.GetType().Name}: {e.Message.Split('\n')[0]}";
            }
        }

        return null;
    }

    private static List<OnnxTensor> Read(string set, string kind, List<OnnxValueInfo> infos)
    {
        List<OnnxTensor> tensors = [];
        for (int i = 0; File.Exists(Path.Combine(set, $"{kind}_{i}.pb")); i++)
        {
            OnnxTensorProto proto = OnnxReader.ReadTensor(File.ReadAllBytes(Path.Combine(set, $"{kind}_{i}.pb")));
            if (infos[i].Type == OnnxType.BFloat16 && proto.Type == OnnxType.UInt16)
            {
                // numpy has no bfloat16: the data files hold its bits as uint16.
                proto.Type = OnnxType.BFloat16;
            }

            tensors.Add(OnnxTensorDecoder.Decode(proto));
        }

        return tensors;
    }

    private static string? Compare(byte[] bytes, List<OnnxTensor> inputs, List<OnnxTensor> expected)
    {
        (Graph graph, List<Tensor> fed) = Import(bytes, inputs);
        GraphChecker.Check(graph, "import");
        IReadOnlyList<Tensor> outputs = Interpreter.Run(graph, fed);
        for (int i = 0; i < outputs.Count; i++)
        {
            if (Difference(graph.Outputs[i], outputs[i], expected[i]) is string difference)
            {
                return $"output {i}: {difference}";
            }
        }

        return null;
    }

    // The tests give everything as graph inputs, also what must be constant (shapes, axes, scales). We fix as few as do.
    private static (Graph Graph, List<Tensor> Fed) Import(byte[] bytes, List<OnnxTensor> inputs)
    {
        List<OnnxValueInfo> infos = OnnxReader.ReadModel(bytes).Graph!.Inputs;
        Func<int, bool>[] choices = [_ => false, i => i > 0 && inputs[i].Type == OnnxType.Int64, i => i > 0, _ => true];
        Exception? last = null;
        foreach (Func<int, bool> isFixed in choices)
        {
            Dictionary<string, OnnxTensor> constants = [];
            List<Tensor> fed = [];
            for (int i = 0; i < inputs.Count; i++)
            {
                if (isFixed(i))
                {
                    constants[infos[i].Name] = inputs[i];
                }
            }

            try
            {
                fed.AddRange(inputs.Where((_, i) => !isFixed(i)).Select(t => t.ToTensor()));
                return (OnnxImporter.Import(bytes, "model.onnx", new DiagnosticBag(), new OnnxImportOptions { Constants = constants }), fed);
            }
            catch (Exception e) when (e is CompileException or ImportException)
            {
                last = e;
            }
        }

        throw last!;
    }

    private static string? Difference(Value value, Tensor actual, OnnxTensor expected)
    {
        if (!actual.Shape.Dims.SequenceEqual(expected.Dims))
        {
            return $"shape {actual.Shape}, expected {OnnxTypes.Text(expected.Dims)}";
        }

        double[] wanted = expected.ToDoubles();
        for (int i = 0; i < wanted.Length; i++)
        {
            double got = actual.GetDouble(i);
            double allowed = 1e-5 + 1e-3 * Math.Abs(wanted[i]);
            if (!expected.IsFloat && value.Quantization is Quantization q && actual.DType == DType.Float32)
            {
                // The interpreter works on real numbers: compare what they are quantised to.
                (int low, int high) = Ops.OpHelpers.TypeRange(value.DType);
                int inner = value.Shape.Dims.Skip(q.Axis + 1).Aggregate(1, (a, b) => a * b);
                int channel = q.PerChannel ? i / inner % q.Scales.Length : 0;
                got = Math.Clamp(Math.Round(got / q.Scales[channel]) + q.ZeroPoints[channel], low, high);
                allowed = 1;
            }

            if (!(Math.Abs(got - wanted[i]) <= allowed || got == wanted[i] || (double.IsNaN(got) && double.IsNaN(wanted[i]))))
            {
                return $"element {i} is {got}, expected {wanted[i]}";
            }
        }

        return null;
    }
}
