using TinyNano.Contracts;

namespace TinyNano.Telemetry
{
    /// <summary>The two alarms of health messages; docs/PROTOCOL.md, *Health*, has their numbers. Nothing allocates.</summary>
    public sealed class HealthAlarms
    {
        /// <summary>Inferences whose mean is what later ones are compared with.</summary>
        public const int WarmUp = 256;

        // Of a confidence: 0.05, and 10 in sum. Of a score, whose mean is 1: 0.25, and 32 in sum; a score counts as 4 at most, since a
        // single strange input is no drift.
        private const int One = OutputStatistics.One;
        private const int ConfidenceTolerance = One / 20;
        private const int ConfidenceThreshold = 10 * One;
        private const int ScoreTolerance = One / 4;
        private const int ScoreThreshold = 32 * One;
        private const int MostScore = 4;

        private readonly PageHinkley _confidence = PageHinkley.ForFall(ConfidenceTolerance, ConfidenceThreshold, WarmUp);
        private readonly PageHinkley _score = PageHinkley.ForRise(One, ScoreTolerance, ScoreThreshold);
        private float _scoreSum;
        private int _scores;

        /// <summary>Bits of <see cref="HealthMessage.Alarms"/>.</summary>
        public int Bits
        {
            get { return (_confidence.IsOn ? HealthMessage.ConfidenceAlarm : 0) | (_score.IsOn ? HealthMessage.AnomalyAlarm : 0); }
        }

        public void RecordConfidence(int confidence)
        {
            _confidence.Record(confidence);
        }

        public void RecordScore(float score)
        {
            if (_scores < WarmUp)
            {
                _scoreSum += score;
                _scores++;
                return;
            }

            // Written so that what is no number counts most, and a model that was perfect has a mean as well.
            float relative = _scoreSum > 0 ? score * WarmUp / _scoreSum : score > 0 ? MostScore : 1;
            _score.Record(relative < MostScore ? (int)(relative * One) : MostScore * One);
        }
    }
}
