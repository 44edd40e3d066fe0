namespace TinyNano.VirtualDevice.Traces;

/// <summary>What is wrong with a camera.</summary>
/// <param name="Blur">Pixels to each side that a pixel is averaged with; 0: none.</param>
/// <param name="Brightness">Added to every pixel afterwards, which stays in 0 .. 255.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="From">Frame of the recording from which on it is wrong; frames of repetitions count on.</param>
public sealed record FrameCorruption(int Blur, int Brightness, int Width, long From)
{
    public const int MaxBlur = 16;

    /// <summary>Changes a frame of one byte a pixel in place; allocates nothing.</summary>
    /// <param name="scratch">As large as the frame.</param>
    public void Apply(long index, Span<byte> frame, Span<byte> scratch)
    {
        if (index < From)
        {
            return;
        }

        if (Blur > 0)
        {
            // A box of (2 * Blur + 1)^2 pixels, first along rows and then along columns; beyond the edges there is nothing to average.
            int height = frame.Length / Width;
            for (int y = 0; y < height; y++)
            {
                Average(frame.Slice(y * Width, Width), scratch.Slice(y * Width, Width), 1, Width);
            }

            for (int x = 0; x < Width; x++)
            {
                Average(scratch[x..], frame[x..], Width, height);
            }
        }

        for (int i = 0; i < frame.Length; i++)
        {
            frame[i] = (byte)Math.Clamp(frame[i] + Brightness, byte.MinValue, byte.MaxValue);
        }
    }

    private void Average(ReadOnlySpan<byte> from, Span<byte> to, int stride, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int first = Math.Max(0, i - Blur), last = Math.Min(count - 1, i + Blur);
            int sum = 0;
            for (int k = first; k <= last; k++)
            {
                sum += from[k * stride];
            }

            int pixels = last - first + 1;
            to[i * stride] = (byte)((sum + pixels / 2) / pixels);
        }
    }
}
