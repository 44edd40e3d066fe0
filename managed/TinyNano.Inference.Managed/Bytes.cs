using System;

namespace TinyNano.Inference
{
    /// <summary>Little-endian numbers in bytes.</summary>
    internal static class Bytes
    {
        internal static int UInt16(byte[] data, int at)
        {
            return data[at] | (data[at + 1] << 8);
        }

        internal static int Int32(byte[] data, int at)
        {
            return data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24);
        }

        internal static uint UInt32(byte[] data, int at)
        {
            return (uint)(data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24));
        }

        internal static void SetInt32(byte[] data, int at, int value)
        {
            data[at] = (byte)value;
            data[at + 1] = (byte)(value >> 8);
            data[at + 2] = (byte)(value >> 16);
            data[at + 3] = (byte)(value >> 24);
        }

        /// <summary>Repeats the first <paramref name="unit"/> of <paramref name="count"/> bytes at <paramref name="at"/> over all of them.</summary>
        internal static void Repeat(byte[] data, int at, int unit, int count)
        {
            // Each copy doubles what is there: a block move is far faster than a loop in IL.
            for (int done = unit; done < count; done <<= 1)
            {
                Array.Copy(data, at, data, at + done, done < count - done ? done : count - done);
            }
        }
    }
}
