namespace TinyNano.Inference
{
    /// <summary>The first 64 bytes of a blob, as docs/SPEC.md, "Header", describes them.</summary>
    internal static class BlobHeader
    {
        internal const int Size = 64;

        /// <summary>Where the bytes that the checksum covers begin.</summary>
        internal const int CrcFrom = 16;

        private const int Major = 1;
        private const int KernelAbi = 1;
        private const int MostSections = 32;
        private const int TargetAt = 52;
        private const int PortableTarget = 0;

        /// <summary>The status of a header at the begin of <paramref name="blob"/>, for a blob of so many bytes.</summary>
        internal static int Check(byte[] blob, int length)
        {
            if (length < Size || !HasMagic(blob))
            {
                return InferenceStatus.Format;
            }

            if (blob[4] != Major || Bytes.UInt16(blob, 28) != KernelAbi)
            {
                return InferenceStatus.Version;
            }

            if (blob[TargetAt] != PortableTarget)
            {
                return InferenceStatus.Target;
            }

            int sections = SectionCount(blob);
            return Bytes.UInt16(blob, 6) == Size && Length(blob) == (uint)length && Bytes.UInt16(blob, 22) == 0
                && (ArenaBytes(blob) & 15u) == 0 && sections != 0 && sections <= MostSections
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal static bool HasMagic(byte[] header)
        {
            return header[0] == 0x54 && header[1] == 0x4E && header[2] == 0x4E && header[3] == 0x42;
        }

        /// <summary>Bytes of the whole blob.</summary>
        internal static uint Length(byte[] header)
        {
            return Bytes.UInt32(header, 8);
        }

        internal static uint Crc(byte[] header)
        {
            return Bytes.UInt32(header, 12);
        }

        internal static uint ArenaBytes(byte[] header)
        {
            return Bytes.UInt32(header, 16);
        }

        internal static int SectionCount(byte[] header)
        {
            return Bytes.UInt16(header, 20);
        }

        internal static uint ModelVersion(byte[] header)
        {
            return Bytes.UInt32(header, 24);
        }
    }
}
