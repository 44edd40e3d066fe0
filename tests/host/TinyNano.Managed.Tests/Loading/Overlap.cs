using System.Buffers.Binary;

namespace TinyNano.Managed.Tests.Loading;

/// <summary>Whether tensors of a step share bytes of the arena, read from a blob that the runtime has opened.</summary>
internal static class Overlap
{
    private const int None = 0xFFFF;

    /// <summary>True also for blobs of several steps or none, where sharing is the rule.</summary>
    public static bool In(byte[] blob)
    {
        int steps = Section(blob, 3);
        if (BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(steps + 12)) != 1)
        {
            return true;
        }

        int step = BinaryPrimitives.ReadInt32LittleEndian(blob.AsSpan(steps + 4));
        int tensors = BinaryPrimitives.ReadInt32LittleEndian(blob.AsSpan(Section(blob, 1) + 4));
        int inputs = blob[step + 1];
        int[] refs = [.. Enumerable.Range(0, inputs + blob[step + 2]).Select(i => (int)BinaryPrimitives.ReadUInt16LittleEndian(blob.AsSpan(step + 8 + 2 * i)))];
        List<(int From, int To)> read = [.. refs.Take(inputs).Where(r => r != None && blob[tensors + 16 * r + 1] != 1).Select(r => Bytes(blob, tensors, r))];
        List<(int From, int To)> written = [.. refs.Skip(inputs).Select(r => Bytes(blob, tensors, r))];
        int scratch = BinaryPrimitives.ReadUInt16LittleEndian(blob.AsSpan(step + 6));
        if (scratch != None)
        {
            written.Add(Bytes(blob, tensors, scratch));
        }

        return written.Where((w, i) => read.Concat(written.Skip(i + 1)).Any(r => w.From < r.To && r.From < w.To)).Any();
    }

    private static (int From, int To) Bytes(byte[] blob, int tensors, int tensor)
    {
        int offset = BinaryPrimitives.ReadInt32LittleEndian(blob.AsSpan(tensors + 16 * tensor + 4));
        return (offset, offset + BinaryPrimitives.ReadInt32LittleEndian(blob.AsSpan(tensors + 16 * tensor + 8)));
    }

    // Where the entry of a section begins.
    private static int Section(byte[] blob, int kind)
    {
        int entry = 64;
        while (BinaryPrimitives.ReadUInt16LittleEndian(blob.AsSpan(entry)) != kind)
        {
            entry += 16;
        }

        return entry;
    }
}
