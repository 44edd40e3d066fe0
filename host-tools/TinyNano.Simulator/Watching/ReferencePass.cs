using TinyNano.Compiler.Emit;
using TinyNano.Contracts;

namespace TinyNano.Simulator.Watching;

/// <summary>Runs typical inputs through the blob that ships and counts what a device would count.</summary>
public static class ReferencePass
{
    /// <summary>
    /// The reference of a blob over records of input bytes. The edges of the features' bins are those that part the records evenly. Null
    /// where there is nothing to watch or nothing to run.
    /// </summary>
    public static ReferenceHistograms? Run(byte[] blob, IEnumerable<byte[]> records)
    {
        Blob description = BlobReader.Read(blob);
        Watcher watcher = new(description);
        using HostModel model = new(blob);
        List<Observation> seen = [.. records.Select(r => watcher.Observe(r, model.Run(r)))];
        return seen.Count == 0 ? null : Count(watcher, seen);
    }

    private static ReferenceHistograms? Count(Watcher watcher, List<Observation> seen)
    {
        int features = seen[0].Features.Count;
        if (features == 0 && watcher.Classes == 0 && !watcher.HasAnomaly)
        {
            return null;
        }

        short[][] featureEdges = [.. Enumerable.Range(0, features).Select(f => Edges([.. seen.Select(o => (double)o.Features[f])]).Select(e => (short)e).ToArray())];
        float[] anomalyEdges = watcher.HasAnomaly ? [.. Edges([.. seen.Select(o => o.Anomaly)]).Select(e => (float)e)] : [];
        int classes = Math.Min(watcher.Classes, ReferenceHistograms.MaxClasses);
        return new ReferenceHistograms
        {
            Samples = seen.Count,
            Confidence = watcher.Classes > 0 ? Histogram(seen, ReferenceHistograms.ConfidenceBins, o => OutputStatistics.UniformBin(o.Confidence, ReferenceHistograms.ConfidenceBins)) : [],
            Entropy = watcher.Classes > 0 ? Histogram(seen, ReferenceHistograms.EntropyBins, o => OutputStatistics.UniformBin(o.Entropy, ReferenceHistograms.EntropyBins)) : [],
            Classes = classes > 0 ? Histogram(seen, classes, o => Math.Min(o.Class, classes - 1)) : [],
            Features = [.. Enumerable.Range(0, features).Select(f => Histogram(seen, ReferenceHistograms.FeatureBins, o => ReferenceHistograms.EdgeBin(o.Features[f], featureEdges[f])))],
            FeatureEdges = featureEdges,
            Anomaly = watcher.HasAnomaly ? Histogram(seen, ReferenceHistograms.AnomalyBins, o => ReferenceHistograms.EdgeBin(o.Anomaly, anomalyEdges)) : [],
            AnomalyEdges = anomalyEdges,
        };
    }

    private static int[] Histogram(List<Observation> seen, int bins, Func<Observation, int> bin)
    {
        int[] counts = new int[bins];
        foreach (Observation observation in seen)
        {
            counts[bin(observation)]++;
        }

        return counts;
    }

    // The k-th of eight parts begins with the value that has k eighths of the others below it.
    private static IEnumerable<double> Edges(double[] values)
    {
        Array.Sort(values);
        for (int k = 1; k < ReferenceHistograms.FeatureBins; k++)
        {
            yield return values[values.Length * k / ReferenceHistograms.FeatureBins];
        }
    }
}
