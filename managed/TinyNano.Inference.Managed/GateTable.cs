namespace TinyNano.Inference
{
    /// <summary>
    /// Sigmoid and tanh on 16 bits, interpolated in a table of 256 entries: the bits of uint16 sigmoid(i / 24) * 2^16. The argument is in
    /// units of 1 / (3 * 4096), the result in units of 2^-15. Defined for every table and every argument.
    /// </summary>
    internal static class GateTable
    {
        internal const int Entries = 256;

        /// <summary>Units of a gate's argument: 2^-12. 8 and more is sure for sigmoid and tanh.</summary>
        internal const int Limit = 32768;

        private const int Last = 255;

        /// <summary>Rounds half up, also where it mirrors: sigmoid(-x) = 1 - sigmoid(x).</summary>
        internal static int Sigmoid(byte[] data, int tableAt, int x)
        {
            uint size = x < 0 ? 0u - (uint)x : (uint)x;
            uint s = size >> 9 >= Last ? 0x7FFFu << 10 : Interpolate(data, tableAt, size, 9);
            return (short)((x >= 0 ? s + 512u : (1u << 25) - s + 511u) >> 10);
        }

        /// <summary>tanh(x) = 2 sigmoid(2 x) - 1.</summary>
        internal static int Tanh(byte[] data, int tableAt, int x)
        {
            uint size = x < 0 ? 0u - (uint)x : (uint)x;
            int t = size >> 8 >= Last ? 0xFFFF << 8 : (int)Interpolate(data, tableAt, size, 8);
            return (short)((x >= 0 ? t - (1 << 23) + 128 : (1 << 23) - t + 127) >> 8);
        }

        /// <summary>To -limit .. limit, and to int16 in any case; limit 0 .. <see cref="Limit"/>.</summary>
        internal static int Clip(int x, int limit)
        {
            return FixedPoint.Clamp(x, -limit, limit < short.MaxValue ? limit : short.MaxValue);
        }

        // A size in units of 1 / (24 * 2^bits): the table's entry and what is between it and the next, times 2^bits.
        private static uint Interpolate(byte[] data, int tableAt, uint size, int bits)
        {
            int at = tableAt + (int)(size >> bits << 1);
            uint from = (uint)(data[at] | (data[at + 1] << 8));
            uint next = (uint)(data[at + 2] | (data[at + 3] << 8));
            return (from << bits) + (size & ((1u << bits) - 1u)) * (next - from);
        }
    }
}
