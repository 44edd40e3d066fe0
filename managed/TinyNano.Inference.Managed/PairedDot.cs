namespace TinyNano.Inference
{
    /// <summary>
    /// Dot products of int8 weights with two vectors at a time. An interpreter spends its time on instructions and not on multiplying, so two
    /// numbers of 32 bits travel in one of 64: <c>v[k] = first[k] + second[k] * 2^32</c>. The sum of v[k] * w[k] then holds both sums, the
    /// first in the lower half, where it is exact as long as it fits into 32 bits, and the second in the upper half, less the borrow
    /// of the first.
    /// </summary>
    internal static class PairedDot
    {
        /// <summary>The longest vectors: 8 bytes of memory each. 510 * 255 * 8192 fits into 32 bits.</summary>
        internal const int Longest = 8192;

        /// <summary>
        /// For each of so many outputs o: the sums over k of v[k] * w[wAt + o * wOutput + k * wStep], less <paramref name="less"/>, go to
        /// y[first + o] and y[second + o] through the stage's channel o + <paramref name="channel"/>.
        /// </summary>
        /// <param name="second">Negative where v holds one vector only.</param>
        internal static void Run(
            long[] v,
            int count,
            byte[] w,
            int wAt,
            int wOutput,
            int wStep,
            long less,
            int outputs,
            OutputStage stage,
            int channel,
            byte[] y,
            int first,
            int second)
        {
            int o = 0;
            for (; o + 4 <= outputs; o += 4)
            {
                int w0 = wAt + o * wOutput;
                int w1 = w0 + wOutput;
                int w2 = w1 + wOutput;
                int w3 = w2 + wOutput;
                long sum0 = -less;
                long sum1 = sum0;
                long sum2 = sum0;
                long sum3 = sum0;
                for (int k = 0, at = 0; k < count; k++, at += wStep)
                {
                    // Activations are often zero: after a ReLU, and in the padding.
                    long x = v[k];
                    if (x != 0)
                    {
                        sum0 += x * (sbyte)w[w0 + at];
                        sum1 += x * (sbyte)w[w1 + at];
                        sum2 += x * (sbyte)w[w2 + at];
                        sum3 += x * (sbyte)w[w3 + at];
                    }
                }

                int c = channel + o;
                int f = first + o;
                int s = second < 0 ? -1 : second + o;
                int next = second < 0 ? 0 : 1;
                stage.Write(sum0, c, y, f, s);
                stage.Write(sum1, c + 1, y, f + 1, s + next);
                stage.Write(sum2, c + 2, y, f + 2, s + next + next);
                stage.Write(sum3, c + 3, y, f + 3, s + next + next + next);
            }

            for (; o < outputs; o++)
            {
                int w0 = wAt + o * wOutput;
                long sum = -less;
                for (int k = 0; k < count; k++)
                {
                    sum += v[k] * (sbyte)w[w0];
                    w0 += wStep;
                }

                stage.Write(sum, channel + o, y, first + o, second < 0 ? -1 : second + o);
            }
        }

        /// <summary>
        /// Puts a run of int8 numbers, less their zero point, into the lower half of v (<paramref name="upper"/> false), or adds them to the
        /// upper half.
        /// </summary>
        internal static void Fill(long[] v, int to, byte[] x, int at, int step, int count, int zero, bool upper)
        {
            int end = to + count;
            if (upper)
            {
                for (; to < end; to++, at += step)
                {
                    v[to] += (long)((sbyte)x[at] - zero) << 32;
                }
            }
            else
            {
                for (; to < end; to++, at += step)
                {
                    v[to] = (sbyte)x[at] - zero;
                }
            }
        }
    }
}
