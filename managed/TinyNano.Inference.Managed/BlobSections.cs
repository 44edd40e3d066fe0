namespace TinyNano.Inference
{
    /// <summary>Where the known sections of a blob lie; a section that is not there has offset 0 (and size and count 0).</summary>
    internal sealed class BlobSections
    {
        internal const int Tensors = 1;
        internal const int Shapes = 2;
        internal const int Steps = 3;
        internal const int Constants = 4;
        internal const int Io = 5;
        internal const int Text = 6;
        internal const int Labels = 7;
        internal const int Golden = 8;
        internal const int Histograms = 9;

        private const int Last = 10;
        private const int EntrySize = 16;

        internal readonly int[] Offset = new int[Last + 1];

        internal readonly int[] Size = new int[Last + 1];

        internal readonly uint[] Count = new uint[Last + 1];

        /// <summary>Reads the entries: they ascend without overlap, and an unknown optional section is skipped.</summary>
        /// <returns>A status.</returns>
        internal int Read(byte[] blob)
        {
            int count = BlobHeader.SectionCount(blob);
            uint length = (uint)blob.Length;
            uint end = (uint)(BlobHeader.Size + count * EntrySize);
            if (end > length)
            {
                return InferenceStatus.Format;
            }

            for (int i = 0; i < count; i++)
            {
                int entry = BlobHeader.Size + i * EntrySize;
                int kind = Bytes.UInt16(blob, entry);
                int flags = Bytes.UInt16(blob, entry + 2);
                uint offset = Bytes.UInt32(blob, entry + 4);
                uint size = Bytes.UInt32(blob, entry + 8);

                // Subtraction form: offset + size > length could wrap for a hostile size.
                if ((offset & 15u) != 0 || offset < end || offset > length || size > length - offset || flags > 1)
                {
                    return InferenceStatus.Format;
                }

                end = offset + size;
                if (kind == 0 || kind > Last)
                {
                    if (flags != 0)
                    {
                        return InferenceStatus.Version;
                    }

                    continue;
                }

                if (Offset[kind] != 0)
                {
                    return InferenceStatus.Format;
                }

                Offset[kind] = (int)offset;
                Size[kind] = (int)size;
                Count[kind] = Bytes.UInt32(blob, entry + 12);
            }

            return InferenceStatus.Ok;
        }

        internal bool Has(int kind)
        {
            return Offset[kind] != 0;
        }

        /// <summary>Whether a section is a table of at most so many records of one size.</summary>
        internal bool IsTable(int kind, int record, int most)
        {
            return Count[kind] <= (uint)most && Size[kind] == (int)Count[kind] * record;
        }
    }
}
