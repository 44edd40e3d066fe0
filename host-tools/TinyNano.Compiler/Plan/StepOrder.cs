using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Plan;

/// <summary>
/// Chooses the order of the steps that keeps the fewest bytes alive: a beam search over all orders that respect the data
/// flow. A chain has one order; models with branches often have a better one than the source file's.
/// </summary>
public static class StepOrder
{
    private const int BeamWidth = 48;

    /// <summary>The schedule in the best order found; the given one when nothing is better.</summary>
    public static Schedule Improve(Schedule schedule)
    {
        int n = schedule.Steps.Count;
        List<int>[] needs = Dependencies(schedule);
        if (Enumerable.Range(1, Math.Max(0, n - 1)).All(i => needs[i].Contains(i - 1)))
        {
            return schedule;
        }

        int present = MemoryPlanner.LowerBound(Lifetimes.Of(schedule), n);
        int[]? order = Search(schedule, needs);
        if (order is null)
        {
            return schedule;
        }

        Schedule candidate = schedule.With([.. order.Select(i => schedule.Steps[i])]);
        return MemoryPlanner.LowerBound(Lifetimes.Of(candidate), n) < present ? candidate : schedule;
    }

    // For each step the steps that must run before it: writers of what it reads; for states also the order of access.
    private static List<int>[] Dependencies(Schedule schedule)
    {
        Dictionary<Storage, int> writer = new(ReferenceEqualityComparer.Instance);
        List<int>[] needs = new List<int>[schedule.Steps.Count];
        for (int i = 0; i < needs.Length; i++)
        {
            Step step = schedule.Steps[i];
            needs[i] = [];
            foreach (DeviceTensor tensor in step.Inputs.OfType<DeviceTensor>().Concat(step.Outputs))
            {
                if (writer.TryGetValue(tensor.Storage, out int w) && w != i && !needs[i].Contains(w))
                {
                    needs[i].Add(w);
                }
            }

            foreach (DeviceTensor tensor in step.Outputs.Concat(step.Inputs.OfType<DeviceTensor>().Where(t => t.Storage.Place == Place.State)))
            {
                writer[tensor.Storage] = i;
            }
        }

        return needs;
    }

    private sealed record State(System.Collections.BitArray Done, int[] Order, int Alive, int Peak);

    private static int[]? Search(Schedule schedule, List<int>[] needs)
    {
        int n = needs.Length;
        Dictionary<Storage, List<int>> readers = new(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < n; i++)
        {
            foreach (Storage storage in schedule.Steps[i].Inputs.OfType<DeviceTensor>().Select(t => t.Storage).Distinct())
            {
                (readers.TryGetValue(storage, out List<int>? list) ? list : readers[storage] = []).Add(i);
            }
        }

        HashSet<Storage> kept = new(schedule.Outputs.Select(o => o.Tensor.Storage), ReferenceEqualityComparer.Instance);
        int inputs = schedule.Inputs.Sum(i => i.Tensor.Storage.Bytes);
        List<State> beam = [new State(new System.Collections.BitArray(n), [], inputs, inputs)];
        for (int depth = 0; depth < n; depth++)
        {
            Dictionary<string, State> next = [];
            foreach (State state in beam)
            {
                for (int i = 0; i < n; i++)
                {
                    if (!state.Done[i] && needs[i].TrueForAll(k => state.Done[k]))
                    {
                        State grown = Run(schedule.Steps[i], i, state, readers, kept);
                        string key = Key(grown.Done);
                        if (!next.TryGetValue(key, out State? rival) || grown.Peak < rival.Peak)
                        {
                            next[key] = grown;
                        }
                    }
                }
            }

            beam = [.. next.Values.OrderBy(s => s.Peak).ThenBy(s => s.Alive).Take(BeamWidth)];
        }

        return beam.FirstOrDefault()?.Order;
    }

    private static State Run(Step step, int index, State state, Dictionary<Storage, List<int>> readers, HashSet<Storage> kept)
    {
        System.Collections.BitArray done = new(state.Done);
        done[index] = true;
        int alive = state.Alive + step.Outputs.Select(t => t.Storage).Distinct().Sum(s => s.Bytes);
        int peak = Math.Max(state.Peak, alive + (step.Scratch?.Storage.Bytes ?? 0));
        IEnumerable<Storage> touched = step.Inputs.OfType<DeviceTensor>().Concat(step.Outputs).Select(t => t.Storage).Where(s => s.Place == Place.Arena).Distinct();
        foreach (Storage storage in touched)
        {
            bool stillRead = readers.TryGetValue(storage, out List<int>? list) && list.Exists(k => !done[k]);
            alive -= stillRead || kept.Contains(storage) ? 0 : storage.Bytes;
        }

        return new State(done, [.. state.Order, index], alive, peak);
    }

    private static string Key(System.Collections.BitArray bits)
    {
        byte[] bytes = new byte[(bits.Length + 7) / 8];
        bits.CopyTo(bytes, 0);
        return Convert.ToHexString(bytes);
    }
}
