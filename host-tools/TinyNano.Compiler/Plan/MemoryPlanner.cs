using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Plan;

/// <summary>
/// Gives every buffer an arena offset. First fit in several orders, then a seeded local search over orders that stops
/// at the lower bound. Deterministic: the same schedule gives the same plan.
/// </summary>
public static class MemoryPlanner
{
    /// <summary>Every offset and every size is a multiple of this many bytes.</summary>
    public const int Alignment = 16;

    private const int SearchSteps = 4000;

    public static MemoryPlan Plan(Schedule schedule)
    {
        List<Buffer> buffers = Lifetimes.Of(schedule);
        int bound = LowerBound(buffers, schedule.Steps.Count);
        Buffer[] best = [];
        int[] offsets = [];
        int size = int.MaxValue;
        foreach (IEnumerable<Buffer> start in Starts(buffers))
        {
            Buffer[] order = [.. start];
            (int[] found, int bytes) = FirstFit(order);
            if (bytes < size)
            {
                (best, offsets, size) = (order, found, bytes);
            }
        }

        if (size > bound)
        {
            (best, offsets, size) = Search(best, offsets, size, bound);
        }

        List<(Buffer, int)> placements = [.. best.Select((b, i) => (b, offsets[i])).OrderBy(p => p.b.First).ThenBy(p => p.Item2)];
        return new MemoryPlan(placements, Math.Max(size, 0), bound);
    }

    /// <summary>The largest sum of bytes alive at one time.</summary>
    public static int LowerBound(IReadOnlyList<Buffer> buffers, int steps)
    {
        int most = 0;
        for (int time = -1; time <= steps; time++)
        {
            int alive = 0;
            foreach (Buffer buffer in buffers)
            {
                alive = checked(alive + (buffer.First <= time && time <= buffer.Last ? buffer.Bytes : 0));
            }

            most = Math.Max(most, alive);
        }

        return most;
    }

    private static IEnumerable<IEnumerable<Buffer>> Starts(List<Buffer> buffers)
    {
        yield return buffers.OrderByDescending(b => b.Bytes).ThenBy(b => b.First);
        yield return buffers.OrderByDescending(b => (long)b.Bytes * (b.Last - b.First + 1)).ThenBy(b => b.First);
        yield return buffers.OrderByDescending(b => b.Last - b.First).ThenByDescending(b => b.Bytes);
        yield return buffers.OrderBy(b => b.First).ThenByDescending(b => b.Bytes);
        yield return buffers.OrderByDescending(b => b.Last).ThenByDescending(b => b.Bytes);
    }

    // Each buffer at the lowest offset that is free during its whole life.
    private static (int[] Offsets, int Bytes) FirstFit(Buffer[] order)
    {
        int[] offsets = new int[order.Length];
        int size = 0;
        List<(int Start, int End)> taken = [];
        for (int i = 0; i < order.Length; i++)
        {
            taken.Clear();
            for (int k = 0; k < i; k++)
            {
                if (order[k].Overlaps(order[i]))
                {
                    taken.Add((offsets[k], offsets[k] + order[k].Bytes));
                }
            }

            taken.Sort();
            int offset = 0;
            foreach ((int start, int end) in taken)
            {
                if (start - offset >= order[i].Bytes)
                {
                    break;
                }

                offset = Math.Max(offset, end);
            }

            offsets[i] = offset;
            size = Math.Max(size, checked(offset + order[i].Bytes));
        }

        return (offsets, size);
    }

    // Moves a random buffer to a random earlier rank; keeps what is not worse.
    private static (Buffer[] Order, int[] Offsets, int Bytes) Search(Buffer[] order, int[] offsets, int size, int bound)
    {
        Random random = new(1);
        for (int step = 0; step < SearchSteps && size > bound; step++)
        {
            Buffer[] candidate = (Buffer[])order.Clone();
            int from = random.Next(candidate.Length);
            int to = random.Next(candidate.Length);
            Buffer moved = candidate[from];
            if (from > to)
            {
                Array.Copy(candidate, to, candidate, to + 1, from - to);
            }
            else
            {
                Array.Copy(candidate, from + 1, candidate, from, to - from);
            }

            candidate[to] = moved;
            (int[] found, int bytes) = FirstFit(candidate);
            if (bytes <= size)
            {
                (order, offsets, size) = (candidate, found, bytes);
            }
        }

        return (order, offsets, size);
    }
}
