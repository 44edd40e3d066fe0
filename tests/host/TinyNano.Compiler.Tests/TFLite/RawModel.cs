using System.Diagnostics;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.IR;
using TinyNano.TestKit.Writing;

namespace TinyNano.Compiler.Tests.TFLite;

/// <summary>
/// A .tflite file operator by operator, for what the IR says in other words than TFLite. Checks run the imported graph in
/// the interpreter; with TINYNANO_REFERENCE naming a runner (see TinyNano.Vectors) the expectations are compared with the
/// reference too.
/// </summary>
internal sealed class RawModel
{
    private readonly Graph _graph = new("raw");

    public TFLiteBuffer Buffer { get; init; } = new();

    public Value Input(string name, DType type, params int[] shape) => Input(name, new TensorType(type, new Shape(shape)));

    public Value Input(string name, TensorType type)
    {
        Value value = new(name, type);
        _graph.Inputs.Add(value);
        Buffer.Tensor(value);
        return value;
    }

    /// <summary>A float constant.</summary>
    public int Floats(int[] shape, params float[] data) => Buffer.Constant(Tensor.Of(new Shape(shape), data));

    /// <summary>Appends an operator with one float output.</summary>
    public Value Op(string builtin, int optionsType, OptionField[] options, int[] shape, params object[] inputs) =>
        Op(builtin, optionsType, options, new TensorType(DType.Float32, new Shape(shape)), inputs);

    /// <summary>Appends an operator with one output; inputs are values, or indices of constants.</summary>
    public Value Op(string builtin, int optionsType, OptionField[] options, TensorType type, params object[] inputs)
    {
        Value output = Value(type);
        Buffer.Op(builtin, optionsType, options, [.. inputs.Select(Index)], [Buffer.Tensor(output)]);
        return output;
    }

    /// <summary>Appends an operator with several float outputs of one shape.</summary>
    public Value[] Ops(int outputs, string builtin, int optionsType, OptionField[] options, int[] shape, params object[] inputs)
    {
        Value[] values = [.. Enumerable.Range(0, outputs).Select(_ => Value(new TensorType(DType.Float32, new Shape(shape))))];
        Buffer.Op(builtin, optionsType, options, [.. inputs.Select(Index)], [.. values.Select(Buffer.Tensor)]);
        return values;
    }

    public byte[] Finish(params Value[] outputs)
    {
        _graph.Outputs.AddRange(outputs);
        return Buffer.Finish(_graph);
    }

    public static Graph Import(byte[] bytes, DiagnosticBag? diagnostics = null)
    {
        Graph graph = TFLiteImporter.Import(bytes, "raw.tflite", diagnostics ?? new DiagnosticBag());
        Assert.Empty(GraphChecker.Violations(graph));
        return graph;
    }

    /// <summary>Requires that the model of float inputs 0, 1, 2, ... gives these floats.</summary>
    public static void Gives(byte[] bytes, params float[][] expected) => Gives(bytes, true, expected);

    /// <summary>The same for what the reference does not have.</summary>
    public static void GivesWithoutReference(byte[] bytes, params float[][] expected) => Gives(bytes, false, expected);

    private static void Gives(byte[] bytes, bool hasReference, float[][] expected)
    {
        Graph graph = Import(bytes);
        Tensor[] inputs = [.. graph.Inputs.Select(v => Tensor.Of(v.Shape, [.. Enumerable.Range(0, v.Shape.Count).Select(i => (float)i)]))];
        IReadOnlyList<Tensor> outputs = Interpreter.Run(graph, inputs);
        Assert.Equal(expected.Length, outputs.Count);
        for (int k = 0; k < expected.Length; k++)
        {
            Near(expected[k], outputs[k].ToFloats());
        }

        if (hasReference && Environment.GetEnvironmentVariable("TINYNANO_REFERENCE") is { Length: > 0 } runner)
        {
            byte[] all = Reference(runner, bytes, [.. inputs.SelectMany(t => t.ToBytes())]);
            Near([.. expected.SelectMany(e => e)], Tensor.FromBytes(DType.Float32, new Shape(all.Length / 4), all).Floats);
        }
    }

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(MathF.Abs(expected[i] - actual[i]) <= 1e-5f * MathF.Max(1, MathF.Abs(expected[i])),
                $"element {i} is {actual[i]}, expected {expected[i]}; all: {string.Join(", ", actual)}");
        }
    }

    private static byte[] Reference(string runner, byte[] model, byte[] input)
    {
        string folder = Directory.CreateTempSubdirectory("raw").FullName;
        try
        {
            string[] paths = [.. new[] { "model.tflite", "in.bin", "out.bin" }.Select(n => Path.Combine(folder, n))];
            File.WriteAllBytes(paths[0], model);
            File.WriteAllBytes(paths[1], input);
            using Process process = Process.Start(new ProcessStartInfo(runner, paths) { RedirectStandardError = true })!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors);
            return File.ReadAllBytes(paths[2]);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static Value Value(TensorType type) => new($"v{Guid.NewGuid():N}", type);

    private int Index(object input) => input is Value value ? Buffer.Tensor(value) : (int)input;
}
