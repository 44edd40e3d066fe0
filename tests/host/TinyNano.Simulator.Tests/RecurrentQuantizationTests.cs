using TinyNano.Compiler;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Quantize;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Simulator.Tests;

/// <summary>
/// Post-training quantisation of LSTM and GRU: the integer kernels follow the float meaning closely over a long stream, also
/// where the state is kept from run to run, and no node stays in float.
/// </summary>
public sealed class RecurrentQuantizationTests
{
    private const int Depth = 12;
    private const int Units = 24;
    private const int Steps = 25;
    private const int Runs = 24;

    public static TheoryData<string, DType, double> Layers() => new()
    {
        // The least ratio of signal to error in dB: a little below what was measured (seeded, so always the same).
        { "lstm", DType.Int8, 38 },
        { "lstm", DType.Int16, 44 },
        { "lstm_initial_state", DType.Int8, 38 },
        { "gru", DType.Int8, 38 },
        { "gru_linear", DType.Int8, 38 },
        { "gru_initial_state", DType.Int8, 38 },
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void IntegerLayer_FollowsFloatLayer(string layer, DType activations, double leastDecibels)
    {
        Graph graph = Layer(layer);
        IReadOnlyList<Tensor>[] samples = [.. Signals().Select(x => (IReadOnlyList<Tensor>)[x])];
        Ranges ranges = Calibrator.Observe(graph, samples[..(Runs / 2)], CalibrationMethod.MinMax);
        Graph integer = Quantizer.Quantize(graph, ranges, new QuantizePolicy { Activations = activations });
        Assert.DoesNotContain(integer.Nodes, n => n.Op is Dequantize || n.Inputs[0]!.DType == DType.Float32);

        Interpreter interpreter = new(graph);
        InterpreterState state = new();
        Value x = integer.Inputs[0];
        Value y = integer.Outputs[0];
        using HostModel model = new(BlobCompiler.Compile(integer).Blob);
        double signal = 0;
        double error = 0;
        foreach (IReadOnlyList<Tensor> sample in samples)
        {
            float[] expected = interpreter.Run(sample, state)[0].Floats;
            byte[] output = model.Run(Stored(sample[0], x.Type).ToBytes());
            float[] actual = Tensor.FromBytes(y.DType, y.Shape, output).ToFloats(y.Quantization);
            for (int i = 0; i < expected.Length; i++)
            {
                signal += expected[i] * expected[i];
                error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            }
        }

        double decibels = 10 * Math.Log10(signal / error);
        Assert.True(decibels >= leastDecibels, $"{decibels:F1} dB, expected at least {leastDecibels}");
    }

    private static Graph Layer(string name)
    {
        Seeded random = new(21);
        bool lstm = name.StartsWith("lstm", StringComparison.Ordinal);
        bool kept = !name.EndsWith("initial_state", StringComparison.Ordinal);
        int gates = lstm ? 4 : 3;
        GraphBuilder b = new(name);
        Value x = b.Input("x", DType.Float32, [1, Steps, Depth]);
        Value w = GraphBuilder.Const("w", random.Tensor(DType.Float32, new Shape(gates * Units, Depth), -0.5, 0.5));
        Value r = GraphBuilder.Const("r", random.Tensor(DType.Float32, new Shape(gates * Units, Units), -0.4, 0.4));
        Value Bias(string bias) => GraphBuilder.Const(bias, random.Tensor(DType.Float32, new Shape(gates * Units), -0.3, 0.3));
        Value State(string state) => kept ? GraphBuilder.State(state, DType.Float32, [1, Units])
            : GraphBuilder.Const(state, random.Tensor(DType.Float32, new Shape(1, Units), -0.5, 0.5));
        b.Output(lstm
            ? b.Op(new Lstm(false, false, 0), "y", null, x, w, r, Bias("b"), State("h"), State("c"))
            : b.Op(new Gru(false, false, name == "gru_linear"), "y", null, x, w, r, Bias("b"), Bias("d"), State("h")));
        return b.Graph;
    }

    // Signals that change slowly, as those of sensors do.
    private static IEnumerable<Tensor> Signals()
    {
        Seeded random = new(22);
        float[] level = new float[Depth];
        for (int run = 0; run < Runs; run++)
        {
            float[] x = new float[Steps * Depth];
            for (int i = 0; i < x.Length; i++)
            {
                level[i % Depth] = 0.9f * level[i % Depth] + random.NextFloat(-0.5f, 0.5f);
                x[i] = level[i % Depth];
            }

            yield return Tensor.Of(new Shape(1, Steps, Depth), x);
        }
    }

    private static Tensor Stored(Tensor real, TensorType type)
    {
        Quantization q = type.Quantization!;
        double[] numbers = [.. real.Floats.Select(v => Math.Round(v / (double)q.Scale) + q.ZeroPoint)];
        return type.DType == DType.Int8
            ? Tensor.Of(real.Shape, Array.ConvertAll(numbers, n => (sbyte)Math.Clamp(n, sbyte.MinValue, sbyte.MaxValue)))
            : Tensor.Of(real.Shape, Array.ConvertAll(numbers, n => (short)Math.Clamp(n, short.MinValue, short.MaxValue)));
    }
}
