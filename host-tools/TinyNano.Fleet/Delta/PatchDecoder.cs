using System.Buffers.Binary;

namespace TinyNano.Fleet.Delta;

/// <summary>Carries out patches and copies as a device does: the reference that the encoder is tested against.</summary>
public static class PatchDecoder
{
    /// <summary>
    /// Makes <paramref name="chunk"/> from a patch. False where the patch is malformed: a piece that is cut off, empty, reaches
    /// beyond base or chunk, or pieces that do not fill the chunk exactly.
    /// </summary>
    public static bool TryPatch(ReadOnlySpan<byte> patch, ReadOnlySpan<byte> basis, Span<byte> chunk)
    {
        int at = 0;
        int filled = 0;
        while (at < patch.Length)
        {
            if (patch.Length - at < PatchFormat.LiteralPieceBytes)
            {
                return false;
            }

            int word = BinaryPrimitives.ReadUInt16LittleEndian(patch[at..]);
            int length = word & ~PatchFormat.CopyFlag;
            if (length == 0 || length > chunk.Length - filled)
            {
                return false;
            }

            if ((word & PatchFormat.CopyFlag) != 0)
            {
                if (patch.Length - at < PatchFormat.CopyPieceBytes)
                {
                    return false;
                }

                uint offset = BinaryPrimitives.ReadUInt32LittleEndian(patch[(at + 2)..]);
                if (!Inside(offset, length, basis.Length))
                {
                    return false;
                }

                basis.Slice((int)offset, length).CopyTo(chunk[filled..]);
                at += PatchFormat.CopyPieceBytes;
            }
            else
            {
                at += PatchFormat.LiteralPieceBytes;
                if (length > patch.Length - at)
                {
                    return false;
                }

                patch.Slice(at, length).CopyTo(chunk[filled..]);
                at += length;
            }

            filled += length;
        }

        return filled == chunk.Length;
    }

    /// <summary>Carries out the records of a copies message on <paramref name="blob"/>; false where one is malformed or reaches beyond base or blob.</summary>
    public static bool TryCopies(ReadOnlySpan<byte> data, PartLayout layout, ReadOnlySpan<byte> basis, Span<byte> blob)
    {
        if (data.Length == 0 || data.Length % PatchFormat.RunBytes != 0)
        {
            return false;
        }

        for (int at = 0; at < data.Length; at += PatchFormat.RunBytes)
        {
            int chunk = BinaryPrimitives.ReadUInt16LittleEndian(data[at..]) - layout.Pages;
            int count = BinaryPrimitives.ReadUInt16LittleEndian(data[(at + 2)..]);
            uint offset = BinaryPrimitives.ReadUInt32LittleEndian(data[(at + 4)..]);
            if (chunk < 0 || count == 0 || count > layout.Chunks - chunk)
            {
                return false;
            }

            int start = chunk * layout.ChunkBytes;
            int length = Math.Min(count * layout.ChunkBytes, layout.BlobBytes - start);
            if (!Inside(offset, length, basis.Length))
            {
                return false;
            }

            basis.Slice((int)offset, length).CopyTo(blob[start..]);
        }

        return true;
    }

    private static bool Inside(uint offset, int length, int total) => length <= total && offset <= (uint)(total - length);
}
