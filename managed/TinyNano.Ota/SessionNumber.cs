namespace TinyNano.Ota
{
    /// <summary>
    /// The session of a manifest: the first four bytes of its SHA-256, as u32. Names a manifest even where the firmware cannot verify one;
    /// nothing relies on it for safety.
    /// </summary>
    public static class SessionNumber
    {
        private const int BlockBytes = 64;
        private const int Rounds = 64;

        private static readonly uint[] Constants = new uint[]
        {
            0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
            0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
            0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
            0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
            0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
            0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
            0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
            0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
        };

        /// <summary>The session of these bytes. Allocates half a kilobyte, and takes some milliseconds on a small device.</summary>
        public static uint Of(byte[] manifest)
        {
            uint[] words = new uint[Rounds];
            uint[] hash = new uint[]
            {
                0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
            };

            // The bytes, then 0x80, zeros, and the number of bits as a big-endian u64.
            int blocks = (manifest.Length + 8) / BlockBytes + 1;
            for (int block = 0; block < blocks; block++)
            {
                for (int i = 0; i < 16; i++)
                {
                    int at = block * BlockBytes + 4 * i;
                    words[i] = (Byte(manifest, at) << 24) | (Byte(manifest, at + 1) << 16) | (Byte(manifest, at + 2) << 8) | Byte(manifest, at + 3);
                }

                if (block == blocks - 1)
                {
                    words[15] = (uint)manifest.Length * 8;
                }

                Mix(hash, words);
            }

            uint first = hash[0];
            return (first >> 24) | ((first >> 8) & 0xFF00) | ((first << 8) & 0xFF0000) | (first << 24);
        }

        private static uint Byte(byte[] data, int at)
        {
            return at < data.Length ? data[at] : at == data.Length ? 0x80u : 0u;
        }

        private static void Mix(uint[] hash, uint[] w)
        {
            for (int i = 16; i < Rounds; i++)
            {
                uint s0 = Turn(w[i - 15], 7) ^ Turn(w[i - 15], 18) ^ (w[i - 15] >> 3);
                uint s1 = Turn(w[i - 2], 17) ^ Turn(w[i - 2], 19) ^ (w[i - 2] >> 10);
                w[i] = w[i - 16] + s0 + w[i - 7] + s1;
            }

            uint a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
            for (int i = 0; i < Rounds; i++)
            {
                uint t1 = h + (Turn(e, 6) ^ Turn(e, 11) ^ Turn(e, 25)) + ((e & f) ^ (~e & g)) + Constants[i] + w[i];
                uint t2 = (Turn(a, 2) ^ Turn(a, 13) ^ Turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
                h = g;
                g = f;
                f = e;
                e = d + t1;
                d = c;
                c = b;
                b = a;
                a = t1 + t2;
            }

            hash[0] += a;
            hash[1] += b;
            hash[2] += c;
            hash[3] += d;
            hash[4] += e;
            hash[5] += f;
            hash[6] += g;
            hash[7] += h;
        }

        private static uint Turn(uint value, int bits)
        {
            return (value >> bits) | (value << (32 - bits));
        }
    }
}
