using TinyNano.Contracts;
using TinyNano.Fleet.Delta;
using TinyNano.TestKit;

namespace TinyNano.Fleet.Tests.Delta;

/// <summary>What is encoded comes out again, and travels in no more bytes than it must.</summary>
public sealed class BlobDiffTests
{
    // TINYNANO_SEED repeats one case; TINYNANO_CASES asks for more.
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("TINYNANO_CASES"), out int n) ? n : 300;

    [Fact]
    public void RandomEdits_ComeOutAgain()
    {
        if (ulong.TryParse(Environment.GetEnvironmentVariable("TINYNANO_SEED"), out ulong one))
        {
            RandomCase(one);
            return;
        }

        for (ulong seed = 1; seed <= (ulong)Cases; seed++)
        {
            try
            {
                RandomCase(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"TINYNANO_SEED={seed}", e);
            }
        }
    }

    [Fact]
    public void EqualBlobs_AreOneRun()
    {
        byte[] blob = Bytes(new Seeded(1), 10_000);
        BlobDiff diff = BlobDiff.Create(blob, blob, 512);
        Assert.Equal([new CopyRun(0, 20, 0)], diff.Runs);
        Assert.Equal(8, diff.Travel().CopiesData);
        Assert.Equal(UpdateManifest.Bytes + 20 + 320 + 20 + 8, diff.Travel().TotalBytes);
    }

    [Fact]
    public void ShiftedBlobs_AreOnePatchAndOneRun()
    {
        // Three bytes more near the beginning: everything behind is the base at an odd offset.
        byte[] old = Bytes(new Seeded(2), 8192);
        byte[] now = [.. old[..100], 1, 2, 3, .. old[100..]];
        BlobDiff diff = Proven(now, old, 1024);
        Assert.Equal(ChunkEncoding.Patch, diff.Encoding(0));
        Assert.Equal(6 + 2 + 3 + 6, diff.Patch(0)!.Length);
        Assert.Equal([new CopyRun(1, 8, 1021)], diff.Runs);
    }

    [Fact]
    public void WithoutABase_EverythingIsRaw()
    {
        byte[] blob = Bytes(new Seeded(3), 5000);
        foreach (byte[]? basis in new[] { null, Array.Empty<byte>(), new byte[] { 1, 2, 3 }, Bytes(new Seeded(4), 5000) })
        {
            TravelSize travel = Proven(blob, basis, 512).Travel();
            Assert.Equal((10, 5000, 0, 0), (travel.RawMessages, travel.RawData, travel.PatchMessages, travel.CopiesMessages));
        }
    }

    [Fact]
    public void BytesThatRepeat_DoNotTakeForever()
    {
        byte[] zeros = new byte[1 << 20];
        byte[] almost = [.. zeros];
        for (int i = 0; i < almost.Length; i += 700)
        {
            almost[i] = 1;
        }

        TravelSize travel = Proven(almost, zeros, 2048).Travel();
        Assert.True(travel.TotalBytes < almost.Length / 10, $"{travel}");
    }

    [Fact]
    public void MoreRunsThanAMessageHolds_TakeTwo()
    {
        // Chunks in reverse order: no run is longer than one.
        byte[] old = Bytes(new Seeded(5), 100 * 512);
        byte[] now = [.. old.Chunk(512).Reverse().SelectMany(c => c)];
        BlobDiff diff = Proven(now, old, 512);
        Assert.Equal(100, diff.Runs.Count);
        Assert.Equal(2, diff.Travel().CopiesMessages);
        Assert.Equal([512, 288], diff.CopiesMessages().Select(m => m.Length));
    }

    [Fact]
    public void MalformedPatches_AreRefused()
    {
        byte[] basis = Bytes(new Seeded(6), 64);
        byte[] chunk = new byte[16];
        bool Ok(params byte[] patch) => PatchDecoder.TryPatch(patch, basis, chunk);
        Assert.True(Ok(16, 0x80, 48, 0, 0, 0));
        Assert.Equal(basis[48..], chunk);
        Assert.False(Ok());
        Assert.False(Ok(16));
        Assert.False(Ok(16, 0x80, 48, 0, 0));
        Assert.False(Ok(16, 0x80, 49, 0, 0, 0));
        Assert.False(Ok(16, 0x80, 0xF8, 0xFF, 0xFF, 0xFF));
        Assert.False(Ok(15, 0x80, 48, 0, 0, 0));
        Assert.False(Ok(17, 0x80, 0, 0, 0, 0));
        Assert.False(Ok(0, 0, 16, 0x80, 48, 0, 0, 0));
        Assert.False(Ok(0, 0x80, 0, 0, 0, 0, 16, 0x80, 48, 0, 0, 0));
        Assert.False(Ok([16, 0, .. new byte[15]]));
        Assert.False(Ok([16, 0, .. new byte[17]]));
        Assert.True(Ok([16, 0, .. new byte[16]]));
    }

    [Fact]
    public void MalformedCopies_AreRefused()
    {
        PartLayout layout = new(1300, 512);
        byte[] basis = Bytes(new Seeded(7), 1300);
        byte[] blob = new byte[1300];
        bool Ok(int part, int count, uint offset) => PatchDecoder.TryCopies(
            [(byte)part, 0, (byte)count, 0, (byte)offset, (byte)(offset >> 8), (byte)(offset >> 16), (byte)(offset >> 24)], layout, basis, blob);
        Assert.True(Ok(1, 3, 0));
        Assert.Equal(basis, blob);
        Assert.False(Ok(0, 1, 0));
        Assert.False(Ok(1, 0, 0));
        Assert.False(Ok(1, 4, 0));
        Assert.False(Ok(4, 1, 0));
        Assert.False(Ok(1, 3, 1));
        Assert.True(Ok(3, 1, 1300 - 276));
        Assert.False(Ok(3, 1, 1300 - 275));
        Assert.False(Ok(3, 1, uint.MaxValue));
        Assert.False(PatchDecoder.TryCopies([], layout, basis, blob));
        Assert.False(PatchDecoder.TryCopies(new byte[7], layout, basis, blob));
    }

    private static void RandomCase(ulong seed)
    {
        Seeded random = new(seed);
        byte[] old = Bytes(random, (int)random.Next(1, 20_000));
        List<byte> now = [.. old];
        for (int edits = (int)random.Next(0, 12); edits > 0; edits--)
        {
            int at = (int)random.Next(0, now.Count);
            int length = (int)random.Next(1, random.Next(0, 1) == 0 ? 8 : 900);
            switch (random.Next(0, 3))
            {
                case 0:
                    now.InsertRange(at, Bytes(random, length));
                    break;
                case 1:
                    now.RemoveRange(at, Math.Min(length, now.Count - at));
                    break;
                case 2:
                    for (int i = at; i < Math.Min(at + length, now.Count); i++)
                    {
                        now[i] = (byte)random.Next(0, 255);
                    }

                    break;
                default:
                    int from = (int)random.Next(0, old.Length - 1);
                    now.InsertRange(at, old[from..Math.Min(old.Length, from + length)]);
                    break;
            }
        }

        now.Add(1);
        Proven([.. now], old, PartLayout.ChunkSizes[(int)random.Next(0, 2)]);
    }

    /// <summary>Decodes everything that would travel, and adds it up.</summary>
    internal static BlobDiff Proven(byte[] now, byte[]? basis, int chunkBytes)
    {
        BlobDiff diff = BlobDiff.Create(now, basis, chunkBytes);
        PartLayout layout = diff.Layout;
        byte[] made = new byte[now.Length];
        int bytes = UpdateManifest.Bytes;
        int messages = 0;
        foreach (byte[] copies in diff.CopiesMessages())
        {
            Assert.True(copies.Length <= chunkBytes);
            Assert.True(PatchDecoder.TryCopies(copies, layout, basis, made));
            bytes += 20 + copies.Length;
            messages++;
        }

        for (int page = 0; page < layout.Pages; page++)
        {
            bytes += 20 + diff.Raw(page).Length;
            messages++;
        }

        for (int i = 0; i < layout.Chunks; i++)
        {
            Memory<byte> chunk = made.AsMemory(i * chunkBytes, layout.ChunkSize(i));
            if (diff.Encoding(i) == ChunkEncoding.Copies)
            {
                continue;
            }

            if (diff.Patch(i) is byte[] patch)
            {
                Assert.True(patch.Length < chunk.Length);
                Assert.True(PatchDecoder.TryPatch(patch, basis, chunk.Span));
            }
            else
            {
                diff.Raw(layout.Pages + i).CopyTo(chunk);
            }

            bytes += 20 + diff.DataBytes(i);
            messages++;
        }

        Assert.Equal(now, made);
        Assert.Equal((bytes, messages), (diff.Travel().TotalBytes, diff.Travel().Messages));
        return diff;
    }

    private static byte[] Bytes(Seeded random, int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)random.NextBits();
        }

        return bytes;
    }
}
