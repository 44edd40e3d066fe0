using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Tests.IR;

public sealed class GraphTextTests
{
    private const string Example = """
        graph kws
        label "cat"
        label "a \"dog\""
        input %x: i8[1,49,10,1] q(0.5847029, 83)
        state %h: i8[1,16] q(0.0078125, 0)
        %w: i8[2,1,1,1] q(axis=0; 0.1, 0.2; 0, 0) = const [1, -2]
        %y: i8[1,25,5,2] q(0.07, -128) = Conv2D(%x, %w, _) { StrideH = 2, StrideW = 2, Activation = relu } "first conv"
        %a/1: f32[1,3], %"b 2": f32[1,3] = Split(%y) { Axis = 1, Sizes = [3, 3] }
        %d: bool[2] = const [true, false]
        %c: f32[] = const [inf]
        %s: f32[1,3] = Select(%d, %a/1, %c)
        %e: i64[2,2] = const fill(-9223372036854775808)
        %t: f32[1,3] = Add(%s, %e) { Activation = [-0.5, inf] }
        output %t
        output %h

        """;

    [Fact]
    public void Text_EveryConstruct_RoundTripsExactly()
    {
        Graph graph = GraphParser.Parse(Example);

        Assert.Equal(Example, GraphPrinter.Print(graph));
        Assert.Equal("first conv", graph.Nodes[0].Name);
        Assert.Equal("b 2", graph.Nodes[1].Outputs[1].Name);
        Assert.Null(graph.Nodes[0].Inputs[2]);
        Assert.Equal([1, 0], [.. graph.Nodes.Take(2).Select(n => n.Inputs.Count(v => v is null))]);
        Assert.True(graph.Outputs[1].IsState);
        Assert.Equal(["cat", "a \"dog\""], graph.Labels);
    }

    [Fact]
    public void Clone_PrintsTheSame() => Assert.Equal(Example, GraphPrinter.Print(GraphParser.Parse(Example).Clone()));

    [Fact]
    public void EveryOperator_WithDrawnAttributes_RoundTrips()
    {
        Assert.NotEmpty(OpTable.All);
        foreach (Type type in OpTable.All)
        {
            for (int seed = 0; seed < 40; seed++)
            {
                Op op = OpSamples.Create(type, seed);
                Value x = new("x", new TensorType(DType.Float32, new Shape(2)));
                Graph graph = new("g") { Inputs = { x } };
                graph.Nodes.Add(new Node("n", op, [x], [new Value("y", x.Type)]));
                graph.Outputs.Add(graph.Nodes[0].Output);

                string text = GraphPrinter.Print(graph);
                Graph back = GraphParser.Parse(text);

                Assert.True(OpSamples.Same(op, back.Nodes[0].Op), $"seed {seed}: {op} came back as {back.Nodes[0].Op} from\n{text}");
                Assert.Equal(text, GraphPrinter.Print(back));
            }
        }
    }

    [Fact]
    public void Constants_OfEveryType_KeepTheirBits()
    {
        Random random = new(5);
        foreach (DType type in Enum.GetValues<DType>())
        {
            byte[] bytes = new byte[64 * type.Size()];
            random.NextBytes(bytes);
            Tensor data = Tensor.FromBytes(type, new Shape(8, 8), bytes);
            if (type == DType.Float32)
            {
                data = Tensor.Of(data.Shape, [.. data.Floats.Select(f => float.IsNaN(f) ? -0f : f)]);
            }

            Graph graph = new("g");
            graph.Outputs.Add(Value.Const("c", data));
            Graph back = GraphParser.Parse(GraphPrinter.Print(graph));

            Assert.Equal(data.ToBytes(), back.Outputs[0].Constant!.ToBytes());
        }
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("ends with:")]
    [InlineData("colon:")]
    [InlineData("x:0")]
    [InlineData("quote\"back\\slash\nline")]
    [InlineData("umlaut \u00fc")]
    [InlineData("StatefulPartitionedCall/model/conv2d-1/Relu;BiasAdd")]
    public void Names_OfAnyKind_RoundTrip(string name)
    {
        Graph graph = new(name);
        graph.Inputs.Add(new Value(name, new TensorType(DType.Int32, Shape.Scalar)));
        graph.Outputs.Add(graph.Inputs[0]);

        Graph back = GraphParser.Parse(GraphPrinter.Print(graph));

        Assert.Equal(name, back.Name);
        Assert.Equal(name, back.Outputs[0].Name);
    }

