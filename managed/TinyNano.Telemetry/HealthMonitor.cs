using TinyNano.Contracts;

namespace TinyNano.Telemetry
{
    /// <summary>
    /// Counts what a model sees and says, for health messages. One thread records; nothing allocates after construction, and an inference
    /// costs a few array elements.
    /// </summary>
    public sealed class HealthMonitor
    {
        private readonly int _classes;
        private readonly int _features;
        private readonly bool _hasScore;
        private readonly HealthEdges _edges;
        private readonly HealthAlarms _alarms = new HealthAlarms();
        private readonly int[] _confidence = new int[HealthMessage.ConfidenceBins];
        private readonly int[] _entropy = new int[HealthMessage.EntropyBins];
        private readonly int[] _classCounts = new int[HealthMessage.MaxClasses];
        private readonly int[] _featureCounts = new int[HealthMessage.MaxFeatures * HealthMessage.FeatureBins];
        private readonly int[] _scoreCounts = new int[HealthMessage.AnomalyBins];
        private uint _inferences;
        private long _latencySum;
        private int _latencies;

        /// <param name="classes">Outputs of a classifier; 0: it is none.</param>
        /// <param name="features">That are recorded of each input.</param>
        /// <param name="hasScore">Whether anomaly scores are recorded.</param>
        /// <param name="edges">Of features and scores.</param>
        public HealthMonitor(int classes, int features, bool hasScore, HealthEdges edges)
        {
            _classes = classes < HealthMessage.MaxClasses ? classes : HealthMessage.MaxClasses;
            _features = features < HealthMessage.MaxFeatures ? features : HealthMessage.MaxFeatures;
            _hasScore = hasScore;
            _edges = edges;
        }

        /// <summary>Bits of <see cref="HealthMessage.Alarms"/>.</summary>
        public int Alarms
        {
            get { return _alarms.Bits; }
        }

        /// <summary>One more inference.</summary>
        public void Record(int microseconds)
        {
            _inferences++;
            _latencySum += microseconds;
            _latencies++;
        }

        /// <summary>The output of a classifier.</summary>
        public void RecordOutput(OutputStatistics output)
        {
            _confidence[output.ConfidenceBin]++;
            _entropy[output.EntropyBin]++;
            _classCounts[output.ClassBin]++;
            _alarms.RecordConfidence(output.Confidence);
        }

        /// <summary>The features of an input, at least as many as were announced.</summary>
        public void RecordFeatures(int[] features)
        {
            for (int i = 0; i < _features; i++)
            {
                _featureCounts[i * HealthMessage.FeatureBins + _edges.FeatureBin(i, features[i])]++;
            }
        }

        public void RecordScore(float score)
        {
            _scoreCounts[_edges.AnomalyBin(score)]++;
            _alarms.RecordScore(score);
        }

        /// <summary>Fills the counts, alarms and latency of a message and begins a new interval of latencies.</summary>
        public void Report(HealthMessage message)
        {
            message.Inferences = _inferences;
            message.Alarms = _alarms.Bits;
            message.LatencyMean = _latencies == 0 ? 0u : (uint)(_latencySum / _latencies);
            _latencySum = 0;
            _latencies = 0;
            message.ConfidenceCount = _classes > 0 ? HealthMessage.ConfidenceBins : 0;
            message.EntropyCount = _classes > 0 ? HealthMessage.EntropyBins : 0;
            message.ClassCount = _classes;
            message.FeatureCount = _features;
            message.AnomalyCount = _hasScore ? HealthMessage.AnomalyBins : 0;
            Copy(_confidence, message, 0, message.ConfidenceCount);
            Copy(_entropy, message, message.EntropyFirst, message.EntropyCount);
            Copy(_classCounts, message, message.ClassFirst, message.ClassCount);
            Copy(_featureCounts, message, message.FeatureFirst, _features * HealthMessage.FeatureBins);
            Copy(_scoreCounts, message, message.AnomalyFirst, message.AnomalyCount);
        }

        private static void Copy(int[] counts, HealthMessage message, int first, int count)
        {
            for (int i = 0; i < count; i++)
            {
                message.Values[first + i] = counts[i];
            }
        }
    }
}
