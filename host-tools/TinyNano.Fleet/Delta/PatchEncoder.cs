using System.Buffers.Binary;

namespace TinyNano.Fleet.Delta;

/// <summary>The shortest patch that the matches with a base allow.</summary>
public static class PatchEncoder
{
    private readonly record struct Cost(int Copy, int Literal)
    {
        public int Least => Math.Min(Copy, Literal);
    }

    /// <summary>
    /// The patch of the bytes start .. start + size - 1, or null where none is shorter than the bytes. From the end: what the rest
    /// costs when a copy begins here and when literal bytes do. The cost of a shorter rest is never more, so the longest match is
    /// as good as any prefix of it.
    /// </summary>
    public static byte[]? Encode(ReadOnlySpan<byte> blob, BaseMatches matches, int start, int size)
    {
        const int Never = int.MaxValue / 2;
        Cost[] costs = new Cost[size + 1];
        for (int i = size - 1; i >= 0; i--)
        {
            int length = Math.Min(matches.Lengths[start + i], size - i);
            int copy = length > 0 ? PatchFormat.CopyPieceBytes + Rest(costs[i + length], i + length == size) : Never;
            int newPiece = PatchFormat.LiteralPieceBytes + 1 + (i + 1 == size ? 0 : costs[i + 1].Copy);
            int samePiece = i + 1 == size ? Never : 1 + costs[i + 1].Literal;
            costs[i] = new Cost(copy, Math.Min(newPiece, samePiece));
        }

        return costs[0].Least < size ? Write(blob, matches, costs, start, size) : null;
    }

    private static int Rest(Cost cost, bool end) => end ? 0 : cost.Least;

    private static byte[] Write(ReadOnlySpan<byte> blob, BaseMatches matches, Cost[] costs, int start, int size)
    {
        byte[] patch = new byte[costs[0].Least];
        int at = 0;
        for (int i = 0; i < size;)
        {
            if (costs[i].Copy <= costs[i].Literal)
            {
                int length = Math.Min(matches.Lengths[start + i], size - i);
                BinaryPrimitives.WriteUInt16LittleEndian(patch.AsSpan(at), (ushort)(PatchFormat.CopyFlag | length));
                BinaryPrimitives.WriteUInt32LittleEndian(patch.AsSpan(at + 2), (uint)matches.Offsets[start + i]);
                at += PatchFormat.CopyPieceBytes;
                i += length;
                continue;
            }

            // The piece goes on as long as that is what its cost was made of.
            int end = i + 1;
            while (end < size && costs[end - 1].Literal == 1 + costs[end].Literal)
            {
                end++;
            }

            BinaryPrimitives.WriteUInt16LittleEndian(patch.AsSpan(at), (ushort)(end - i));
            blob.Slice(start + i, end - i).CopyTo(patch.AsSpan(at + PatchFormat.LiteralPieceBytes));
            at += PatchFormat.LiteralPieceBytes + end - i;
            i = end;
        }

        return at == patch.Length ? patch : throw new InvalidOperationException($"a patch of {at} bytes was to have {patch.Length}");
    }
}
