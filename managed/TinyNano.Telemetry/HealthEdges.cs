using TinyNano.Contracts;

namespace TinyNano.Telemetry
{
    /// <summary>Where the bins of input features and of the anomaly score part: of the blob's reference histograms (section 9 of docs/SPEC.md), or uniform ones.</summary>
    public sealed class HealthEdges
    {
        /// <summary>First bytes of the section that hold the edges.</summary>
        public const int MaxReferenceBytes = FixedBytes + 2 * Edges * HealthMessage.MaxFeatures + 4 * Edges;

        // Layout of the section.
        private const int FeaturesAt = 7;
        private const int FeatureBinsAt = 8;
        private const int AnomalyBinsAt = 9;
        private const int FixedBytes = 12;
        private const int Edges = HealthMessage.FeatureBins - 1;

        // In Q8 of the input's steps; a mean goes from -128 to 127, a difference of two from 0 to 255, a share from 0 to 1.
        private const int FirstMean = -96 * 256;
        private const int MeanStep = 32 * 256;
        private const int DifferenceStep = 8 * 256;
        private const int ShareStep = 32;
        private const int ShareFeature = 3;
        private const float FirstScore = 1.0f / 256;
        private const float ScoreFactor = 4.0f;

        private readonly int[] _features = new int[HealthMessage.MaxFeatures * Edges];
        private readonly float[] _anomaly = new float[Edges];

        /// <summary>Uniform edges.</summary>
        /// <param name="channels">Of the input, 1 .. 4: so many features are means.</param>
        public HealthEdges(int channels)
        {
            for (int i = 0; i < HealthMessage.MaxFeatures; i++)
            {
                int step = i < channels ? MeanStep : channels == 1 && i == ShareFeature ? ShareStep : DifferenceStep;
                int edge = i < channels ? FirstMean : step;
                for (int k = 0; k < Edges; k++)
                {
                    _features[i * Edges + k] = edge + k * step;
                }
            }

            _anomaly[0] = FirstScore;
            for (int k = 1; k < Edges; k++)
            {
                _anomaly[k] = _anomaly[k - 1] * ScoreFactor;
            }
        }

        /// <summary>Takes the edges that the first bytes of a reference have; false, and nothing changed, where they have none.</summary>
        /// <param name="length">Bytes there are; <see cref="MaxReferenceBytes"/> are enough.</param>
        public bool Read(byte[] reference, int length)
        {
            if (length < FixedBytes || reference[FeatureBinsAt] != HealthMessage.FeatureBins)
            {
                return false;
            }

            int features = reference[FeaturesAt];
            int anomalyAt = (FixedBytes + 2 * Edges * features + 3) & ~3;
            bool hasAnomaly = reference[AnomalyBinsAt] == HealthMessage.AnomalyBins;
            if (features > HealthMessage.MaxFeatures || length < anomalyAt + (hasAnomaly ? 4 * Edges : 0))
            {
                return false;
            }

            for (int i = 0; i < features * Edges; i++)
            {
                _features[i] = LittleEndian.GetInt16(reference, FixedBytes + 2 * i);
            }

            for (int i = 0; hasAnomaly && i < Edges; i++)
            {
                _anomaly[i] = LittleEndian.SingleFromBits(LittleEndian.GetUInt32(reference, anomalyAt + 4 * i));
            }

            return true;
        }

        /// <summary>The number of edges not above a feature.</summary>
        public int FeatureBin(int feature, int value)
        {
            int bin = 0;
            for (int k = 0; k < Edges; k++)
            {
                bin += value >= _features[feature * Edges + k] ? 1 : 0;
            }

            return bin;
        }

        /// <summary>The number of edges not above a score.</summary>
        public int AnomalyBin(float score)
        {
            int bin = 0;
            for (int k = 0; k < Edges; k++)
            {
                bin += score >= _anomaly[k] ? 1 : 0;
            }

            return bin;
        }
    }
}
