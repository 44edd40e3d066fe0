using TinyNano.Contracts;
using TinyNano.Inference;

namespace TinyNano.App
{
    /// <summary>What the first bytes of a blob tell (docs/SPEC.md, "Header").</summary>
    internal sealed class BlobHeader
    {
        internal const int Bytes = 64;

        private const uint Magic = 0x424E4E54;
        private const int TotalSizeAt = 8;
        private const int CrcAt = 12;
        private const int ModelVersionAt = 24;

        internal uint TotalSize { get; private set; }

        internal uint Crc { get; private set; }

        internal uint ModelVersion { get; private set; }

        /// <summary>Reads the header; null where there is none. Whether the blob is whole is not its business.</summary>
        internal static BlobHeader Read(byte[] bytes)
        {
            if (LittleEndian.GetUInt32(bytes, 0) != Magic)
            {
                return null;
            }

            BlobHeader header = new BlobHeader();
            header.TotalSize = LittleEndian.GetUInt32(bytes, TotalSizeAt);
            header.Crc = LittleEndian.GetUInt32(bytes, CrcAt);
            header.ModelVersion = LittleEndian.GetUInt32(bytes, ModelVersionAt);
            return header;
        }

        /// <summary>The header of the blob in a slot; null where there is none.</summary>
        internal static BlobHeader Read(IModelSlots slots, int slot)
        {
            byte[] bytes = new byte[Bytes];
            if (slots.Length(slot) < bytes.Length)
            {
                return null;
            }

            slots.Read(slot, 0, bytes, 0, bytes.Length);
            return Read(bytes);
        }

        internal bool IsSameBlob(BlobHeader other)
        {
            return other != null && TotalSize == other.TotalSize && Crc == other.Crc && ModelVersion == other.ModelVersion;
        }
    }
}
