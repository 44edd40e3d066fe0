namespace TinyNano.Inference
{
    /// <summary>
    /// What a selector file holds: which slot has been confirmed, and which blob was in it. 32 bytes, as in the selector of the native slots:
    /// "TNSL", sequence, slot, bytes of the blob, CRC-32 of its header, zeros (no trials and no manifests here), CRC-32 of the first 28 bytes.
    /// </summary>
    internal sealed class SelectorRecord
    {
        internal const int Size = 32;

        private const int CrcAt = Size - 4;
        private const uint Magic = 0x4C534E54;
        private const int Slots = 2;

        internal uint Sequence;

        internal int Slot;

        internal uint BlobBytes;

        internal uint BlobCrc;

        /// <summary>False where the bytes are no whole record, as after a power cut.</summary>
        internal bool Read(byte[] bytes)
        {
            Sequence = Bytes.UInt32(bytes, 4);
            Slot = Bytes.Int32(bytes, 8);
            BlobBytes = Bytes.UInt32(bytes, 12);
            BlobCrc = Bytes.UInt32(bytes, 16);
            return Bytes.UInt32(bytes, 0) == Magic && Slot >= 0 && Slot < Slots
                && Crc32.Update(0, bytes, 0, CrcAt) == Bytes.UInt32(bytes, CrcAt);
        }

        internal byte[] ToBytes()
        {
            byte[] bytes = new byte[Size];
            Bytes.SetInt32(bytes, 0, (int)Magic);
            Bytes.SetInt32(bytes, 4, (int)Sequence);
            Bytes.SetInt32(bytes, 8, Slot);
            Bytes.SetInt32(bytes, 12, (int)BlobBytes);
            Bytes.SetInt32(bytes, 16, (int)BlobCrc);
            Bytes.SetInt32(bytes, CrcAt, (int)Crc32.Update(0, bytes, 0, CrcAt));
            return bytes;
        }

        /// <summary>Whether sequence a comes after b; right for differences below 2^31, across the wrap too.</summary>
        internal static bool IsNewer(uint a, uint b)
        {
            return a != b && a - b < 0x80000000u;
        }
    }
}
