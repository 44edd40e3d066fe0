using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>
/// DEPTHWISE_CONV_2D with strides of 1, a channel after the other over woven rows: 3x3 (tn_mve_depthwise3x3.c), or along one axis without padding
/// (tn_mve_depthwise1d.c).
/// </summary>
internal static class MveWoven
{
    private const int Size = 3;
    private const int Lanes = 16;

    // The tile's share of what the layer reads and writes, so that the arena hardly grows.
    private const int Share = 38;
    private const int LeastTile = 8;

    private const int MaxTaps = 13;
    private const int Outputs = 4;

    private static readonly string[] s_ones = ["stride_h", "stride_w", "dilation_h", "dilation_w"];

    public static bool Fits3x3(Step step)
    {
        Shape y = step.Outputs[0].Shape;
        return IsPlain(step) && step.Inputs[1]!.Shape[1] == Size && step.Inputs[1]!.Shape[2] == Size && y[1] >= 2 && y[2] >= 2;
    }

    public static bool Fits1D(Step step)
    {
        if (!IsPlain(step) || WeightStep.Of(step)!.IsPadded)
        {
            return false;
        }

        Shape x = step.Inputs[0]!.Shape;
        Shape y = step.Outputs[0].Shape;
        return WeightStep.Of(step)!.Taps <= MaxTaps && y[1] * y[2] >= Outputs && ((x[1] == 1 && y[1] == 1) || (x[2] == 1 && y[2] == 1));
    }

    public static Step Pack3x3(Step step) => Pack(step, 0, Write3x3, (tile, columns) => ((columns + 1) * tile * 4) + (Lanes * 4));

    public static Step Pack1D(Step step)
    {
        Shape x = step.Inputs[0]!.Shape;
        Shape y = step.Outputs[0].Shape;
        int inputs = x[1] * x[2];
        int outputs = y[1] * y[2];
        return Pack(step, WeightStep.Of(step)!.Taps, Write1D, (tile, _) =>
            Math.Max((((outputs - 1) / Outputs) + 4) * tile * 4, ((((inputs + 3) / 4) - 1) * tile * 4) + (Lanes * 4)));
    }

    private static bool IsPlain(Step step) =>
        WeightStep.Of(step) is WeightStep w && w.IsDepthwise && WeightStep.Param(step, "multiplier") == 1 && MvePacking.IsExact(w)
        && s_ones.All(field => WeightStep.Param(step, field) == 1);

    // `bytes` tells the scratch for a number of channels in a tile, and the columns of y.
    private static Step Pack(Step step, int taps, Action<PackedBytes, WeightStep, int> writeWeights, Func<int, int, int> bytes)
    {
        WeightStep w = WeightStep.Of(step)!;
        int columns = step.Outputs[0].Shape[2];
        int tile = Tile(step, t => bytes(t, columns));
        PackedBytes packed = MvePacking.Begin(tile, taps);
        for (int o = 0; o < w.Outputs; o += tile)
        {
            // The last tile begins early enough to be whole.
            int first = Math.Min(o, w.Outputs - tile);
            for (int channel = first; channel < first + tile; channel++)
            {
                writeWeights(packed, w, channel);
                MveScale scale = MveScale.Of(w, channel);
                packed.Word(MvePacking.Bias(w, channel));
                packed.Word(scale.Mult);
                packed.Word(scale.Constant);
                packed.Word(scale.Left);
            }
        }

        return step with { Inputs = [step.Inputs[0], packed.Tensor(step.Name)], Scratch = PackedBytes.Scratch(step.Name, bytes(tile, columns)) };
    }

    // A word for each column of the window between two of zeros, row by row from its lowest byte.
    private static void Write3x3(PackedBytes packed, WeightStep w, int channel)
    {
        packed.Word(0);
        for (int column = 0; column < Size; column++)
        {
            for (int row = 0; row < Size; row++)
            {
                packed.Byte(w.Weight(channel, (row * Size) + column));
            }

            packed.Byte(0);
        }

        packed.Word(0);
    }

    // Three zeros, the taps, and zeros up to 20 bytes.
    private static void Write1D(PackedBytes packed, WeightStep w, int channel)
    {
        const int before = 3;
        for (int i = 0; i < 20; i++)
        {
            packed.Byte(i >= before && i - before < w.Taps ? w.Weight(channel, i - before) : 0);
        }
    }

    // Channels of a tile: as many as its share of memory allows, in tiles of about one size.
    private static int Tile(Step step, Func<int, int> bytes)
    {
        int channels = step.Outputs[0].Shape[3];
        int budget = (step.Inputs[0]!.Bytes + step.Outputs[0].Bytes) / Share;
        int most = Math.Min(channels, Lanes);
        while (most > LeastTile && bytes(most) > budget)
        {
            most--;
        }

        int tiles = (channels + most - 1) / most;
        return (channels + tiles - 1) / tiles;
    }
}
