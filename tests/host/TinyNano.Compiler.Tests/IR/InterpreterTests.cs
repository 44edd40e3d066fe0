using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Tests.IR;

public sealed class InterpreterTests
{
    private const string Quantised = """
        graph g
        input %x: i8[1,2] q(0.5, 10)
        %w: i8[2,2] q(axis=0; 0.25, 0.5; 0, 0) = const [4, 8, 2, -2]
        %b: i32[2] q(axis=0; 0.125, 0.25; 0, 0) = const [8, 4]
        %y: i8[1,2] q(1, 0) = FullyConnected(%x, %w, %b)
        output %y
        """;

    [Fact]
    public void QuantisedGraph_MeansItsRealNumbers_Unrounded()
    {
        Graph graph = GraphParser.Parse(Quantised);

        IReadOnlyList<Tensor> y = Interpreter.Run(graph, [Tensor.Of(new Shape(1, 2), new sbyte[] { 12, 13 })]);

        // x = [1, 1.5], w = [[1, 2], [1, -1]], b = [1, 1].
        Assert.Equal([5f, 0.5f], y[0].Floats);
    }

    [Fact]
    public void QuantisedInput_GivenAsReals_IsTakenAsItIs()
    {
        Graph graph = GraphParser.Parse(Quantised);

        IReadOnlyList<Tensor> y = Interpreter.Run(graph, [Tensor.Of(new Shape(1, 2), new[] { 1.25f, 0f })]);

        Assert.Equal([2.25f, 2.25f], y[0].Floats);
    }

    [Fact]
    public void Observe_SeesInputsAndEveryValueMade_Once()
    {
        Graph graph = GraphParser.Parse("""
            graph g
            input %x: f32[2]
            %k: f32[2] = const [1, 2]
            %a: f32[2] = Mul(%x, %k)
            %b: f32[1], %c: f32[1] = Split(%a) { Axis = 0, Sizes = [1, 1] }
            output %c
            """);
        List<string> seen = [];

        Interpreter.Run(graph, [Tensor.Of(new Shape(2), new[] { 3f, 4f })], null, (v, t) => seen.Add($"{v.Name}={string.Join(' ', t.Floats)}"));

        Assert.Equal(["x=3 4", "a=3 8", "b=3", "c=8"], seen);
    }

    [Fact]
    public void IndicesAndConditions_LeaveAsTheyAre()
    {
        Graph graph = GraphParser.Parse("""
            graph g
            input %x: f32[2]
            %k: f32[] = const [1]
            %a: bool[2] = Compare(%x, %k) { Kind = Greater }
            %i: i32[2] = Cast(%x) { To = i32 }
            output %a
            output %i
            """);

        IReadOnlyList<Tensor> y = Interpreter.Run(graph, [Tensor.Of(new Shape(2), new[] { 3.7f, -4.2f })]);

        Assert.Equal(new[] { true, false }, y[0].Data);
        Assert.Equal(new[] { 3, -4 }, y[1].Data);
    }

    [Theory]
    [InlineData("f32[1,3]")]
    [InlineData("i32[1,2]")]
    [InlineData("i16[1,2]")]
    public void Input_OfOtherTypeOrShape_IsRefused(string type)
    {
        Graph graph = GraphParser.Parse(Quantised);
        Graph other = GraphParser.Parse($"graph o\ninput %x: {type}\noutput %x");

        ArgumentException e = Assert.Throws<ArgumentException>(() =>
            Interpreter.Run(graph, [Tensor.Zeros(other.Inputs[0].DType, other.Inputs[0].Shape)]));

        Assert.Contains($"{type} for %x: i8[1,2]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongNumberOfInputs_IsRefused() =>
        Assert.Contains("expected 1", Assert.Throws<ArgumentException>(() => Interpreter.Run(GraphParser.Parse(Quantised), [])).Message, StringComparison.Ordinal);

    /// <summary>An SVDF of one unit with memory three: its output is the sum of the last three inputs.</summary>
    private const string Stateful = """
        graph g
        input %x: f32[1,1]
        state %s: f32[1,3]
        %f: f32[1,1] = const [1]
        %t: f32[1,3] = const fill(1)
        %y: f32[1,1] = Svdf(%x, %f, %t, _, %s) { Rank = 1 }
        output %y
        """;

    [Fact]
    public void States_StartAtZero_AndStayBetweenRuns()
    {
        Interpreter interpreter = new(GraphParser.Parse(Stateful));
        InterpreterState state = new();

        float[] y = [.. new[] { 1f, 10, 100, 1000 }.Select(x => interpreter.Run([Tensor.Of(new Shape(1, 1), new[] { x })], state)[0].Floats[0])];

        Assert.Equal([1f, 11, 111, 1110], y);
        Assert.Equal(5f, interpreter.Run([Tensor.Of(new Shape(1, 1), new[] { 5f })])[0].Floats[0]);
    }

    [Fact]
    public void InitialStateThatIsAConstant_IsNotWrittenTo()
    {
        Graph graph = GraphParser.Parse(Stateful.Replace("state %s: f32[1,3]", "%s: f32[1,3] = const [0, 1, 2]", StringComparison.Ordinal));
        Interpreter interpreter = new(graph);

        Assert.Equal(8f, interpreter.Run([Tensor.Of(new Shape(1, 1), new[] { 5f })])[0].Floats[0]);
        Assert.Equal(8f, interpreter.Run([Tensor.Of(new Shape(1, 1), new[] { 5f })])[0].Floats[0]);
    }
}
