using System;
using System.Text;

namespace TinyNano.Contracts
{
    /// <summary>Texts behind the fixed part of a message: one byte for the length, then UTF-8.</summary>
    internal static class MessageText
    {
        /// <summary>Appends a text, shortened to <paramref name="maxBytes"/> at the end of a character.</summary>
        /// <returns>Where the next text begins.</returns>
        internal static int Put(byte[] data, int at, string text, int maxBytes)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text == null ? "" : text);
            int count = bytes.Length;
            if (count > maxBytes)
            {
                count = maxBytes;

                // 10xxxxxx continues a character.
                while (count > 0 && (bytes[count] & 0xC0) == 0x80)
                {
                    count--;
                }
            }

            data[at] = (byte)count;
            for (int i = 0; i < count; i++)
            {
                data[at + 1 + i] = bytes[i];
            }

            return at + 1 + count;
        }

        /// <summary>Reads a text and moves on; false where the message ends before it does.</summary>
        internal static bool Get(byte[] data, int length, ref int at, out string text)
        {
            text = null;
            if (at >= length || data[at] > length - at - 1)
            {
                return false;
            }

            text = data[at] == 0 ? "" : Encoding.UTF8.GetString(data, at + 1, data[at]);
            at += 1 + data[at];
            return true;
        }

        /// <summary>Writes a text into a field of fixed length, padded with 0.</summary>
        /// <exception cref="ArgumentException">It is longer than the field.</exception>
        internal static void PutPadded(byte[] data, int at, string text, int bytes)
        {
            byte[] encoded = Encoding.UTF8.GetBytes(text == null ? "" : text);
            if (encoded.Length > bytes)
            {
                throw new ArgumentException();
            }

            for (int i = 0; i < bytes; i++)
            {
                data[at + i] = i < encoded.Length ? encoded[i] : (byte)0;
            }
        }

        /// <summary>Reads a text of a field of fixed length; false where something follows a 0.</summary>
        internal static bool GetPadded(byte[] data, int at, int bytes, out string text)
        {
            int count = 0;
            while (count < bytes && data[at + count] != 0)
            {
                count++;
            }

            for (int i = count; i < bytes; i++)
            {
                if (data[at + i] != 0)
                {
                    text = "";
                    return false;
                }
            }

            text = count == 0 ? "" : Encoding.UTF8.GetString(data, at, count);
            return true;
        }
    }
}
