using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Plan;

/// <summary>Where every buffer lies in the arena.</summary>
public sealed class MemoryPlan
{
    public MemoryPlan(IReadOnlyList<(Buffer Buffer, int Offset)> placements, int arenaBytes, int lowerBound)
    {
        Placements = placements;
        ArenaBytes = arenaBytes;
        LowerBound = lowerBound;
        foreach ((Buffer buffer, int offset) in placements)
        {
            foreach (Storage storage in buffer.Storages)
            {
                _offsets[storage] = offset;
            }
        }
    }

    private readonly Dictionary<Storage, int> _offsets = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<(Buffer Buffer, int Offset)> Placements { get; }

    /// <summary>Size of the arena in bytes.</summary>
    public int ArenaBytes { get; }

    /// <summary>
    /// The most bytes alive at one time: no plan for this order of steps can be smaller. Zero gap means optimal.
    /// </summary>
    public int LowerBound { get; }

    public int Gap => ArenaBytes - LowerBound;

    /// <summary>Arena offset of a storage; KeyNotFoundException for a constant.</summary>
    public int Offset(Storage storage) => _offsets[storage];
}
