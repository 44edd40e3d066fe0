using TinyNano.Compiler.Emit;
using TinyNano.Contracts;

namespace TinyNano.Simulator.Watching;

/// <summary>Counts observations as a device does, in the order of the health message.</summary>
public sealed class ObservationCounter
{
    private readonly ReferenceHistograms _reference;

    public ObservationCounter(ReferenceHistograms reference)
    {
        _reference = reference;
        Counts = new int[reference.Counts.Count()];
    }

    /// <summary>Since the last <see cref="Clear"/>.</summary>
    public int[] Counts { get; }

    public void Add(Observation observation)
    {
        int first = 0;
        void Count(int bins, Func<int> bin)
        {
            if (bins > 0)
            {
                Counts[first + bin()]++;
                first += bins;
            }
        }

        Count(_reference.Confidence.Count, () => OutputStatistics.UniformBin(observation.Confidence, _reference.Confidence.Count));
        Count(_reference.Entropy.Count, () => OutputStatistics.UniformBin(observation.Entropy, _reference.Entropy.Count));
        Count(_reference.Classes.Count, () => Math.Min(observation.Class, _reference.Classes.Count - 1));
        for (int f = 0; f < _reference.Features.Count; f++)
        {
            int feature = f;
            Count(_reference.Features[f].Count, () => ReferenceHistograms.EdgeBin(observation.Features[feature], _reference.FeatureEdges[feature]));
        }

        Count(_reference.Anomaly.Count, () => ReferenceHistograms.EdgeBin(observation.Anomaly, _reference.AnomalyEdges));
    }

    public void Clear() => Array.Clear(Counts);
}
