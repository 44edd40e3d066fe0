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
    }
}
