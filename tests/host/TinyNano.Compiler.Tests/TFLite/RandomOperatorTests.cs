using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.IR;
using TinyNano.TestKit;
using TinyNano.TestKit.Writing;

namespace TinyNano.Compiler.Tests.TFLite;

/// <summary>
/// Sound files of senseless operators: any builtin with any options on any tensors gives a sound graph that can be
/// evaluated, or a CompileException. Bytes that are changed at random seldom get this far.
/// </summary>
public sealed class RandomOperatorTests
{
    [Theory]
    [InlineData(1, 4000)]
    [InlineData(2, 4000)]
    public void Import_RandomOperator_IsSoundGraphOrError(int seed, int runs)
    {
        Seeded random = new((ulong)seed);
        int graphs = 0;
        for (int run = 0; run < runs; run++)
        {
            (string name, byte[] bytes) = Model(random);
            try
            {
                Graph graph = TFLiteImporter.Import(bytes, "random.tflite", new DiagnosticBag());
                Assert.Empty(GraphChecker.Violations(graph));
                Interpreter.Run(graph, [.. graph.Inputs.Select(Zeros)]);
                graphs++;
            }
            catch (CompileException e)
            {
                Assert.All(e.Diagnostics, d => Assert.StartsWith("TN1", d.Id, StringComparison.Ordinal));
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, run {run}, {name}: {e}");
            }
        }

        Assert.True(graphs > runs / 200, $"only {graphs} of {runs} were graphs");
    }

    /// <summary>What was found this way: a list where one axis belongs, floats where indices belong, a block whose square is 0.</summary>
    [Fact]
    public void Import_MisplacedConstants_AreMisfits()
    {
        RawModel split = new();
        Value x = split.Input("x", DType.Float32, 2, 2);
        Value[] halves = split.Ops(2, "SPLIT", 35, [new(0, 2)], [1, 2], split.Buffer.Constant(0, 1), x);
        Assert.Equal("TN1104", Refusal(split.Finish(halves)));

        RawModel gather = new();
        x = gather.Input("x", DType.Float32, 3);
        Value y = gather.Op("GATHER", 23, [new(0, 0), new(1, 0)], [2], x, gather.Floats([2], 0, 1));
        Assert.Equal("TN1103", Refusal(gather.Finish(y)));

        RawModel depth = new();
        x = depth.Input("x", DType.Float32, 1, 1, 1, 4);
        y = depth.Op("DEPTH_TO_SPACE", 94, [new(0, 1 << 16)], [1, 1, 1, 4], x);
        Assert.Equal("TN1104", Refusal(depth.Finish(y)));
    }

    private static string Refusal(byte[] bytes) =>
        Assert.Single(Assert.Throws<CompileException>(() => RawModel.Import(bytes)).Diagnostics).Id;

    private static Tensor Zeros(Value input) => Tensor.Zeros(input.Quantization is null ? input.DType : DType.Float32, input.Shape);

    // Most inputs and outputs have one type and shape, so that some operators fit; a scalar output means "as inferred".
    private static (string Name, byte[] Bytes) Model(Seeded random)
    {
        TFLiteBuffer buffer = new();
        Graph graph = new("random");
        List<int> tensors = [-1];
        TensorType main = Type(random, random.Next(0, 1) == 0 ? 4 : (int)random.Next(0, 5));
        TensorType Near() => random.Next(0, 3) > 0 ? main : random.Next(0, 1) == 0 ? Type(random, main.Shape) : Type(random, (int)random.Next(0, 4));
        for (int i = 0; i < 3; i++)
        {
            Value input = new($"x{i}", Near());
            graph.Inputs.Add(input);
            tensors.Add(buffer.Tensor(input));
        }

        int[] ranks = [0, 1, main.Shape.Rank, main.Shape.Rank];
        for (int i = 0; i < 4; i++)
        {
            Shape shape = ranks[i] == 0 ? Shape.Scalar : i == 3 ? new Shape(ranks[i], 2) : new Shape(ranks[i]);
            tensors.Add(buffer.Constant(random.Tensor(random.Next(0, 9) == 0 ? DType.Int64 : DType.Int32, shape, random.Next(0, 2) == 0 ? -2 : 0, 2)));
        }

        TensorType weights = Near();
        tensors.Add(buffer.Constant(random.Tensor(weights.DType, weights.Shape, 0, 3), weights.Quantization));
        tensors.Add(buffer.Tensor(new Value("state", Type(random, 2)) { IsState = true }));
        string name = TFLiteImporter.Operators[(int)random.Next(0, TFLiteImporter.Operators.Count - 1)];
        OptionField[] options = [.. Enumerable.Range(0, 7).Where(_ => random.Next(0, 4) > 0).Select(i => new OptionField(i, Option(random)))];
        int[] inputs = [.. Enumerable.Range(0, (int)random.Next(1, random.Next(0, 9) == 0 ? 24 : 4)).Select(_ => tensors[(int)random.Next(0, tensors.Count - 1)])];
        inputs[0] = random.Next(0, 3) > 0 ? tensors[1] : inputs[0];
        int count = random.Next(0, 4) == 0 ? (int)random.Next(0, 3) : 1;
        TensorType result = Near();
        result = random.Next(0, 2) > 0 ? result with { Shape = Shape.Scalar } : result;
        Value[] outputs = [.. Enumerable.Range(0, count).Select(k => new Value($"y{k}", result))];
        graph.Outputs.AddRange(outputs);
        buffer.Op(name, (int)random.Next(0, 4) > 0 ? 1 : 0, options, inputs, [.. outputs.Select(buffer.Tensor)]);
        return (name, buffer.Finish(graph));
    }

    private static object Option(Seeded random) => random.Next(0, 19) switch
    {
        0 => true,
        < 4 => (byte)random.Next(0, 4),
        4 => random.NextFloat(-1, 2),
        5 => Enumerable.Range(0, (int)random.Next(0, 4)).Select(_ => (int)random.Next(-2, 4)).ToArray(),
        6 => (int)random.NextBits(),
        7 => -1,
        _ => (int)random.Next(0, 2),
    };

    private static TensorType Type(Seeded random, int rank) => Type(random, new Shape([.. Enumerable.Range(0, rank).Select(_ => (int)random.Next(1, 4))]));

    private static TensorType Type(Seeded random, Shape shape)
    {
        DType type = random.Next(0, 9) switch
        {
            < 4 => DType.Float32,
            < 7 => DType.Int8,
            7 => DType.Int16,
            8 => DType.Int32,
            _ => (DType)random.Next(1, 7),
        };
        bool quantized = type is DType.Int8 or DType.Int16 or DType.UInt8 && random.Next(0, 9) > 0;
        return new TensorType(type, shape, quantized ? new Quantization(random.NextFloat(0.01f, 1), (int)random.Next(0, type == DType.Int16 ? 0 : 5)) : null);
    }
}
