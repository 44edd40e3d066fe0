using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Plan;

/// <summary>
/// Bytes that must have a place in the arena while steps <see cref="First"/> .. <see cref="Last"/> run. -1 is before the
/// first step (inputs), the number of steps is after the last (outputs). Storages that take one another over in place
/// share a buffer.
/// </summary>
public sealed class Buffer
{
    public required string Name { get; init; }

    /// <summary>Bytes, rounded up to <see cref="MemoryPlanner.Alignment"/>.</summary>
    public required int Bytes { get; init; }

    public required int First { get; set; }

    public required int Last { get; set; }

    public List<Storage> Storages { get; } = [];

    public bool Overlaps(Buffer other) => First <= other.Last && other.First <= Last;
}

/// <summary>When each storage of the arena is alive, and which may share a buffer.</summary>
public static class Lifetimes
{
    /// <summary>The buffers of a schedule, in order of first use. In-place steps merge input and output where nobody is hurt.</summary>
    public static List<Buffer> Of(Schedule schedule)
    {
        Dictionary<Storage, Buffer> buffers = new(ReferenceEqualityComparer.Instance);
        List<Buffer> result = [];
        void Touch(DeviceTensor? tensor, int time)
        {
            if (tensor is null || tensor.Storage.Place == Place.Constant)
            {
                return;
            }

            if (!buffers.TryGetValue(tensor.Storage, out Buffer? buffer))
            {
                int bytes = checked((tensor.Storage.Bytes + MemoryPlanner.Alignment - 1) / MemoryPlanner.Alignment * MemoryPlanner.Alignment);
                buffer = new Buffer { Name = tensor.Name, Bytes = bytes, First = time, Last = time };
                buffer.Storages.Add(tensor.Storage);
                buffers[tensor.Storage] = buffer;
                result.Add(buffer);
            }

            bool always = tensor.Storage.Place == Place.State;
            buffer.First = always ? -1 : Math.Min(buffer.First, time);
            buffer.Last = always ? schedule.Steps.Count : Math.Max(buffer.Last, time);
        }

        foreach (ScheduleIo input in schedule.Inputs)
        {
            Touch(input.Tensor, -1);
        }

        for (int i = 0; i < schedule.Steps.Count; i++)
        {
            Step step = schedule.Steps[i];
            foreach (DeviceTensor? tensor in step.Inputs.Concat(step.Outputs).Append(step.Scratch))
            {
                Touch(tensor, i);
            }
        }

        foreach (ScheduleIo output in schedule.Outputs)
        {
            Touch(output.Tensor, schedule.Steps.Count);
        }

        for (int i = 0; i < schedule.Steps.Count; i++)
        {
            MergeInPlace(schedule.Steps[i], i, buffers, result);
        }

        return result;
    }

    private static void MergeInPlace(Step step, int time, Dictionary<Storage, Buffer> buffers, List<Buffer> all)
    {
        if (step.InPlace < 0 || step.Inputs[step.InPlace] is not DeviceTensor input || input.Storage.Place != Place.Arena)
        {
            return;
        }

        Storage output = step.Outputs[0].Storage;
        Buffer from = buffers[input.Storage];
        Buffer into = buffers[output];
        bool othersReadIt = step.Inputs.Where((t, i) => i != step.InPlace && t is not null && ReferenceEquals(t.Storage, input.Storage)).Any();
        if (ReferenceEquals(from, into) || from.Last != time || into.First != time || from.Bytes != into.Bytes
            || output.Place != Place.Arena || othersReadIt)
        {
            return;
        }

        from.Last = into.Last;
        foreach (Storage storage in into.Storages)
        {
            from.Storages.Add(storage);
            buffers[storage] = from;
        }

        all.Remove(into);
    }
}
