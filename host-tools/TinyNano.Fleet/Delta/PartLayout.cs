using TinyNano.Contracts;

namespace TinyNano.Fleet.Delta;

/// <summary>
/// How a blob is cut into parts (docs/PROTOCOL.md, Parts): parts 0 .. Pages - 1 are the index in pages of <see cref="ChunkBytes"/>,
/// part Pages + i is chunk i. The device does the same arithmetic in C, and a contract test compares the numbers.
/// </summary>
public readonly record struct PartLayout
{
    /// <summary>Bytes of the SHA-256 of a chunk that the index keeps.</summary>
    public const int HashBytes = UpdateManifest.IndexEntryBytes;

    /// <summary>Parts that a device keeps account of, index included.</summary>
    public const int MaxParts = 2048;

    /// <summary>What chunk_bytes may be.</summary>
    public static readonly IReadOnlyList<int> ChunkSizes = [UpdateManifest.MinChunkBytes, 1024, UpdateManifest.MaxChunkBytes];

    /// <exception cref="FleetException">TN6201: a chunk size that no device takes, an empty blob, or more parts than a device counts.</exception>
    public PartLayout(int blobBytes, int chunkBytes)
    {
        if (!ChunkSizes.Contains(chunkBytes))
        {
            throw new FleetException("TN6201", $"chunks of {chunkBytes} bytes; expected {string.Join(", ", ChunkSizes)}", hint: "choose one of these with --chunk");
        }

        if (blobBytes <= 0)
        {
            throw new FleetException("TN6201", $"a blob of {blobBytes} bytes cannot be cut into parts");
        }

        BlobBytes = blobBytes;
        ChunkBytes = chunkBytes;
        if (Parts > MaxParts)
        {
            string hint = chunkBytes < ChunkSizes[^1] ? $"sign with --chunk {chunkBytes * 2}" : "shrink the model";
            throw new FleetException("TN6201", $"{blobBytes:N0} bytes in chunks of {chunkBytes} are {Parts} parts; a device counts up to {MaxParts}", hint: hint);
        }
    }

    public int BlobBytes { get; }

    public int ChunkBytes { get; }

    public int Chunks => (BlobBytes - 1) / ChunkBytes + 1;

    public int IndexBytes => HashBytes * Chunks;

    public int Pages => (IndexBytes - 1) / ChunkBytes + 1;

    public int Parts => Pages + Chunks;

    /// <summary>Bytes of a part: chunk_bytes, but for the last page and the last chunk.</summary>
    public int Size(int part)
    {
        int within = part < Pages ? IndexBytes - part * ChunkBytes : BlobBytes - (part - Pages) * ChunkBytes;
        return Math.Min(ChunkBytes, within);
    }

    /// <summary>Where a part begins: in the index for a page, in the blob for a chunk.</summary>
    public int Offset(int part) => (part < Pages ? part : part - Pages) * ChunkBytes;

    /// <summary>Bytes of chunk <paramref name="chunk"/>.</summary>
    public int ChunkSize(int chunk) => Size(Pages + chunk);
}
