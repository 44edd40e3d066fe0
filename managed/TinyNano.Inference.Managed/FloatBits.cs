using System;

namespace TinyNano.Inference
{
    /// <summary>Float32 numbers in bytes. BitConverter reads them, but writes only into a new array.</summary>
    internal static class FloatBits
    {
        private const int ExponentOfUnit = 150;
        private const float Low = 8388608.0f;
        private const float High = 16777216.0f;
        private const int MantissaMask = 0x7FFFFF;

        internal static float Read(byte[] data, int at)
        {
            return BitConverter.ToSingle(data, at);
        }

        internal static void Write(byte[] data, int at, float value)
        {
            Bytes.SetInt32(data, at, Of(value));
        }

        /// <summary>The IEEE 754 bits of a number; every NaN gives the quiet one.</summary>
        internal static int Of(float value)
        {
            if (float.IsNaN(value))
            {
                return 0x7FC00000;
            }

            int sign = value < 0 || (value == 0 && 1.0f / value < 0) ? int.MinValue : 0;
            float size = value < 0 ? -value : value;
            if (size > float.MaxValue)
            {
                return sign | 0x7F800000;
            }

            // size = mantissa * 2^(exponent - 150) with a mantissa of 24 bits, or fewer for the smallest numbers. Each step is exact.
            int exponent = ExponentOfUnit;
            while (size < Low && exponent > 1)
            {
                size *= 2.0f;
                exponent--;
            }

            while (size >= High)
            {
                size *= 0.5f;
                exponent++;
            }

            int mantissa = (int)size;
            return sign | (mantissa > MantissaMask ? exponent << 23 : 0) | (mantissa & MantissaMask);
        }
    }
}
