using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.IR;
using TinyNano.TestKit;
using TinyNano.TestKit.Writing;
using TinyNano.Vectors;

namespace TinyNano.Compiler.Tests.TFLite;

/// <summary>What TFLiteWriter writes comes back: the same text, or at least the same meaning.</summary>
public sealed class RoundTripTests
{
    private const string Q = "q(0.5, -3)";

    private static readonly ILookup<string, CaseSpec> AllCases = typeof(ICaseFamily).Assembly.GetTypes()
        .Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(ICaseFamily)))
        .OrderBy(t => t.FullName, StringComparer.Ordinal)
        .SelectMany(t => ((ICaseFamily)Activator.CreateInstance(t)!).Cases())
        .ToLookup(c => c.Op);

    public static TheoryData<string> CaseOps() => [.. AllCases.Select(g => g.Key)];

    [Theory]
    [InlineData("%a: f32[2,3], %b: f32[3]", "f32[2,3]", "Add(%a, %b) { Activation = relu }")]
    [InlineData("%a: f32[2,3], %b: f32[3]", "f32[2,3]", "Sub(%a, %b) { Activation = relu6 }")]
    [InlineData("%a: f32[2,3], %b: f32[3]", "f32[2,3]", "Mul(%a, %b) { Activation = relu_n1_to_1 }")]
    [InlineData("%a: f32[2,3], %b: f32[3]", "f32[2,3]", "Div(%a, %b)")]
    [InlineData("%a: i8[2,3] " + Q + ", %b: i8[2,3] " + Q, "i8[2,3] " + Q, "Minimum(%a, %b)")]
    [InlineData("%a: i16[2,3] q(0.5, 0), %b: i16[2,3] q(0.25, 0)", "i16[2,3] q(1, 0)", "Add(%a, %b)")]
    [InlineData("%a: f32[2,3], %b: f32[2,1]", "f32[2,3]", "Maximum(%a, %b)")]
    [InlineData("%a: f32[2,3], %b: f32[2,3]", "f32[2,3]", "SquaredDifference(%a, %b)")]
    [InlineData("%a: f32[2,3], %b: f32[2,3]", "bool[2,3]", "Compare(%a, %b) { Kind = LessEqual }")]
    [InlineData("%a: f32[2,3], %b: f32[2,3]", "bool[2,3]", "Compare(%a, %b) { Kind = NotEqual }")]
    [InlineData("%a: bool[2,3], %b: bool[2,3]", "bool[2,3]", "Logical(%a, %b) { Kind = Or }")]
    [InlineData("%a: bool[2,3]", "bool[2,3]", "Logical(%a) { Kind = Not }")]
    [InlineData("%c: bool[2,1], %a: f32[2,3], %b: f32[2,3]", "f32[2,3]", "Select(%c, %a, %b)")]
    [InlineData("%x: f32[2,3], %a: f32[3]", "f32[2,3]", "PRelu(%x, %a)")]
    [InlineData("%x: i8[2,3] " + Q, "i8[2,3] q(0.25, 4)", "Quantize(%x) { To = i8 }")]
    [InlineData("%x: u8[2,3] q(0.5, 128)", "i8[2,3] q(0.5, 0)", "Quantize(%x) { To = i8 }")]
    [InlineData("%x: f32[2,3]", "i16[2,3] q(0.25, 0)", "Quantize(%x) { To = i16 }")]
    [InlineData("%x: i8[2,3] " + Q, "f32[2,3]", "Dequantize(%x)")]
    [InlineData("%x: i32[2,3]", "f32[2,3]", "Cast(%x) { To = f32 }")]
    [InlineData("%x: f32[2,6]", "f32[3,4]", "Reshape(%x) { Dims = [3, 4] }")]
    [InlineData("%x: i8[1,2,3] " + Q, "i8[3,1,2] " + Q, "Transpose(%x) { Perm = [2, 0, 1] }")]
    [InlineData("%x: f32[1,3]", "f32[2,3]", "BroadcastTo(%x) { Dims = [2, 3] }")]
    [InlineData("%a: f32[1,3], %b: f32[2,3]", "f32[3,3]", "Concat(%a, %b) { Axis = 0 }")]
    [InlineData("%x: f32[4,5]", "f32[2,3]", "StridedSlice(%x) { Begin = [1, 2], Stride = [1, 1], Size = [2, 3] }")]
    [InlineData("%x: f32[4,5]", "f32[2,5]", "StridedSlice(%x) { Begin = [3, 4], Stride = [-2, -1], Size = [2, 5] }")]
    [InlineData("%x: f32[1,2,3]", "f32[1,5,4]", "Pad(%x) { Before = [0, 1, 0], After = [0, 2, 1], Mode = Constant, Value = 0 }")]
    [InlineData("%x: i8[2,3] " + Q, "i8[3,3] " + Q, "Pad(%x) { Before = [1, 0], After = [0, 0], Mode = Constant, Value = 2.5 }")]
    [InlineData("%x: f32[3,3]", "f32[5,3]", "Pad(%x) { Before = [2, 0], After = [0, 0], Mode = Reflect, Value = 0 }")]
    [InlineData("%x: f32[3,3]", "f32[6,3]", "Pad(%x) { Before = [1, 0], After = [2, 0], Mode = Symmetric, Value = 0 }")]
    [InlineData("%x: f32[1,4,4,2]", "f32[1,2,2,8]", "SpaceToDepth(%x) { Block = 2 }")]
    [InlineData("%x: f32[1,2,2,8]", "f32[1,4,4,2]", "DepthToSpace(%x) { Block = 2, ColumnRowDepth = false }")]
    [InlineData("%x: f32[1,2,2,1]", "f32[1,4,3,1]", "Resize(%x) { Kind = Nearest, OutH = 4, OutW = 3, Coordinates = HalfPixel, Nearest = RoundPreferCeil }")]
    [InlineData("%x: f32[1,2,2,1]", "f32[1,4,3,1]", "Resize(%x) { Kind = Nearest, OutH = 4, OutW = 3, Coordinates = Asymmetric, Nearest = Floor }")]
    [InlineData("%x: f32[1,2,2,1]", "f32[1,4,3,1]", "Resize(%x) { Kind = Bilinear, OutH = 4, OutW = 3, Coordinates = AlignCorners, Nearest = RoundPreferCeil }")]
    [InlineData("%x: f32[1,4,4,2]", "f32[1,2,2,2]", "AveragePool2D(%x) { FilterH = 2, FilterW = 2, StrideH = 2, StrideW = 2, PadTop = 0, PadBottom = 0, PadLeft = 0, PadRight = 0, CountPad = false, Activation = none }")]
    [InlineData("%x: i8[1,5,5,2] " + Q, "i8[1,3,5,2] " + Q, "MaxPool2D(%x) { FilterH = 3, FilterW = 2, StrideH = 2, StrideW = 1, DilationH = 1, DilationW = 1, PadTop = 1, PadBottom = 1, PadLeft = 0, PadRight = 1, Activation = relu }")]
    [InlineData("%a: f32[2,3,4], %b: f32[2,5,4]", "f32[2,3,5]", "BatchMatMul(%a, %b) { TransposeA = false, TransposeB = true }")]
    [InlineData("%x: f32[2,3,4]", "f32[2,1,1]", "Reduce(%x) { Kind = Mean, Axes = [1, 2], KeepDims = true }")]
    [InlineData("%x: f32[2,3,4]", "f32[2,4]", "Reduce(%x) { Kind = Max, Axes = [1], KeepDims = false }")]
    [InlineData("%x: f32[2,3,4]", "i32[2,3]", "ArgMax(%x) { Axis = 2, Smallest = false, To = i32, KeepDims = false }")]
    [InlineData("%x: f32[2,3,4]", "i64[3,4]", "ArgMax(%x) { Axis = 0, Smallest = true, To = i64, KeepDims = false }")]
    [InlineData("%x: i8[2,3] " + Q, "i8[2,3] q(0.00390625, -128)", "Softmax(%x) { Beta = 0.5, Axis = 1 }")]
    [InlineData("%x: f32[2,3]", "f32[2,3]", "LogSoftmax(%x) { Axis = 1 }")]
    [InlineData("%x: f32[2,3]", "f32[2,3]", "Unary(%x) { Kind = Clip, Alpha = 0, Beta = 6 }")]
    [InlineData("%x: f32[2,3]", "f32[2,3]", "Unary(%x) { Kind = Clip, Alpha = 0, Beta = 1 }")]
    [InlineData("%x: f32[2,3]", "f32[2,3]", "Unary(%x) { Kind = LeakyRelu, Alpha = 0.3, Beta = 0 }")]
    [InlineData("%x: f32[2,3]", "f32[2,3]", "Unary(%x) { Kind = Elu, Alpha = 1, Beta = 0 }")]
    [InlineData("%x: f32[2,3]", "f32[2,3]", "Unary(%x) { Kind = GeluTanh, Alpha = 0, Beta = 0 }")]
    [InlineData("%x: i8[2,3] " + Q, "i8[2,3] q(0.00390625, -128)", "Unary(%x) { Kind = Sigmoid, Alpha = 0, Beta = 0 }")]
    public void Import_OfWritten_IsTheSameText(string inputs, string type, string node)
    {
        string[] lines = [.. inputs.Split(", %").Select(i => "input %" + i.TrimStart('%'))];
        SameText($"graph g\n{string.Join("\n", lines)}\n%y: {type} = {node}\noutput %y\n");
    }

    [Theory]
    [InlineData("Sigmoid Tanh HardSwish Gelu Exp Log Sqrt Rsqrt Square Abs Neg Floor Ceil Round Sin Cos Sign")]
    public void Import_OfWrittenFunctions_IsTheSameText(string kinds)
    {
        foreach (string kind in kinds.Split(' '))
        {
            SameText($"graph g\ninput %x: f32[4]\n%y: f32[4] = Unary(%x) {{ Kind = {kind}, Alpha = 0, Beta = 0 }}\noutput %y\n");
        }
    }

    [Fact]
    public void Import_OfWrittenConvolution_KeepsWeightsBiasAndPads() => SameText("""
        graph g
        input %x: i8[1,5,4,2] q(0.5, -3)
        %w: i8[3,3,2,2] q(axis=0; 0.1, 0.2, 0.3; 0, 0, 0) = const fill(5)
        %b: i32[3] q(axis=0; 0.05, 0.1, 0.15; 0, 0, 0) = const [100, -200, 300]
        %y: i8[1,3,4,3] q(0.25, 7) = Conv2D(%x, %w, %b) { StrideH = 2, StrideW = 1, DilationH = 1, DilationW = 1, PadTop = 1, PadBottom = 1, PadLeft = 0, PadRight = 1, Groups = 1, Activation = relu }
        %v: i8[1,2,2,6] q(axis=3; 0.1, 0.2, 0.3, 0.4, 0.5, 0.6; 0, 0, 0, 0, 0, 0) = const fill(-5)
        %z: i8[1,2,3,6] q(0.5, 1) = DepthwiseConv2D(%y, %v, _) { StrideH = 1, StrideW = 1, DilationH = 1, DilationW = 1, PadTop = 0, PadBottom = 0, PadLeft = 0, PadRight = 0, Multiplier = 2, Activation = none }
        output %z
        """);

    [Fact]
    public void Import_OfWrittenTransposedConvolution_IsTheSameText() => SameText("""
        graph g
        input %x: f32[1,3,3,2]
        %w: f32[4,3,3,2] = const fill(0.5)
        %b: f32[4] = const [1, 2, 3, 4]
        %y: f32[1,6,6,4] = TransposeConv2D(%x, %w, %b) { StrideH = 2, StrideW = 2, PadTop = 0, PadLeft = 0, OutH = 6, OutW = 6, Groups = 1, Activation = relu }
        output %y
        """);

    [Fact]
    public void Import_OfWrittenSplitAndGather_IsTheSameText() => SameText("""
        graph g
        input %x: f32[4,3]
        %a: f32[1,3], %b: f32[3,3] = Split(%x) { Axis = 0, Sizes = [1, 3] }
        %c: f32[3,1], %d: f32[3,1], %e: f32[3,1] = Split(%b) { Axis = 1, Sizes = [1, 1, 1] }
        %i: i32[2] = const [2, 0]
        %f: f32[2,1] = Gather(%d, %i) { Axis = 0 }
        output %a
        output %c
        output %e
        output %f
        """);

    /// <summary>The cases that made tests/vectors, which every family of operators has.</summary>
    [Theory]
    [MemberData(nameof(CaseOps))]
    public void Import_OfWrittenCases_HasTheSameMeaning(string op) => Assert.All(AllCases[op], SameMeaning);

    private static void SameMeaning(CaseSpec spec)
    {
        byte[] bytes;
        try
        {
            bytes = TFLiteWriter.Write(spec.Graph);
        }
        catch (NotSupportedException)
        {
            return; // There is no TFLite for it; its numbers come from elsewhere.
        }

        DiagnosticBag diagnostics = new();
        Graph imported = TFLiteImporter.Import(bytes, "case.tflite", diagnostics);
        Assert.Empty(diagnostics.Items);
        Assert.Empty(GraphChecker.Violations(imported));
        Assert.Equal(spec.Graph.Inputs.Select(v => GraphPrinter.Print(v.Type)), imported.Inputs.Select(v => GraphPrinter.Print(v.Type)));
        Assert.Equal(spec.Graph.Outputs.Select(v => GraphPrinter.Print(v.Type)), imported.Outputs.Select(v => GraphPrinter.Print(v.Type)));

        Tensor[] inputs = [.. spec.Graph.Inputs.Select((v, i) => Real(v, VectorCase.OfRun(spec.Inputs, spec.Graph.Inputs, i, 0)))];
        IReadOnlyList<Tensor> expected = Interpreter.Run(spec.Graph, inputs);
        IReadOnlyList<Tensor> actual = Interpreter.Run(imported, inputs);
        for (int k = 0; k < expected.Count; k++)
        {
            Assert.Equal(expected[k].Shape, actual[k].Shape);
            for (int i = 0; i < expected[k].Count; i++)
            {
                (double x, double y) = (expected[k].GetDouble(i), actual[k].GetDouble(i));
                Assert.True(x.Equals(y) || Math.Abs(x - y) <= 1e-5 * Math.Max(1, Math.Abs(x)), $"element {i} of output {k} is {y}, expected {x}");
            }
        }
    }

    private static Tensor Real(Value value, Tensor tensor) =>
        value.Quantization is null ? tensor : Tensor.Of(tensor.Shape, tensor.ToFloats(value.Quantization));

    private static void SameText(string text)
    {
        Graph graph = GraphParser.Parse(text);
        Assert.Empty(GraphChecker.Violations(graph));
        DiagnosticBag diagnostics = new();
        Graph imported = TFLiteImporter.Import(TFLiteWriter.Write(graph), "g.tflite", diagnostics);
        Assert.Empty(diagnostics.Items);
        Assert.Equal(GraphPrinter.Print(graph), GraphPrinter.Print(imported));
    }
}
