namespace TinyNano.Inference
{
    /// <summary>Dot products of int8 weights with one vector that lies in memory as it is, four outputs at a time.</summary>
    internal static class SingleDot
    {
        /// <summary>
        /// Adds to sums[0 .. 3] the sums over k of (x[xAt + k] - zero) * w[wAt + i * wOutput + k], for the <paramref name="rows"/> (1 .. 4)
        /// rows i that exist. Wraps.
        /// </summary>
        internal static void Add(int[] sums, byte[] x, int xAt, int zero, int count, byte[] w, int wAt, int wOutput, int rows)
        {
            if (rows < 4)
            {
                for (int i = 0; i < rows; i++)
                {
                    sums[i] += One(x, xAt, zero, count, w, wAt);
                    wAt += wOutput;
                }

                return;
            }

            int w0 = wAt;
            int w1 = w0 + wOutput;
            int w2 = w1 + wOutput;
            int w3 = w2 + wOutput;
            int sum0 = 0;
            int sum1 = 0;
            int sum2 = 0;
            int sum3 = 0;
            for (int k = 0; k < count; k++)
            {
                // Activations are often zero: after a ReLU, and in the padding.
                int value = (sbyte)x[xAt + k] - zero;
                if (value != 0)
                {
                    sum0 += value * (sbyte)w[w0 + k];
                    sum1 += value * (sbyte)w[w1 + k];
                    sum2 += value * (sbyte)w[w2 + k];
                    sum3 += value * (sbyte)w[w3 + k];
                }
            }

            sums[0] += sum0;
            sums[1] += sum1;
            sums[2] += sum2;
            sums[3] += sum3;
        }

        private static int One(byte[] x, int xAt, int zero, int count, byte[] w, int wAt)
        {
            int sum = 0;
            for (int k = 0; k < count; k++)
            {
                sum += ((sbyte)x[xAt + k] - zero) * (sbyte)w[wAt + k];
            }

            return sum;
        }
    }
}
