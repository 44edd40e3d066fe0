namespace TinyNano.Inference
{
    /// <summary>
    /// From accumulators to int8: bias, requantisation, zero point, clamp. An operator keeps one and loads it at the begin of each
    /// evaluation, so that the numbers of a channel are decoded once and not for every output.
    /// </summary>
    internal sealed class OutputStage
    {
        internal int[] Bias = new int[0];

        internal int[] Mult = new int[0];

        /// <summary>How far to shift to the right; negative to the left.</summary>
        internal int[] Right = new int[0];

        internal int YZero;

        internal int Lo;

        internal int Hi;

        /// <summary>Makes room for so many channels; for door checks, as it allocates.</summary>
        internal void Reserve(int channels)
        {
            if (Bias.Length < channels)
            {
                Bias = new int[channels];
                Mult = new int[channels];
                Right = new int[channels];
            }
        }

        /// <summary>Takes bias, multipliers and shifts from inputs 2, 3 and 4.</summary>
        internal void Load(StepContext step, int channels, int yZero, int lo, int hi)
        {
            Tensor mult = step.Inputs[3];
            Tensor shift = step.Inputs[4];
            bool single = mult.Count == 1;
            bool biased = step.Has(2);
            for (int o = 0; o < channels; o++)
            {
                int channel = single ? 0 : o;
                Mult[o] = mult.GetInt32(channel);
                Right[o] = -(sbyte)shift.Data[shift.Offset + channel];
                Bias[o] = biased ? step.Inputs[2].GetInt32(o) : 0;
            }

            SetRange(yZero, lo, hi);
        }

        /// <summary>One multiplier for all channels and no bias.</summary>
        internal void Load(int channels, int mult, int shift, int yZero, int lo, int hi)
        {
            for (int o = 0; o < channels; o++)
            {
                Mult[o] = mult;
                Right[o] = -shift;
                Bias[o] = 0;
            }

            SetRange(yZero, lo, hi);
        }

        /// <summary>
        /// Writes the outputs of two accumulators of one channel, the first in the lower half of <paramref name="pair"/>, the second in the
        /// upper half (see <see cref="PairedDot"/>). <paramref name="second"/> is negative where there is none.
        /// </summary>
        internal void Write(long pair, int channel, byte[] y, int first, int second)
        {
            int mult = Mult[channel];
            int right = Right[channel];
            int bias = Bias[channel];
            int lower = (int)pair;
            int acc = lower + bias;
            int at = first;
            while (true)
            {
                if (right < 0)
                {
                    acc <<= -right;
                }

                int value = (int)(((long)acc * mult + (1L << 30)) >> 31);
                if (right > 0)
                {
                    // Rounded to nearest, ties away from zero. In 64 bits, as value may be anything.
                    value = (int)(((long)value + (1 << (right - 1)) + (value >> 31)) >> right);
                }

                value += YZero;
                y[at] = (byte)(value < Lo ? Lo : value > Hi ? Hi : value);
                if (second < 0)
                {
                    return;
                }

                acc = (int)((pair - lower) >> 32) + bias;
                at = second;
                second = -1;
            }
        }

        private void SetRange(int yZero, int lo, int hi)
        {
            YZero = yZero;
            Lo = lo;
            Hi = hi;
        }
    }
}
