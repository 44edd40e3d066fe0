using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Delta;

namespace TinyNano.Fleet.Load;

/// <summary>Blobs and manifests for simulated devices: the header's fields, random bytes, no signature.</summary>
public static class SimModel
{
    /// <summary>Bytes with the header of a blob; version, length and checksum are where they belong.</summary>
    public static byte[] Blob(int bytes, uint version, int seed = 1)
    {
        byte[] blob = new byte[bytes];
        new Random(seed).NextBytes(blob);
        Stamp(blob, version);
        return blob;
    }

    /// <summary>The same model with some of its bytes trained again.</summary>
    public static byte[] Retrained(byte[] blob, uint version, int from, int count, int seed = 2)
    {
        byte[] next = (byte[])blob.Clone();
        new Random(seed).NextBytes(next.AsSpan(from, count));
        Stamp(next, version);
        return next;
    }

    public static byte[] Manifest(byte[] blob, uint rollout, int chunkBytes = 1024, uint issued = 1_790_000_000)
    {
        PartLayout layout = new(blob.Length, chunkBytes);
        UpdateManifest manifest = new()
        {
            Kind = ManifestKind.Install, Rollout = rollout, Issued = issued, ModelVersion = LittleEndian.GetUInt32(blob, 24), BlobBytes = (uint)blob.Length,
            BlobCrc = LittleEndian.GetUInt32(blob, 12), ChunkBytes = chunkBytes, Chunks = layout.Chunks, Model = "simulated",
        };
        SHA256.HashData(blob).CopyTo(manifest.BlobHash, 0);
        ChunkIndex.Root(ChunkIndex.Of(blob, chunkBytes)).CopyTo(manifest.IndexRoot, 0);
        return Encode(manifest);
    }

    public static byte[] Revert(uint rollout, uint issued = 1_790_000_001) => Encode(new UpdateManifest { Kind = ManifestKind.Revert, Rollout = rollout, Issued = issued });

    private static byte[] Encode(UpdateManifest manifest)
    {
        byte[] bytes = new byte[UpdateManifest.Bytes];
        manifest.Encode(bytes);
        return bytes;
    }

    private static void Stamp(byte[] blob, uint version)
    {
        "TNNB"u8.CopyTo(blob);
        LittleEndian.PutUInt32(blob, 8, (uint)blob.Length);
        LittleEndian.PutUInt32(blob, 24, version);
        LittleEndian.PutUInt32(blob, 12, Crc32.Of(blob, 16, blob.Length - 16));
    }
}
