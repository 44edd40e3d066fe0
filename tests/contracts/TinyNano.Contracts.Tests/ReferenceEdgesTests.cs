using TinyNano.Compiler.Emit;
using TinyNano.Telemetry;

namespace TinyNano.Contracts.Tests;

/// <summary>The device finds the edges where the compiler writes them, and puts values into the same bins.</summary>
public sealed class ReferenceEdgesTests
{
    [Fact]
    public void Bins_AreThoseOfHealthMessages()
    {
        Assert.Equal(HealthMessage.ConfidenceBins, ReferenceHistograms.ConfidenceBins);
        Assert.Equal(HealthMessage.EntropyBins, ReferenceHistograms.EntropyBins);
        Assert.Equal(HealthMessage.MaxClasses, ReferenceHistograms.MaxClasses);
        Assert.Equal(HealthMessage.MaxFeatures, ReferenceHistograms.MaxFeatures);
        Assert.Equal(HealthMessage.FeatureBins, ReferenceHistograms.FeatureBins);
        Assert.Equal(HealthMessage.AnomalyBins, ReferenceHistograms.AnomalyBins);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Edges_AreReadWhereTheyAreWritten(int features)
    {
        short[][] edges = [.. Enumerable.Range(0, features).Select(f => Enumerable.Range(0, 7).Select(k => (short)(100 * f - 300 + 50 * k)).ToArray())];
        float[] scores = [0.1f, 0.2f, 0.4f, 0.8f, 1.6f, 3.2f, 6.4f];
        byte[] section = new ReferenceHistograms
        {
            Samples = 8, FeatureEdges = edges, Features = [.. edges.Select(_ => new int[8])], AnomalyEdges = scores, Anomaly = new int[8],
        }.Write();

        HealthEdges device = new(1);
        Assert.True(device.Read(section, Math.Min(section.Length, HealthEdges.MaxReferenceBytes)));
        for (int f = 0; f < features; f++)
        {
            for (int value = -700; value < 700; value += 25)
            {
                Assert.Equal(ReferenceHistograms.EdgeBin(value, edges[f]), device.FeatureBin(f, value));
            }
        }

        for (int i = 0; i < 80; i++)
        {
            Assert.Equal(ReferenceHistograms.EdgeBin(i * 0.1f, scores), device.AnomalyBin(i * 0.1f));
        }
    }

    [Fact]
    public void SoftmaxOfADevice_IsThatOfTheSpecification()
    {
        // Seed 7.
        Random random = new(7);
        OutputStatistics statistics = new(10, 1f / 256, -128);
        for (int run = 0; run < 2000; run++)
        {
            double[] logits = [.. Enumerable.Range(0, 10).Select(_ => random.NextDouble() * run / 100)];
            double sum = logits.Sum(Math.Exp);
            sbyte[] output = [.. logits.Select(l => (sbyte)Math.Min(127, Math.Round(256 * Math.Exp(l) / sum) - 128))];
            statistics.Evaluate(output);
            double[] real = [.. output.Select(q => (q + 128) / 256.0)];
            double entropy = -real.Sum(p => p > 0 ? p * Math.Log(p) : 0) / Math.Log(10);
            Assert.Equal(real.Max(), statistics.Confidence / (double)OutputStatistics.One, 9);
            Assert.Equal(Math.Min(1, entropy), statistics.Entropy / (double)OutputStatistics.One, 0.001);
            Assert.Equal(Math.Min(HealthMessage.ConfidenceBins - 1, (int)(real.Max() * HealthMessage.ConfidenceBins)), statistics.ConfidenceBin);
        }
    }
}
