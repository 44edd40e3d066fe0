namespace TinyNano.Inference
{
    /// <summary>Golden vectors: seeded inputs whose outputs the compiler has written into the blob (docs/SPEC.md, "Golden vectors").</summary>
    internal static class GoldenVectors
    {
        /// <summary>Fills all inputs with what the generator gives for a seed.</summary>
        internal static void Fill(ModelIo[] inputs, byte[] arena, uint seed)
        {
            uint state = seed | 1u;
            for (int i = 0; i < inputs.Length; i++)
            {
                state = Fill(inputs[i], arena, state);
            }
        }

        /// <summary>Whether the outputs are those of the record at an offset in the blob.</summary>
        internal static bool Check(BlobView view, int record, ModelIo[] outputs, byte[] arena)
        {
            return view.Blob[record] == 0 ? IsSame(view, record, outputs, arena) : IsClose(view, record, outputs, arena);
        }

        // Integers use their whole range (int32 and int64: 0 .. 15, as they are mostly indices), floats lie in [-1, 1), bools are bits.
        private static uint Fill(ModelIo input, byte[] arena, uint state)
        {
            int type = input.ElementTypeCode;
            int size = ElementType.Size(type);
            int at = input.Offset;
            for (int i = input.Count; i > 0; i--, at += size)
            {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                switch (type)
                {
                    case ElementType.Int8:
                    case ElementType.UInt8:
                        arena[at] = (byte)(state >> 24);
                        break;
                    case ElementType.Bool:
                        arena[at] = (byte)(state >> 31);
                        break;
                    case ElementType.Int16:
                        arena[at] = (byte)(state >> 16);
                        arena[at + 1] = (byte)(state >> 24);
                        break;
                    case ElementType.Int32:
                        Bytes.SetInt32(arena, at, (int)(state >> 28));
                        break;
                    case ElementType.Int64:
                        Bytes.SetInt32(arena, at, (int)(state >> 28));
                        Bytes.SetInt32(arena, at + 4, 0);
                        break;
                    default:
                        // 24 bits, so that the float is exact on every device.
                        FloatBits.Write(arena, at, ((int)state >> 8) * (1.0f / 8388608.0f));
                        break;
                }
            }

            return state;
        }

        private static bool IsSame(BlobView view, int record, ModelIo[] outputs, byte[] arena)
        {
            uint crc = 0;
            for (int i = 0; i < outputs.Length; i++)
            {
                crc = Crc32.Update(crc, arena, outputs[i].Offset, outputs[i].ByteCount);
            }

            return crc == Bytes.UInt32(view.Blob, record + 8);
        }

        private static bool IsClose(BlobView view, int record, ModelIo[] outputs, byte[] arena)
        {
            int at = view.GoldenAt + Bytes.Int32(view.Blob, record + 8);
            int left = Bytes.Int32(view.Blob, record + 12);
            for (int i = 0; i < outputs.Length; i++)
            {
                int bytes = outputs[i].ByteCount;
                if (bytes > left)
                {
                    return false;
                }

                bool equal = outputs[i].ElementTypeCode == ElementType.Float32
                    ? AreClose(view.Blob, at, arena, outputs[i].Offset, bytes)
                    : AreEqual(view.Blob, at, arena, outputs[i].Offset, bytes);
                if (!equal)
                {
                    return false;
                }

                left -= bytes;
                at += bytes;
            }

            return left == 0;
        }

        private static bool AreEqual(byte[] want, int wantAt, byte[] got, int gotAt, int bytes)
        {
            for (int i = 0; i < bytes; i++)
            {
                if (want[wantAt + i] != got[gotAt + i])
                {
                    return false;
                }
            }

            return true;
        }

        private static bool AreClose(byte[] want, int wantAt, byte[] got, int gotAt, int bytes)
        {
            for (int i = 0; i < bytes; i += 4)
            {
                float expected = FloatBits.Read(want, wantAt + i);
                float actual = FloatBits.Read(got, gotAt + i);
                float error = actual > expected ? actual - expected : expected - actual;
                float size = expected < 0 ? -expected : expected;

                // Written so that NaN is not close to anything.
                if (!(error <= (size > 1.0f ? size : 1.0f) * (1.0f / 1024.0f)))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
