using TinyNano.Contracts;

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

    /// <summary>Whether two messages of one start contradict one another: counts go on and do not shrink.</summary>
    public static string? Contradiction(HealthMessage earlier, HealthMessage later) =>
        later.Restarts == earlier.Restarts && later.ModelCrc == earlier.ModelCrc && later.Sequence > earlier.Sequence && later.Inferences < earlier.Inferences
            ? $"health: {later.Inferences} inferences after {earlier.Inferences} of the same start and model" : null;
}
