using TinyNano.Compiler.IR;

namespace TinyNano.Vectors.Cases;

/// <summary>LSTM as TFLite has it: int8 and int16 activations with an int16 cell, float32; states are kept over several runs.</summary>
public sealed class LstmCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        RecurrentCase[] cases =
        [
            new("s8", DType.Int8, Batch: 1, Steps: 4, Depth: 5, Units: 3) { Runs = 3 },
            new("s8_time_major", DType.Int8, Batch: 2, Steps: 3, Depth: 4, Units: 5) { TimeMajor = true },
            new("s8_batches", DType.Int8, Batch: 3, Steps: 2, Depth: 3, Units: 4) { HiddenZero = 4 },
            new("s8_one", DType.Int8, Batch: 1, Steps: 1, Depth: 1, Units: 1) { Runs = 6 },
            new("s8_saturates", DType.Int8, Batch: 1, Steps: 5, Depth: 7, Units: 4) { Gain = 6, HiddenZero = 0 },
            new("s8_cell_clip", DType.Int8, Batch: 1, Steps: 4, Depth: 4, Units: 3) { CellClip = 0.4f },
            new("s8_cell_clip_nothing", DType.Int8, Batch: 1, Steps: 3, Depth: 4, Units: 3) { CellClip = 30 },
            new("s8_cell_fine", DType.Int8, Batch: 1, Steps: 6, Depth: 6, Units: 4) { CellScale = 1f / 32768, Gain = 2 },
            new("s8_cell_coarse", DType.Int8, Batch: 1, Steps: 4, Depth: 4, Units: 4) { CellScale = 1f / 512 },
            new("s8_cell_no_power_of_two", DType.Int8, Batch: 1, Steps: 4, Depth: 4, Units: 4) { CellScale = 0.0003f },
            new("s8_long", DType.Int8, Batch: 1, Steps: 20, Depth: 8, Units: 8) { Runs = 1 },
            new("s16", DType.Int16, Batch: 1, Steps: 4, Depth: 5, Units: 3) { Runs = 3 },
            new("s16_time_major", DType.Int16, Batch: 2, Steps: 3, Depth: 4, Units: 5) { TimeMajor = true },
            new("s16_batches_clip", DType.Int16, Batch: 3, Steps: 3, Depth: 3, Units: 2) { CellClip = 0.3f },
            new("s16_saturates", DType.Int16, Batch: 1, Steps: 5, Depth: 6, Units: 4) { Gain = 6, CellScale = 1f / 2048 },
            new("s16_cell_fine", DType.Int16, Batch: 1, Steps: 8, Depth: 4, Units: 4) { CellScale = 1f / 32768 },
            new("s16_cell_finest_saturates", DType.Int16, Batch: 1, Steps: 8, Depth: 4, Units: 4) { CellScale = 1f / 131072, Gain = 2 },
            new("s16_cell_coarse", DType.Int16, Batch: 1, Steps: 16, Depth: 3, Units: 6) { CellScale = 1f / 512 },
            new("f32", DType.Float32, Batch: 1, Steps: 4, Depth: 5, Units: 3) { Runs = 3 },
            new("f32_time_major", DType.Float32, Batch: 2, Steps: 3, Depth: 4, Units: 5) { TimeMajor = true },
            new("f32_batches_clip", DType.Float32, Batch: 3, Steps: 4, Depth: 3, Units: 4) { CellClip = 0.5f },
            new("f32_saturates", DType.Float32, Batch: 1, Steps: 5, Depth: 7, Units: 4) { Gain = 6 },
        ];
        foreach (RecurrentCase item in cases)
        {
            (Graph graph, Tensor[] inputs) = item.Lstm();
            yield return new CaseSpec("lstm", item.Name, graph, inputs);
        }
    }
}
