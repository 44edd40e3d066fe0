using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Tests.TFLite;

/// <summary>Operators that become several nodes, or other nodes than their name says. Inputs are 0, 1, 2, ...</summary>
public sealed class RawOperatorTests
{
    // A missing bias of an int16 layer says how wide its accumulator is through the option quantized_bias_type.
    [Theory]
    [InlineData(0, null)]
    [InlineData(2, DType.Int32)]
    [InlineData(4, null)]
    public void FullyConnected_Int16WithoutBias_TakesTheWidthOfTheOption(int type, DType? bias)
    {
        RawModel m = new();
        Value x = m.Input("x", new TensorType(DType.Int16, new Shape(1, 2), new Quantization(0.5f, 0)));
        int w = m.Buffer.Tensor(Value.Const("w", Tensor.Of(new Shape(3, 2), new sbyte[] { 1, 2, 3, 4, 5, 6 }), new Quantization(0.25f, 0)));
        Value y = m.Op("FULLY_CONNECTED", 8, [new(4, (byte)type)], new TensorType(DType.Int16, new Shape(1, 3), new Quantization(1f, 0)), x, w);
        Node node = Assert.Single(RawModel.Import(m.Finish(y)).Nodes);
        Assert.Equal(bias, node.Input(2)?.DType);
    }

    [Fact]
    public void Pack_MakesANewAxis()
    {
        RawModel m = new();
        Value a = m.Input("a", DType.Float32, 3);
        Value b = m.Input("b", DType.Float32, 3);
        Value y = m.Op("PACK", 59, [new(0, 2), new(1, 1)], [3, 2], a, b);
        Value z = m.Op("PACK", 59, [new(0, 2), new(1, 0)], [2, 3], a, b);
        RawModel.Gives(m.Finish(y, z), [0, 0, 1, 1, 2, 2], [0, 1, 2, 0, 1, 2]);
    }

