using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Lower;

namespace TinyNano.Fleet.Delta;

/// <summary>A piece of two blobs, by what it is for. Bytes are 0 where a blob does not have the piece.</summary>
/// <param name="What">A section or a step.</param>
/// <param name="Detail">Of a step: the constant that it reads, or its parameters.</param>
/// <param name="ChangedBytes">Bytes that differ at the same place, and those that only one of the two has.</param>
public sealed record BlobChange(string What, string? Detail, int OldBytes, int NewBytes, int ChangedBytes)
{
    public bool IsChanged => ChangedBytes > 0;
}

/// <summary>What differs between two blobs, by section and by layer.</summary>
public static class BlobChanges
{
    /// <summary>The header and every section that one of them has.</summary>
    public static IReadOnlyList<BlobChange> Sections(Blob old, Blob now)
    {
        List<BlobChange> changes = [Compare("header", null, Header(old), Header(now))];
        foreach (SectionKind kind in old.Sections.Concat(now.Sections).Select(s => s.Kind).Distinct().Order())
        {
            changes.Add(Compare(kind.ToString().ToLowerInvariant(), null, Bytes(old, kind), Bytes(now, kind)));
        }

        return changes;
    }

    /// <summary>
    /// The steps in order: of those that both blobs have, the constants and parameters that differ; of the others all. Steps are
    /// the same when operator and shapes of constants are, in the longest common order.
    /// </summary>
    public static IReadOnlyList<BlobChange> Layers(Blob old, Blob now)
    {
        List<BlobChange> changes = [];
        HashSet<int> seenOld = [];
        HashSet<int> seenNow = [];
        foreach ((int a, int b) in Align([.. old.Steps.Select(s => Signature(old, s))], [.. now.Steps.Select(s => Signature(now, s))]))
        {
            BlobStep step = b >= 0 ? now.Steps[b] : old.Steps[a];
            string name = $"step {(b >= 0 ? b : a)} {step.Op.Name}{(a < 0 ? ", new" : b < 0 ? ", gone" : "")}";
            if (a >= 0 && b >= 0 && (!old.Steps[a].Params.SequenceEqual(step.Params) || old.Steps[a].Kernel != step.Kernel))
            {
                int fields = old.Steps[a].Params.Zip(step.Params).Count(p => p.First != p.Second);
                changes.Add(new BlobChange(name, "parameters", step.Op.ParamBytes, step.Op.ParamBytes, Math.Max(1, fields * 4)));
            }

            for (int k = 0; k < step.Inputs.Count; k++)
            {
                ReadOnlySpan<byte> before = a >= 0 ? Constant(old, old.Steps[a], k, seenOld) : default;
                ReadOnlySpan<byte> after = b >= 0 ? Constant(now, now.Steps[b], k, seenNow) : default;
                if (before.Length + after.Length > 0)
                {
                    BlobTensor tensor = b >= 0 && after.Length > 0 ? now.Tensors[now.Steps[b].Inputs[k]] : old.Tensors[old.Steps[a].Inputs[k]];
                    changes.Add(Compare(name, $"input {k} {tensor.DType.ToString().ToLowerInvariant()}{tensor.Shape}", before, after));
                }
            }
        }

        return changes;
    }

    // A constant that several steps read counts for the first of them.
    private static ReadOnlySpan<byte> Constant(Blob blob, BlobStep step, int input, HashSet<int> seen)
    {
        int number = step.Inputs[input];
        return number >= 0 && blob.Tensors[number].Place == Place.Constant && seen.Add(blob.Tensors[number].Offset) ? blob.Constant(blob.Tensors[number]) : default;
    }

    private static string Signature(Blob blob, BlobStep step) => step.Op.Name + string.Concat(step.Inputs.Select(i =>
        i < 0 ? " -" : blob.Tensors[i].Place == Place.Constant ? $" {blob.Tensors[i].DType}{blob.Tensors[i].Shape}" : " x"));

    private static ReadOnlySpan<byte> Header(Blob blob) => blob.Bytes.AsSpan(0, BlobFormat.HeaderSize + blob.Sections.Count * BlobFormat.SectionEntrySize);

    private static ReadOnlySpan<byte> Bytes(Blob blob, SectionKind kind) => blob.Section(kind) is BlobSection s ? blob.Bytes.AsSpan(s.Offset, s.Size) : default;

    private static BlobChange Compare(string what, string? detail, ReadOnlySpan<byte> old, ReadOnlySpan<byte> now)
    {
        int common = Math.Min(old.Length, now.Length);
        int changed = Math.Max(old.Length, now.Length) - common;
        for (int i = 0; i < common; i++)
        {
            changed += old[i] != now[i] ? 1 : 0;
        }

        return new BlobChange(what, detail, old.Length, now.Length, changed);
    }

    // Pairs in order, -1 where one side has no partner: the longest common subsequence.
    private static List<(int Old, int Now)> Align(string[] old, string[] now)
    {
        int[,] longest = new int[old.Length + 1, now.Length + 1];
        for (int i = old.Length - 1; i >= 0; i--)
        {
            for (int j = now.Length - 1; j >= 0; j--)
            {
                longest[i, j] = old[i] == now[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }

        List<(int, int)> pairs = [];
        int a = 0, b = 0;
        while (a < old.Length || b < now.Length)
        {
            if (a < old.Length && b < now.Length && old[a] == now[b])
            {
                pairs.Add((a++, b++));
            }
            else if (b == now.Length || (a < old.Length && longest[a + 1, b] >= longest[a, b + 1]))
            {
                pairs.Add((a++, -1));
            }
            else
            {
                pairs.Add((-1, b++));
            }
        }

        return pairs;
    }
}
