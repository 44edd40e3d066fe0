using System.Buffers.Binary;
using TinyNano.Compiler.Emit;

namespace TinyNano.Demo.OverTheAir;

/// <summary>Blobs that are not what the compiler made, with checksums that are right again.</summary>
public static class BlobTampering
{
    private const int CrcAt = 12;
    private const int CheckedFrom = 16;
    private const int VersionAt = 24;
    private const int GoldenValueAt = 8;

    /// <summary>The same model under another number of the publisher.</summary>
    public static byte[] Renumber(byte[] blob, uint version)
    {
        byte[] copy = [.. blob];
        BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(VersionAt), version);
        return Checked(copy);
    }

    /// <summary>The first golden vector expects an output that the model does not give.</summary>
    /// <exception cref="ArgumentException">The blob has no golden vectors.</exception>
    public static byte[] SpoilGolden(byte[] blob)
    {
        byte[] copy = [.. blob];
        BlobSection golden = BlobReader.Read(blob).Sections.FirstOrDefault(s => s.Kind == SectionKind.Golden && s.Count > 0)
            ?? throw new ArgumentException("the blob has no golden vectors", nameof(blob));
        copy[golden.Offset + GoldenValueAt] ^= 0x01;
        return Checked(copy);
    }

    /// <summary>One bit wrong in every chunk, as it may become on a bad disk; the checksums stay as they were.</summary>
    public static byte[] Rot(byte[] blob, int chunkBytes)
    {
        byte[] copy = [.. blob];
        for (int at = chunkBytes / 2; at < copy.Length; at += chunkBytes)
        {
            copy[at] ^= 0x10;
        }

        return copy;
    }

    private static byte[] Checked(byte[] blob)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(CrcAt), BlobFormat.Crc32(blob.AsSpan(CheckedFrom)));
        return blob;
    }
}