    [Fact]
    public void Unpack_TakesAnAxisAway()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 3);
        Value[] y = m.Ops(3, "UNPACK", 64, [new(0, 3), new(1, -1)], [2], x);
        RawModel.Gives(m.Finish(y), [0, 3], [1, 4], [2, 5]);
    }

    [Fact]
    public void Tile_RepeatsAlongEachAxis()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 2);
        Value y = m.Op("TILE", 0, [], [4, 6], x, m.Buffer.Constant(2, 3));
        float[] first = [0, 1, 0, 1, 0, 1];
        float[] second = [2, 3, 2, 3, 2, 3];
        RawModel.GivesWithoutReference(m.Finish(y), [.. first, .. second, .. first, .. second]);
    }

    [Fact]
    public void SpaceToBatch_PadsAndCuts()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 1, 3, 3, 1);
        int paddings = m.Buffer.Constant(Tensor.Of(new Shape(2, 2), [0, 1, 1, 0]));
        Value y = m.Op("SPACE_TO_BATCH_ND", 25, [], [4, 2, 2, 1], x, m.Buffer.Constant(2, 2), paddings);
        RawModel.Gives(m.Finish(y), [0, 1, 0, 7, 0, 2, 6, 8, 0, 4, 0, 0, 3, 5, 0, 0]);
    }

    [Fact]
    public void SpaceToBatch_OfASequence()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 4, 2);
        int paddings = m.Buffer.Constant(Tensor.Of(new Shape(1, 2), [0, 0]));
        Value y = m.Op("SPACE_TO_BATCH_ND", 25, [], [4, 2, 2], x, m.Buffer.Constant(2), paddings);
        RawModel.Gives(m.Finish(y), [0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15]);
    }

    [Fact]
    public void BatchToSpace_PutsTogetherAndCrops()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 4, 2, 2, 1);
        int crops = m.Buffer.Constant(Tensor.Of(new Shape(2, 2), [1, 0, 0, 2]));
        Value y = m.Op("BATCH_TO_SPACE_ND", 24, [], [1, 3, 2, 1], x, m.Buffer.Constant(2, 2), crops);
        RawModel.Gives(m.Finish(y), [8, 12, 2, 6, 10, 14]);
    }

    [Fact]
    public void BatchToSpace_WithoutCrops()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 2, 1, 2);
        int crops = m.Buffer.Constant(Tensor.Of(new Shape(2, 2), [0, 0, 0, 0]));
        Value y = m.Op("BATCH_TO_SPACE_ND", 24, [], [1, 2, 2, 2], x, m.Buffer.Constant(1, 2), crops);
        RawModel.Gives(m.Finish(y), [0, 1, 4, 5, 2, 3, 6, 7]);
    }

    [Fact]
    public void Select_ConditionOfRankOne_ChoosesRows()
    {
        RawModel m = new();
        Value a = m.Input("a", DType.Float32, 2, 2);
        int condition = m.Buffer.Constant(Tensor.Of(new Shape(2), new[] { true, false }));
        int b = m.Floats([2, 2], 10, 20, 30, 40);
        Value y = m.Op("SELECT", 47, [], [2, 2], condition, a, b);
        RawModel.GivesWithoutReference(m.Finish(y), [0, 1, 30, 40]);
    }

    [Fact]
    public void GatherNd_AddressesTheFirstAxes()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 3, 2);
        int indices = m.Buffer.Constant(Tensor.Of(new Shape(3, 2), [1, 2, 0, 0, 1, 0]));
        Value y = m.Op("GATHER_ND", 83, [], [3, 2], x, indices);
        RawModel.Gives(m.Finish(y), [10, 11, 0, 1, 6, 7]);
    }

    [Fact]
    public void AddN_AddsAll()
    {
        RawModel m = new();
        Value a = m.Input("a", DType.Float32, 2);
        Value y = m.Op("ADD_N", 82, [], [2], a, m.Floats([2], 10, 20), m.Floats([2], 100, 200));
        RawModel.Gives(m.Finish(y), [110, 221]);
    }

    [Fact]
    public void SqueezeAndExpandDims_OnlyChangeTheShape()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 1, 2, 1, 3);
        Value a = m.Op("SQUEEZE", 30, [new(0, new[] { -2 })], [1, 2, 3], x);
        Value b = m.Op("SQUEEZE", 30, [new(0, Array.Empty<int>())], [2, 3], a);
        Value y = m.Op("EXPAND_DIMS", 52, [], [2, 3, 1], b, m.Buffer.Constant(Tensor.Of(Shape.Scalar, [-1])));
        RawModel.Gives(m.Finish(y), [0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void L2Normalization_DividesByTheNorm()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 2);
        Value y = m.Op("L2_NORMALIZATION", 12, [new(0, (byte)0)], [2, 2], x);
        RawModel.Gives(m.Finish(y), [0, 1, 0.5547002f, 0.8320503f]);
    }

    [Fact]
    public void L2Pool_IsTheRootOfTheMeanSquare()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 1, 2, 2, 1);
        Value y = m.Op("L2_POOL_2D", 5, [new(0, (byte)1), new(1, 1), new(2, 1), new(3, 2), new(4, 2), new(5, (byte)0)], [1, 1, 1, 1], x);
        RawModel.Gives(m.Finish(y), [1.8708287f]);
    }

    [Fact]
    public void Reverse_WalksBackwards()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 3);
        Value y = m.Op("REVERSE_V2", 81, [], [2, 3], x, m.Buffer.Constant(1));
        RawModel.Gives(m.Finish(y), [2, 1, 0, 5, 4, 3]);
    }

    [Fact]
    public void Split_WithAnOpenSize()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 1, 4);
        Value a = new("a", new TensorType(DType.Float32, new Shape(1, 1)));
        Value b = new("b", new TensorType(DType.Float32, new Shape(1, 3)));
        int axis = m.Buffer.Constant(Tensor.Of(Shape.Scalar, [1]));
        m.Buffer.Op("SPLIT_V", 79, [new(0, 2)], [m.Buffer.Tensor(x), m.Buffer.Constant(1, -1), axis], [m.Buffer.Tensor(a), m.Buffer.Tensor(b)]);
        RawModel.Gives(m.Finish(a, b), [0], [1, 2, 3]);
    }

    [Fact]
    public void FullyConnected_FlattensWhatIsNotARow()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 1, 2, 2, 1);
        int w = m.Floats([2, 4], 1, 0, 0, 0, 0, 1, 2, 3);
        Value y = m.Op("FULLY_CONNECTED", 8, [new(0, (byte)0), new(1, (byte)0), new(2, false)], [1, 2], x, w, m.Floats([2], 0.5f, -1));
        RawModel.Gives(m.Finish(y), [0.5f, 13]);
    }

    [Fact]
    public void FullyConnected_TakesKFromTheWeights()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 4);
        int w = m.Floats([1, 2], 1, 10);
        Value y = m.Op("FULLY_CONNECTED", 8, [new(0, (byte)0), new(1, (byte)0), new(2, false)], [4, 1], x, w, -1);
        RawModel.Gives(m.Finish(y), [10, 32, 54, 76]);
    }

    [Fact]
    public void Reshape_ByAShapeComputedOnTheWay()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 2, 3, 2);
        TensorType scalar = new(DType.Int32, Shape.Scalar);
        Value shape = m.Op("SHAPE", 55, [new(0, (byte)2)], new TensorType(DType.Int32, new Shape(3)), x);
        Value batch = m.Op("STRIDED_SLICE", 32, [new(0, 0), new(1, 0), new(2, 0), new(3, 0), new(4, 1)], scalar,
            shape, m.Buffer.Constant(0), m.Buffer.Constant(1), m.Buffer.Constant(1));
        Value minus = m.Op("PACK", 59, [new(0, 2), new(1, 0)], new TensorType(DType.Int32, new Shape(2)),
            batch, m.Buffer.Constant(Tensor.Of(Shape.Scalar, [-1])));
        Value y = m.Op("RESHAPE", 0, [], [2, 6], x, minus);
        byte[] bytes = m.Finish(y);
        RawModel.Gives(bytes, [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        Assert.Equal("Reshape", Assert.Single(RawModel.Import(bytes).Nodes).Op.Name);
    }

    [Fact]
    public void ConstantOperators_AreConstants()
    {
        RawModel m = new();
        Value x = m.Input("x", DType.Float32, 3);
        int zero = m.Floats([], 0);
        Value range = m.Op("RANGE", 73, [], [3], zero, m.Floats([], 1.5f), m.Floats([], 0.5f));
        Value fill = m.Op("FILL", 68, [], [3], m.Buffer.Constant(3), m.Floats([], 7));
        Value zeros = m.Op("ZEROS_LIKE", 67, [], [3], x);
        Value a = m.Op("ADD", 11, [new(0, (byte)0)], [3], x, range);
        Value b = m.Op("ADD", 11, [new(0, (byte)0)], [3], a, fill);
        Value y = m.Op("ADD", 11, [new(0, (byte)0)], [3], b, zeros);
        byte[] bytes = m.Finish(y);
        RawModel.GivesWithoutReference(bytes, [7, 8.5f, 10]);
        Assert.All(RawModel.Import(bytes).Nodes, n => Assert.Equal("Add", n.Op.Name));
    }
}
