using System.Buffers.Binary;

namespace TinyNano.Fleet.Delta;

/// <summary>
/// The longest stretch of the base, at any offset, that each offset of a new blob begins with. A table of hashes of all windows of
/// eight bytes finds candidates; a shorter match would cost more than its bytes.
/// </summary>
public sealed class BaseMatches
{
    /// <summary>Bytes that are hashed. A copy costs six bytes and a new literal piece two.</summary>
    public const int Window = 8;

    // Candidates looked at for one offset; bounds the time for a base that repeats itself.
    private const int MaxCandidates = 64;

    // A match that long ends the search, for a longer one saves one more piece at most. Where a chunk may begin it goes on: a chunk
    // that is a copy as a whole saves its message.
    private const int Enough = 512;

    private readonly byte[] _basis;
    private readonly byte[] _blob;
    private readonly int[] _heads;
    private readonly int[] _next;
    private readonly int _shift;

    public BaseMatches(byte[] blob, byte[] basis)
    {
        _blob = blob;
        _basis = basis;
        int bits = Math.Clamp(32 - int.LeadingZeroCount(Math.Max(1, basis.Length)), 8, 20);
        _shift = 64 - bits;
        _heads = new int[1 << bits];
        _next = new int[basis.Length];
        Array.Fill(_heads, -1);

        // From the end, so that the lowest offset comes first.
        for (int i = basis.Length - Window; i >= 0; i--)
        {
            int slot = Slot(basis, i);
            _next[i] = _heads[slot];
            _heads[slot] = i;
        }

        Offsets = new int[blob.Length];
        Lengths = new int[blob.Length];
        Search();
    }

    /// <summary>Where in the base the match of an offset begins; meaningless where its length is 0.</summary>
    public int[] Offsets { get; }

    /// <summary>Bytes that match, 0 or at least <see cref="Window"/> (less in the tail of a longer match).</summary>
    public int[] Lengths { get; }

    private void Search()
    {
        int shift = 0;
        for (int i = 0; i < _blob.Length; i++)
        {
            // The match of the byte before goes on here.
            int best = i > 0 && Lengths[i - 1] > 1 ? Lengths[i - 1] - 1 : 0;
            int offset = best > 0 ? Offsets[i - 1] + 1 : 0;

            int enough = i % PartLayout.ChunkSizes[0] == 0 ? PartLayout.ChunkSizes[^1] : Enough;
            if (best < enough && i <= _blob.Length - Window)
            {
                // First where the edits so far have moved things to.
                Try(i, i + shift, ref best, ref offset);
                Try(i, i, ref best, ref offset);
                int left = MaxCandidates;
                for (int at = _heads[Slot(_blob, i)]; at >= 0 && left > 0 && best < enough; at = _next[at], left--)
                {
                    Try(i, at, ref best, ref offset);
                }
            }

            shift = best > 0 ? offset - i : shift;

            Lengths[i] = best;
            Offsets[i] = offset;
        }
    }

    private void Try(int i, int at, ref int best, ref int offset)
    {
        if (at < 0 || at > _basis.Length - Window)
        {
            return;
        }

        int length = _blob.AsSpan(i).CommonPrefixLength(_basis.AsSpan(at));
        if (length >= Window && length > best)
        {
            best = length;
            offset = at;
        }
    }

    private int Slot(byte[] bytes, int at) => (int)((BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)) * 0x9E3779B97F4A7C15) >> _shift);
}
