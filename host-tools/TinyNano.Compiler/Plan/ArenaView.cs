using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Plan;

/// <summary>One stretch of the arena during part of a run: bytes Offset .. Offset+Bytes while steps First .. Last run.</summary>
public sealed record ArenaSpan(string Name, int Offset, int Bytes, int First, int Last);

/// <summary>
/// What lies where in the arena and when, read back from a blob: for `tinynano plan` and its picture. Views of the same bytes
/// (reshapes, in-place results) are one span.
/// </summary>
public sealed class ArenaView
{
    private ArenaView(int arenaBytes, IReadOnlyList<string> steps, IReadOnlyList<ArenaSpan> spans)
    {
        ArenaBytes = arenaBytes;
        Steps = steps;
        Spans = spans;
        AliveBytes = [.. Enumerable.Range(-1, steps.Count + 2).Select(Alive)];
    }

    public int ArenaBytes { get; }

    /// <summary>Operator names of the steps.</summary>
    public IReadOnlyList<string> Steps { get; }

    /// <summary>By first step, then offset.</summary>
    public IReadOnlyList<ArenaSpan> Spans { get; }

    /// <summary>Bytes alive before the first step (index 0), during each step, and after the last.</summary>
    public IReadOnlyList<int> AliveBytes { get; }

    /// <summary>The most bytes alive at one time: no plan for this order can be smaller.</summary>
    public int LowerBound => AliveBytes.Max();

    public static ArenaView From(Blob blob)
    {
        int count = blob.Steps.Count;
        (int First, int Last)[] life = [.. blob.Tensors.Select(t => t.Place == Place.State ? (-1, count) : (int.MaxValue, int.MinValue))];
        string[] names = [.. blob.Tensors.Select((_, i) => $"tensor {i}")];
        void Touch(int tensor, int time)
        {
            if (tensor >= 0 && blob.Tensors[tensor].Place != Place.Constant)
            {
                life[tensor] = (Math.Min(life[tensor].First, time), Math.Max(life[tensor].Last, time));
            }
        }

        foreach (BlobIo io in blob.Inputs.Concat(blob.Outputs))
        {
            Touch(io.Tensor, io.IsOutput ? count : -1);
            names[io.Tensor] = io.Name;
        }

        for (int i = 0; i < count; i++)
        {
            BlobStep step = blob.Steps[i];
            foreach (int tensor in step.Inputs.Concat(step.Outputs).Append(step.Scratch))
            {
                Touch(tensor, i);
            }

            if (step.Scratch >= 0)
            {
                names[step.Scratch] = $"scratch of step {i}";
            }
        }

        List<ArenaSpan> spans = [];
        for (int i = 0; i < blob.Tensors.Count; i++)
        {
            BlobTensor t = blob.Tensors[i];
            if (t.Place != Place.Constant && life[i].First <= life[i].Last)
            {
                spans.Add(new ArenaSpan(names[i], t.Offset, t.Bytes, life[i].First, life[i].Last));
            }
        }

        return new ArenaView(blob.ArenaBytes, [.. blob.Steps.Select(s => s.Op.Name)], Merge(spans));
    }

    // Spans of the same bytes whose lives touch are one: a reshape, or a result that took its input over.
    private static List<ArenaSpan> Merge(List<ArenaSpan> spans)
    {
        List<ArenaSpan> merged = [];
        foreach (ArenaSpan span in spans.OrderBy(s => s.First).ThenBy(s => s.Offset).ThenBy(s => s.Last))
        {
            int same = merged.FindIndex(m => m.Offset == span.Offset && m.Bytes == span.Bytes && m.Last >= span.First);
            if (same < 0)
            {
                merged.Add(span);
            }
            else
            {
                merged[same] = merged[same] with { Last = Math.Max(merged[same].Last, span.Last) };
            }
        }

        return merged;
    }

    private int Alive(int time)
    {
        int bytes = 0;
        int end = 0;
        foreach (ArenaSpan span in Spans.Where(s => s.First <= time && time <= s.Last).OrderBy(s => s.Offset))
        {
            // The planner's unit: every buffer is rounded up to the alignment.
            int spanEnd = span.Offset + (span.Bytes + MemoryPlanner.Alignment - 1) / MemoryPlanner.Alignment * MemoryPlanner.Alignment;
            bytes += Math.Max(0, spanEnd - Math.Max(end, span.Offset));
            end = Math.Max(end, spanEnd);
        }

        return bytes;
    }
}
