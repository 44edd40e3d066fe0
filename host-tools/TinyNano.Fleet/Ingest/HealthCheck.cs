using TinyNano.Contracts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Ingest;

/// <summary>Numbers of a health message that cannot be true together.</summary>
public static class HealthCheck
{
    private const int Wrap = 65536;

    /// <summary>The first contradiction; null where there is none. Every inference is counted once in each kind of counts.</summary>
    public static string? Contradiction(HealthMessage health)
    {
        int inferences = (int)(health.Inferences % Wrap);
        return Kind("confidence", 0, health.ConfidenceCount)
            ?? Kind("entropy", health.EntropyFirst, health.EntropyCount)
            ?? Kind("classes", health.ClassFirst, health.ClassCount)
            ?? Enumerable.Range(0, health.FeatureCount).Select(f => Kind($"feature {f}", health.FeatureFirst + f * HealthMessage.FeatureBins, HealthMessage.FeatureBins)).FirstOrDefault(k => k is not null)
            ?? Kind("anomaly", health.AnomalyFirst, health.AnomalyCount);

        string? Kind(string name, int first, int count)
        {
            int sum = health.Values.AsSpan(first, count).ToArray().Sum() % Wrap;
            return count == 0 || sum == inferences ? null : $"health: {name} counts {sum}, inferences {inferences} (modulo {Wrap})";
        }
    }

    /// <summary>
    /// The contradiction of two messages of one start; null where there is none. What is counted since the start does not shrink, and one
    /// number is one message: two devices with one name are found by that, too.
    /// </summary>
    public static string? Contradiction(HealthMessage earlier, HealthMessage later)
    {
        if (later.Restarts != earlier.Restarts || later.Sequence < earlier.Sequence)
        {
            return null;
        }

        return later.UptimeSeconds < earlier.UptimeSeconds ? $"health: message {later.Sequence} after {later.UptimeSeconds} s, message {earlier.Sequence} of the same start after {earlier.UptimeSeconds} s"
            : later.ModelCrc == earlier.ModelCrc && later.Inferences < earlier.Inferences ? $"health: {later.Inferences} inferences after {earlier.Inferences} of the same start and model"
            : null;
    }

    /// <summary>The contradiction of a message and those that are in the database; null where there is none.</summary>
    internal static string? Contradiction(DbSession session, string device, HealthMessage health, byte[] payload)
    {
        (HealthRow? before, HealthRow? same, HealthRow? after) = Health.Around(session, device, health.Restarts, health.Sequence);
        return same is not null && !same.Message.AsSpan().SequenceEqual(payload) ? $"health: two messages {health.Sequence} of start {health.Restarts}"
            : before is not null && Contradiction(before.Decode(), health) is string lie ? lie
            : after is not null ? Contradiction(health, after.Decode()) : null;
    }
}
