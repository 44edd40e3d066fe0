namespace TinyNano.Compiler.Targets;

/// <summary>Channels as firmware-native/src/opt/rv32/rv32_gemm.h wants them: two at a time, in runs whose low sums keep to 16 bits.</summary>
internal static class Rv32Gemm
{
    private const int Run = 4;

    /// <summary>Four products with any x in -128 .. 127 stay below 2^15 in magnitude.</summary>
    private const int MostOfRun = 255;

    /// <summary>An output channel: its weights in the order of the stream, a place in the stream for each.</summary>
    internal sealed record Channel(int Bias, int Mult, int Shift, int[] Weights);

    /// <summary>Writes all channels. <paramref name="places"/> holds the place of each weight; weights come in whole runs.</summary>
    public static void Write(Rv32Bytes to, IReadOnlyList<Channel> channels, IReadOnlyList<int> places)
    {
        for (int o = 0; o < channels.Count; o += 2)
        {
            Channel first = channels[o];
            Channel second = o + 1 < channels.Count ? channels[o + 1] : new Channel(0, 0, -1, new int[first.Weights.Length]);
            WritePair(to, first, second, places);
        }
    }

    /// <summary>Whether no channel has more extras than fit into its header.</summary>
    public static bool Fits(IEnumerable<int[]> weights) => weights.All(w => Extras((int[])w.Clone()).Count <= 255);

    private static void WritePair(Rv32Bytes to, Channel first, Channel second, IReadOnlyList<int> places)
    {
        int[][] weights = [(int[])first.Weights.Clone(), (int[])second.Weights.Clone()];
        List<(int Index, int Weight)>[] extras = [.. weights.Select(Extras)];
        to.Word(first.Bias);
        to.Word(second.Bias);
        to.Word((uint)first.Mult * 2);
        to.Word((uint)second.Mult * 2);
        to.Byte(1 - first.Shift);
        to.Byte(1 - second.Shift);
        to.Byte(extras[0].Count);
        to.Byte(extras[1].Count);
        for (int k = 0; k < weights[0].Length; k++)
        {
            to.Byte(weights[0][k]);
            to.Byte(weights[1][k]);
        }

        foreach ((int index, int weight) in extras.SelectMany(e => e))
        {
            to.Half(places[index]);
            to.Byte(weight);
            to.Byte(0);
        }
    }

    /// <summary>Takes the largest weights out of runs that are too large.</summary>
    private static List<(int Index, int Weight)> Extras(int[] weights)
    {
        List<(int, int)> extras = [];
        for (int run = 0; run < weights.Length; run += Run)
        {
            int[] order = [.. Enumerable.Range(run, Run).OrderByDescending(k => Math.Abs(weights[k]))];
            int sum = order.Sum(k => Math.Abs(weights[k]));
            foreach (int k in order.TakeWhile(_ => sum > MostOfRun))
            {
                sum -= Math.Abs(weights[k]);
                extras.Add((k, weights[k]));
                weights[k] = 0;
            }
        }

        return extras;
    }
}
