namespace TinyNano.Inference
{
    /// <summary>CRC-32 of IEEE 802.3: reflected polynomial 0xEDB88320, initial value and final xor 0xFFFFFFFF.</summary>
    internal static class Crc32
    {
        // 1 KB of RAM: with a table of sixteen entries an interpreter takes twice as long.
        private static readonly uint[] s_table = MakeTable();

        /// <summary>The checksum of more bytes; <paramref name="crc"/> is 0 at first, then the previous result.</summary>
        internal static uint Update(uint crc, byte[] data, int start, int count)
        {
            uint[] table = s_table;
            int end = start + count;
            crc = ~crc;
            for (int i = start; i < end; i++)
            {
                crc = table[(int)((crc ^ data[i]) & 255u)] ^ (crc >> 8);
            }

            return ~crc;
        }

        private static uint[] MakeTable()
        {
            uint[] table = new uint[256];
            for (int i = 0; i < table.Length; i++)
            {
                uint entry = (uint)i;
                for (int bit = 0; bit < 8; bit++)
                {
                    entry = (entry & 1u) != 0 ? (entry >> 1) ^ 0xEDB88320u : entry >> 1;
                }

                table[i] = entry;
            }

            return table;
        }
    }
}
