using TinyNano.Compiler.IR;

namespace TinyNano.Simulator.Watching;

/// <summary>A few numbers about an input, in Q8: the C# twin of tn_device_input_features.</summary>
public static class InputFeatures
{
    private const int PositionsMost = 1024;
    private const int Largest = 32767;

    /// <summary>The features of an input's bytes; none for a type other than int8 and uint8.</summary>
    public static int[] Of(ReadOnlySpan<byte> input, DType type, Shape shape)
    {
        if (type is not (DType.Int8 or DType.UInt8) || input.Length == 0)
        {
            return [];
        }

        int last = shape.Rank > 0 ? shape.Dims[^1] : 1;
        int channels = last is >= 2 and <= 4 ? last : 1;
        int positions = input.Length / channels;
        int step = positions <= PositionsMost ? 1 : ((positions + PositionsMost - 1) / PositionsMost) | 1;
        int shift = type == DType.UInt8 ? 128 : 0;
        int[] means = new int[channels];
        int[] steepness = new int[channels];
        for (int channel = 0; channel < channels; channel++)
        {
            long sum = 0, differences = 0, looked = 0, neighbours = 0;
            for (int p = 0; p < positions; p += step)
            {
                int value = Value(input, p, channel, channels, shift);
                sum += value;
                looked++;
                if (p + 1 < positions)
                {
                    differences += Math.Abs(Value(input, p + 1, channel, channels, shift) - value);
                    neighbours++;
                }
            }

            means[channel] = Mean(sum, looked);
            steepness[channel] = Mean(differences, neighbours);
        }

        return channels > 1 ? [.. means, .. steepness] : [means[0], Deviation(input, positions, step, shift, means[0]), steepness[0], Saturated(input, positions, step, shift)];
    }

    private static int Deviation(ReadOnlySpan<byte> input, int positions, int step, int shift, int mean)
    {
        long sum = 0, looked = 0;
        for (int p = 0; p < positions; p += step, looked++)
        {
            sum += Math.Abs(256 * Value(input, p, 0, 1, shift) - mean);
        }

        return Rounded(sum, looked);
    }

    private static int Saturated(ReadOnlySpan<byte> input, int positions, int step, int shift)
    {
        long sum = 0, looked = 0;
        for (int p = 0; p < positions; p += step, looked++)
        {
            sum += Value(input, p, 0, 1, shift) is sbyte.MinValue or sbyte.MaxValue ? 1 : 0;
        }

        return Mean(sum, looked);
    }

    private static int Value(ReadOnlySpan<byte> input, int position, int channel, int channels, int shift)
    {
        byte b = input[position * channels + channel];
        return shift != 0 ? b - shift : (sbyte)b;
    }

    private static int Mean(long sum, long count) => Rounded(256 * sum, count);

    // To the nearest, halves up, and at most what an edge can say.
    private static int Rounded(long sum, long count) =>
        count == 0 ? 0 : (int)Math.Min(Largest, Math.Floor((2 * (decimal)sum + count) / (2 * count)));
}
