using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Tests.IR;

public sealed class GraphCheckerTests
{
    private readonly Graph _graph = GraphParser.Parse("""
        graph g
        input %x: f32[1,2]
        state %s: f32[1,2]
        %w: f32[3,2] = const [1, 2, 3, 4, 5, 6]
        %y: f32[1,3] = FullyConnected(%x, %w, _)
        %q: i8[1,3] q(0.5, 0) = Quantize(%y) { To = i8 }
        %z: f32[1,2] = Add(%x, %s)
        output %q
        output %z
        """);

    [Fact]
    public void SoundGraph_HasNoViolations() => Assert.Empty(GraphChecker.Violations(_graph));

    [Fact]
    public void SameNameTwice_IsFound() => Expect(() => Named("y").Name = "x", "two values are called 'x'");

    [Fact]
    public void EmptyNames_AreFound()
    {
        Expect(() => Named("y").Name = "", "has no name");
        Expect(() => _graph.Nodes[0].Name = "", "a FullyConnected node has no name");
    }

    [Fact]
    public void UseBeforeMaking_IsFound() => Expect(() => _graph.Nodes.Reverse(0, 2), "uses 'y' before it is made");

    [Fact]
    public void TwoProducers_AreFound() =>
        Expect(() => _graph.Nodes.Add(new Node("again", _graph.Nodes[0].Op, _graph.Nodes[0].Inputs, [Named("y")])), "which is made elsewhere too");

    [Fact]
    public void NodeMakingAConstantOrState_IsFound()
    {
        Expect(() => Named("y").Constant = Tensor.Of(new Shape(1, 3), new float[3]), "makes 'y', which is a constant");
        Expect(() => _graph.Nodes[2].Outputs[0] = Named("s"), "makes 's', which is a state");
    }

    [Fact]
    public void InputThatIsAConstantOrListedTwice_IsFound()
    {
        Expect(() => _graph.Inputs.Add(_graph.Inputs[0]), "input 'x' is listed twice");
        Expect(() => _graph.Inputs.Add(Named("w")), "input 'w' is a constant");
    }

    [Fact]
    public void OutputMadeByNobody_IsFound() => Expect(() => _graph.Nodes.RemoveAt(1), "output 'q' is made by nobody");

    [Fact]
    public void StateThatNobodyReads_IsFound() =>
        Expect(() => _graph.Outputs.Add(new Value("idle", Named("s").Type) { IsState = true }), "state 'idle' is read by no node");

    [Fact]
    public void NoOutput_IsFound() => Expect(_graph.Outputs.Clear, "the graph has no output");

    [Fact]
    public void MissingInput_IsFound() => Expect(() => _graph.Nodes[0].Inputs[1] = null, "input 1 (weights) is missing");

    [Fact]
    public void OtherShapeOrTypeThanTheOperatorGives_IsFound()
    {
        Expect(() => Named("y").Type = new TensorType(DType.Float32, new Shape(3, 1)), "gives f32[1,3], but 'y' is f32[3,1]");
        Expect(() => Named("z").Type = new TensorType(DType.Int32, new Shape(1, 2)), "but 'z' is i32[1,2]");
    }

    [Fact]
    public void OtherNumberOfOutputsThanTheOperatorGives_IsFound() =>
        Expect(() => _graph.Nodes[0].Outputs.Add(new Value("extra", _graph.Nodes[0].Output.Type)), "has 2 outputs, its operator gives 1");

    [Fact]
    public void ConstantWithOtherData_IsFound() =>
        Expect(() => Named("w").Constant = Tensor.Of(new Shape(2, 3), new float[6]), "constant 'w' holds f32[2,3], its type is f32[3,2]");

    [Fact]
    public void QuantisationThatDoesNotFit_IsFound()
    {
        Expect(() => Named("q").Type = Named("q").Type with { Quantization = new Quantization([1, 2], [0, 0], 1) }, "has 2 scales along axis 1");
        Expect(() => Named("z").Type = Named("z").Type with { Quantization = new Quantization(1, 0) }, "'z' is f32 and has a quantisation");
    }

    [Fact]
    public void Check_Violations_ThrowAllAtOnceWithThePass()
    {
        Named("y").Name = "x";
        _graph.Outputs.Clear();

        CompileException e = Assert.Throws<CompileException>(() => GraphChecker.Check(_graph, "SomePass"));

        Assert.Equal(2, e.Diagnostics.Count);
        Assert.All(e.Diagnostics, d => Assert.Equal("TN2002", d.Id));
        Assert.All(e.Diagnostics, d => Assert.Equal("graph 'g' after SomePass", d.Where));
    }

    private Value Named(string name) => _graph.Values().First(v => v.Name == name);

    private void Expect(Action harm, string violation)
    {
        harm();
        Assert.Contains(GraphChecker.Violations(_graph), v => v.Contains(violation, StringComparison.Ordinal));
    }
}
