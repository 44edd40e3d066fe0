using System.Security.Cryptography;

namespace TinyNano.Fleet.Delta;

/// <summary>The index of a blob: the first sixteen bytes of the SHA-256 of every chunk, one after another.</summary>
public static class ChunkIndex
{
    public static byte[] Of(ReadOnlySpan<byte> blob, int chunkBytes)
    {
        PartLayout layout = new(blob.Length, chunkBytes);
        byte[] index = new byte[layout.IndexBytes];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (int i = 0; i < layout.Chunks; i++)
        {
            SHA256.HashData(blob.Slice(i * chunkBytes, layout.ChunkSize(i)), hash);
            hash[..PartLayout.HashBytes].CopyTo(index.AsSpan(i * PartLayout.HashBytes));
        }

        return index;
    }

    /// <summary>The manifest's index_root.</summary>
    public static byte[] Root(ReadOnlySpan<byte> index) => SHA256.HashData(index);
}
