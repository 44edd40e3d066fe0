using System;

namespace TinyNano.Contracts
{
    /// <summary>Numbers in the bytes of messages. Nothing allocates.</summary>
    public static class LittleEndian
    {
        public static int GetUInt16(byte[] data, int at)
        {
            return data[at] | (data[at + 1] << 8);
        }

        public static int GetInt16(byte[] data, int at)
        {
            return (short)GetUInt16(data, at);
        }

        public static uint GetUInt32(byte[] data, int at)
        {
            return (uint)GetUInt16(data, at) | ((uint)GetUInt16(data, at + 2) << 16);
        }

        public static void PutUInt16(byte[] data, int at, int value)
        {
            data[at] = (byte)value;
            data[at + 1] = (byte)(value >> 8);
        }

        public static void PutUInt32(byte[] data, int at, uint value)
        {
            PutUInt16(data, at, (int)(value & 0xFFFF));
            PutUInt16(data, at + 2, (int)(value >> 16));
        }

        /// <summary>A number that an unsigned field cannot hold becomes the field's largest.</summary>
        public static uint Saturate(long value)
        {
            return value < 0 ? 0u : value > 0xFFFFFFFFL ? 0xFFFFFFFFu : (uint)value;
        }

        /// <summary>The bits of a float32. BitConverter.GetBytes would allocate.</summary>
        public static uint SingleBits(float value)
        {
            // A float64 holds every float32; its bits are the same three fields, wider.
            long bits = BitConverter.DoubleToInt64Bits(value);
            uint sign = (uint)((ulong)bits >> 32) & 0x80000000u;
            int exponent = (int)(bits >> 52) & 0x7FF;
            uint fraction = (uint)(bits >> 29) & 0x7FFFFF;
            if (exponent == 0x7FF)
            {
                return sign | 0x7F800000u | (fraction != 0 ? 0x400000u | fraction : 0u);
            }

            int biased = exponent - 1023 + 127;
            if (exponent != 0 && biased <= 0)
            {
                // A float32 below 2^-126: its leading bit is not implied any more.
                int shift = 1 - biased;
                return shift > 23 ? sign : sign | ((fraction | 0x800000u) >> shift);
            }

            return exponent == 0 ? sign : sign | ((uint)biased << 23) | fraction;
        }

        public static float SingleFromBits(uint bits)
        {
            uint exponent = (bits >> 23) & 0xFF;
            long fraction = bits & 0x7FFFFF;
            long sign = (long)(bits & 0x80000000u) << 32;
            if (exponent == 0)
            {
                // Zero, or a multiple of 2^-149 (which float32 reaches in two steps).
                float small = (float)fraction * 1.1920929e-7f * 1.17549435e-38f;
                return sign == 0 ? small : -small;
            }

            long wide = exponent == 0xFF ? 0x7FF : exponent - 127 + 1023;
            return (float)BitConverter.Int64BitsToDouble(sign | (wide << 52) | (fraction << 29));
        }
    }
}