    [Theory]
    [InlineData("grph x", "line 1, column 1", "expected 'graph'")]
    [InlineData("graph g\noutput %y", "line 2, column 8", "%y is not defined")]
    [InlineData("graph g\ninput %x: f31[2]", "line 2, column 11", "'f31' is not an element type")]
    [InlineData("graph g\ninput %x: f32[0]", "line 2, column 15", "expected an integer in 1 ..")]
    [InlineData("graph g\ninput %x: f32[70000,70000]", "line 2, column 15", "more than 2^31 - 1")]
    [InlineData("graph g\ninput %x: i8[2] q(0, 1)", "line 2, column 17", "expected a positive finite number")]
    [InlineData("graph g\ninput %x: f32[2]\ninput %x: f32[2]", "line 3, column 7", "%x is defined twice")]
    [InlineData("graph g\ninput %x: f32[2]\n%y: f32[2] = Frob(%x)", "line 3, column 14", "'Frob' is not an operator")]
    [InlineData("graph g\ninput %x: f32[2]\n%y: f32[2] = Softmax(%x) { Axis = 0 }", "line 3, column 26", "needs the attribute Beta")]
    [InlineData("graph g\ninput %x: f32[2]\n%y: f32[2] = Softmax(%x) { Axes = 0 }", "line 3, column 28", "has no attribute 'Axes'")]
    [InlineData("graph g\ninput %x: f32[2]\n%y: f32[2] = Cast(%x) { To = f33 }", "line 3, column 30", "'f33' is not an element type")]
    [InlineData("graph g\ninput %x: f32[2]\n%y: f32[2] = Reduce(%x) { Kind = Middle }", "line 3, column 34", "expected one of Mean, Sum")]
    [InlineData("graph g\ninput %x: f32[2]\n%y: f32[2] = Add(%x, %x) { Activation = tanh }", "line 3, column 41", "expected none, relu")]
    [InlineData("graph g\n%y: i8[2] = const [1, 128]", "line 2, column 23", "expected an integer in -128 .. 127")]
    [InlineData("graph g\n%y: i8[2] = const [1]", "line 2, column 19", "1 elements for i8[2], expected 2")]
    [InlineData("graph g\n%y: i8[2] = const [1, 2, 3]", "line 2, column 26", "expected ']'")]
    [InlineData("graph g\ninput %\"x: f32[2]", "line 2, column 8", "no closing quote")]
    [InlineData("graph g\ninput %x: f32[2", "line 2, column 16", "expected ']', found the end of the text")]
    public void Parse_Mistake_NamesPlaceAndExpectation(string text, string where, string message)
    {
        CompileException e = Assert.Throws<CompileException>(() => GraphParser.Parse(text));

        Diagnostic diagnostic = Assert.Single(e.Diagnostics);
        Assert.Equal("TN2001", diagnostic.Id);
        Assert.Contains(message, diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(where, diagnostic.Where);
    }

    [Fact]
    public void Parse_AnyPrefixOfAText_IsOneClearErrorOrAGraph()
    {
        for (int length = 0; length < Example.Length; length++)
        {
            try
            {
                GraphParser.Parse(Example[..length]);
            }
            catch (CompileException e)
            {
                Assert.Equal("TN2001", Assert.Single(e.Diagnostics).Id);
            }
        }
    }
}
