using TinyNano.Compiler.IR;

namespace TinyNano.Vectors.Cases;

/// <summary>GRU, and the forms of LSTM that the reference lacks. Expected numbers are those of <see cref="RecurrentArithmetic"/>.</summary>
public sealed class OwnRecurrentCases : ICaseFamily
{
    private const string Origin = "TinyNano.Vectors, RecurrentArithmetic.cs: float32 in double precision, integers as docs/SPEC.md says, written apart from compiler and runtime";

    public IEnumerable<CaseSpec> Cases() => [.. Lstms(), .. Grus()];

    private static IEnumerable<CaseSpec> Lstms()
    {
        RecurrentCase[] cases =
        [
            new("f32_peepholes", DType.Float32, Batch: 2, Steps: 4, Depth: 3, Units: 3) { Peepholes = true },
            new("f32_reverse", DType.Float32, Batch: 2, Steps: 4, Depth: 3, Units: 3) { Reverse = true },
            new("f32_time_major_reverse_peepholes", DType.Float32, Batch: 2, Steps: 3, Depth: 2, Units: 4) { TimeMajor = true, Reverse = true, Peepholes = true },
            new("f32_gate_clip", DType.Float32, Batch: 1, Steps: 4, Depth: 4, Units: 3) { GateClip = 0.7f, Peepholes = true },
            new("f32_no_bias_constant_states", DType.Float32, Batch: 2, Steps: 3, Depth: 3, Units: 2) { Bias = false, ConstantStates = true },
            new("f32_time_major_constant_states", DType.Float32, Batch: 2, Steps: 3, Depth: 3, Units: 2) { TimeMajor = true, ConstantStates = true },
            new("s8_per_row", DType.Int8, Batch: 2, Steps: 4, Depth: 5, Units: 3) { PerRow = true },
            new("s8_per_row_wide_parts", DType.Int8, Batch: 1, Steps: 5, Depth: 6, Units: 4) { PerRow = true, Gain = 6 },
            new("s8_reverse_constant_states", DType.Int8, Batch: 2, Steps: 3, Depth: 4, Units: 3) { Reverse = true, ConstantStates = true },
            new("s8_gate_clip_no_bias", DType.Int8, Batch: 1, Steps: 4, Depth: 4, Units: 3) { GateClip = 0.7f, Bias = false },
            new("s16_per_row", DType.Int16, Batch: 1, Steps: 4, Depth: 5, Units: 3) { PerRow = true, Gain = 4 },
            new("s16_time_major_reverse_constant_states", DType.Int16, Batch: 2, Steps: 3, Depth: 4, Units: 3) { TimeMajor = true, Reverse = true, ConstantStates = true },
        ];
        foreach (RecurrentCase item in cases)
        {
            (Graph graph, Tensor[] inputs) = item.Lstm();
            yield return Spec("lstm_own", item, graph, inputs);
        }
    }

    private static IEnumerable<CaseSpec> Grus()
    {
        RecurrentCase[] cases =
        [
            new("f32", DType.Float32, Batch: 1, Steps: 4, Depth: 5, Units: 3) { Runs = 3 },
            new("f32_linear", DType.Float32, Batch: 2, Steps: 4, Depth: 3, Units: 4) { LinearBeforeReset = true },
            new("f32_time_major_reverse", DType.Float32, Batch: 2, Steps: 3, Depth: 3, Units: 4) { TimeMajor = true, Reverse = true },
            new("f32_linear_no_bias_constant_state", DType.Float32, Batch: 2, Steps: 3, Depth: 3, Units: 2) { LinearBeforeReset = true, Bias = false, ConstantStates = true },
            new("f32_gate_clip", DType.Float32, Batch: 1, Steps: 4, Depth: 4, Units: 3) { GateClip = 0.6f },
            new("s8", DType.Int8, Batch: 1, Steps: 4, Depth: 5, Units: 3) { Runs = 3 },
            new("s8_linear", DType.Int8, Batch: 1, Steps: 4, Depth: 5, Units: 3) { LinearBeforeReset = true, Runs = 3 },
            new("s8_per_row_batches", DType.Int8, Batch: 3, Steps: 3, Depth: 4, Units: 5) { PerRow = true },
            new("s8_linear_per_row_time_major", DType.Int8, Batch: 2, Steps: 3, Depth: 4, Units: 5) { LinearBeforeReset = true, PerRow = true, TimeMajor = true },
            new("s8_reverse_constant_state", DType.Int8, Batch: 2, Steps: 3, Depth: 4, Units: 3) { Reverse = true, ConstantStates = true, HiddenZero = 0 },
            new("s8_saturates", DType.Int8, Batch: 1, Steps: 5, Depth: 6, Units: 4) { Gain = 6 },
            new("s8_linear_saturates", DType.Int8, Batch: 1, Steps: 5, Depth: 6, Units: 4) { LinearBeforeReset = true, Gain = 20 },
            new("s8_linear_large_recurrent", DType.Int8, Batch: 1, Steps: 8, Depth: 2, Units: 6) { LinearBeforeReset = true, RecurrentGain = 8 },
            new("s8_gate_clip_no_bias", DType.Int8, Batch: 1, Steps: 4, Depth: 4, Units: 3) { GateClip = 0.6f, Bias = false },
            new("s8_long", DType.Int8, Batch: 1, Steps: 24, Depth: 8, Units: 8) { LinearBeforeReset = true, Runs = 1 },
        ];
        foreach (RecurrentCase item in cases)
        {
            (Graph graph, Tensor[] inputs) = item.Gru();
            yield return Spec("gru", item, graph, inputs);
        }
    }

    private static CaseSpec Spec(string op, RecurrentCase item, Graph graph, Tensor[] inputs) =>
        new(op, item.Name, graph, inputs) { Outputs = RecurrentArithmetic.Run(graph, inputs[0], item.Runs), Origin = Origin };
}
