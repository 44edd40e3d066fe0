namespace TinyNano.Contracts
{
    /// <summary>CRC-32 of IEEE 802.3, reflected, as zip has it. Four bits at a time: the table has 16 entries.</summary>
    public static class Crc32
    {
        private static readonly uint[] Table = MakeTable();

        public static uint Of(byte[] data, int start, int count)
        {
            uint crc = 0xFFFFFFFF;
            for (int i = start; i < start + count; i++)
            {
                crc ^= data[i];
                crc = (crc >> 4) ^ Table[crc & 15];
                crc = (crc >> 4) ^ Table[crc & 15];
            }

            return ~crc;
        }

        private static uint[] MakeTable()
        {
            uint[] table = new uint[16];
            for (uint i = 0; i < table.Length; i++)
            {
                uint value = i;
                for (int bit = 0; bit < 4; bit++)
                {
                    value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
                }

                table[i] = value;
            }

            return table;
        }
    }
}
