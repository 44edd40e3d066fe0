using TinyNano.Contracts;
using TinyNano.Studio.Data;
using Store = TinyNano.Fleet.Store;

namespace TinyNano.Studio.Database;

/// <summary>What a health message added to the one before: all counts in the order of the message, and as the page shows them.</summary>
internal sealed record HealthStep(HealthMessage Message, int[] Counts, HealthPoint Point);

/// <summary>Differences of successive messages. A new start or a new model begins at zero; counts wrap at 65,536.</summary>
internal static class HealthSteps
{
    private const int Wrap = 65_536;

    /// <summary>Null where the message repeats or is older than the one before.</summary>
    public static HealthStep? Of(HealthMessage? before, HealthMessage now, DateTimeOffset at)
    {
        bool goesOn = before is not null && before.Restarts == now.Restarts && before.ModelCrc == now.ModelCrc && before.Counts == now.Counts && before.Inferences <= now.Inferences;
        if (before is not null && before.Restarts == now.Restarts && before.Sequence >= now.Sequence)
        {
            return null;
        }

        int[] counts = new int[now.Counts];
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = goesOn ? (now.Values[i] - before!.Values[i] + Wrap) % Wrap : now.Values[i];
        }

        int inferences = (int)Math.Min(int.MaxValue, goesOn ? now.Inferences - before!.Inferences : now.Inferences);
        int[] confidence = counts[..now.ConfidenceCount];
        HealthPoint point = new(
            at.ToUnixTimeMilliseconds(), inferences, now.LatencyMean, Mean(confidence), confidence, counts[now.EntropyFirst..now.ClassFirst], counts[now.ClassFirst..now.FeatureFirst],
            (int)Math.Min(int.MaxValue, now.FreeHeap), now.Rssi);
        return new HealthStep(now, counts, point);
    }

    /// <summary>Steps of rows in the order in which the device sent them. The first row only tells where to begin, unless it is the first of its start.</summary>
    public static List<HealthStep> Of(IEnumerable<Store.HealthRow> rows)
    {
        List<HealthStep> steps = [];
        HealthMessage? before = null;
        foreach (Store.HealthRow row in rows)
        {
            HealthMessage now = row.Decode();
            if (before is not null && Of(before, now, row.At) is HealthStep step)
            {
                steps.Add(step);
            }

            before = now;
        }

        return steps;
    }

    private static double Mean(int[] bins)
    {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < bins.Length; i++)
        {
            sum += (i + 0.5) / bins.Length * bins[i];
            count += bins[i];
        }

        return count == 0 ? 0 : sum / count;
    }
}
