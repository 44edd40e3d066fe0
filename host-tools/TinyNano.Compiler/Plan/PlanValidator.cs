using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Plan;

/// <summary>
/// Checks a plan from first principles, knowing nothing of how it was made: quadratic and obvious on purpose. It replays the
/// schedule with the bytes of the arena as owners: whatever a step reads must still be what was written there.
/// </summary>
public static class PlanValidator
{
    /// <summary>Throws InvalidOperationException that names the first violation.</summary>
    public static void Require(Schedule schedule, MemoryPlan plan)
    {
        foreach (DeviceTensor tensor in schedule.Tensors().Where(t => t.Storage.Place != Place.Constant))
        {
            int offset = plan.Offset(tensor.Storage);
            Require(offset >= 0 && offset % MemoryPlanner.Alignment == 0, $"'{tensor.Name}' at {offset} is not aligned");
            Require(offset + tensor.Storage.Bytes <= plan.ArenaBytes, $"'{tensor.Name}' ends at {offset + tensor.Storage.Bytes}, past the arena of {plan.ArenaBytes}");
        }

        Storage?[] owner = new Storage?[plan.ArenaBytes];
        foreach (Storage state in schedule.Tensors().Select(t => t.Storage).Where(s => s.Place == Place.State))
        {
            Write(owner, plan, state);
        }

        foreach (ScheduleIo input in schedule.Inputs)
        {
            Write(owner, plan, input.Tensor.Storage);
        }

        for (int i = 0; i < schedule.Steps.Count; i++)
        {
            Step step = schedule.Steps[i];
            foreach (DeviceTensor tensor in step.Inputs.OfType<DeviceTensor>())
            {
                Read(owner, plan, tensor, $"step {i} ({step.Name})");
            }

            // Outputs, scratch and inputs of one step may not share bytes, except output 0 with the input it replaces.
            List<Storage> written = [.. step.Outputs.Select(t => t.Storage)];
            if (step.Scratch is not null)
            {
                written.Add(step.Scratch.Storage);
            }

            for (int w = 0; w < written.Count; w++)
            {
                RequireDisjoint(plan, written[w], written.Skip(w + 1), step);
                IEnumerable<DeviceTensor?> others = step.Inputs.Where((t, k) => !(w == 0 && k == step.InPlace && SameBytes(plan, t!.Storage, written[0])));
                RequireDisjoint(plan, written[w], others.OfType<DeviceTensor>().Select(t => t.Storage), step);
                Write(owner, plan, written[w]);
            }
        }

        foreach (ScheduleIo output in schedule.Outputs)
        {
            Read(owner, plan, output.Tensor, $"output '{output.Name}'");
        }

        foreach (Storage state in schedule.Tensors().Select(t => t.Storage).Where(s => s.Place == Place.State))
        {
            Read(owner, plan, new DeviceTensor("state", IR.DType.UInt8, new IR.Shape(state.Bytes), state), "the next run");
        }
    }

    private static void Write(Storage?[] owner, MemoryPlan plan, Storage storage) =>
        Array.Fill(owner, storage, plan.Offset(storage), storage.Bytes);

    private static void Read(Storage?[] owner, MemoryPlan plan, DeviceTensor tensor, string who)
    {
        if (tensor.Storage.Place == Place.Constant)
        {
            return;
        }

        int offset = plan.Offset(tensor.Storage);
        for (int i = 0; i < tensor.Storage.Bytes; i++)
        {
            Require(ReferenceEquals(owner[offset + i], tensor.Storage), $"{who} reads '{tensor.Name}' after byte {offset + i} was overwritten or before it was written");
        }
    }

    private static bool SameBytes(MemoryPlan plan, Storage a, Storage b) =>
        a.Place != Place.Constant && plan.Offset(a) == plan.Offset(b) && a.Bytes == b.Bytes;

    private static void RequireDisjoint(MemoryPlan plan, Storage a, IEnumerable<Storage> others, Step step)
    {
        foreach (Storage b in others.Where(b => b.Place != Place.Constant && !ReferenceEquals(a, b)))
        {
            int x = plan.Offset(a);
            int y = plan.Offset(b);
            Require(x + a.Bytes <= y || y + b.Bytes <= x, $"step '{step.Name}': bytes {x}..{x + a.Bytes} and {y}..{y + b.Bytes} overlap");
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new InvalidOperationException("invalid plan: " + message);
        }
    }
}
