using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Delta;

namespace TinyNano.Fleet.Tests.Delta;

/// <summary>How blobs are cut into parts, at the limits and one past them.</summary>
public sealed class PartLayoutTests
{
    [Theory]
    [InlineData(1, 512, 1, 1, 1)]
    [InlineData(512, 512, 1, 1, 512)]
    [InlineData(513, 512, 2, 1, 1)]
    [InlineData(65104, 1024, 64, 1, 592)]
    [InlineData(65536, 1024, 64, 1, 1024)]
    [InlineData(65537, 1024, 65, 2, 1)]
    [InlineData(4194304 - 2048 * 16, 2048, 2032, 16, 2048)]
    public void Numbers(int blobBytes, int chunkBytes, int chunks, int pages, int lastChunk)
    {
        PartLayout layout = new(blobBytes, chunkBytes);
        Assert.Equal((chunks, pages, pages + chunks, 16 * chunks), (layout.Chunks, layout.Pages, layout.Parts, layout.IndexBytes));
        Assert.Equal(lastChunk, layout.Size(layout.Parts - 1));
        Assert.Equal(blobBytes, Enumerable.Range(pages, chunks).Sum(layout.Size));
        Assert.Equal(layout.IndexBytes, Enumerable.Range(0, pages).Sum(layout.Size));

        // The device's arithmetic, as the contracts have it.
        UpdateManifest manifest = new() { BlobBytes = (uint)blobBytes, ChunkBytes = chunkBytes, Chunks = chunks };
        Assert.Equal((layout.Pages, layout.Parts), (manifest.Pages, manifest.Parts));
        Assert.All(Enumerable.Range(0, layout.Parts), part => Assert.Equal(layout.Size(part), manifest.PartBytes(part)));
    }

    [Theory]
    [InlineData(1, 511)]
    [InlineData(1, 4096)]
    [InlineData(0, 512)]
    [InlineData(4194304 - 2048 * 16 + 1, 2048)]
    public void PastTheLimits_IsRefused(int blobBytes, int chunkBytes) =>
        Assert.Equal("TN6201", Assert.Throws<FleetException>(() => new PartLayout(blobBytes, chunkBytes)).Diagnostic.Id);

    [Fact]
    public void Index_HasSixteenBytesOfEachChunksHash()
    {
        byte[] blob = [.. Enumerable.Range(0, 1300).Select(i => (byte)(i * 7))];
        byte[] index = ChunkIndex.Of(blob, 512);
        Assert.Equal(48, index.Length);
        Assert.Equal(SHA256.HashData(blob.AsSpan(0, 512))[..16], index[..16]);
        Assert.Equal(SHA256.HashData(blob.AsSpan(1024))[..16], index[32..]);
    }
}
