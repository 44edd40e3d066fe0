using TinyNano.Contracts;

namespace TinyNano.Telemetry
{
    /// <summary>
    /// Latencies in buckets of powers of two since the start, and smallest, mean and largest since the last report. Nothing allocates.
    /// </summary>
    public sealed class LatencyHistogram
    {
        // Bucket 0 ends at 64 us.
        private const int FirstEndBits = 6;

        private readonly uint[] _buckets = new uint[TelemetryMessage.Buckets];
        private long _sum;
        private int _count;
        private int _min;
        private int _max;

        /// <summary>Latencies since the start.</summary>
        public uint Total { get; private set; }

        public static int BucketOf(int microseconds)
        {
            int bucket = 0;
            int rest = microseconds >> FirstEndBits;
            while (rest > 0 && bucket < TelemetryMessage.Buckets - 1)
            {
                rest >>= 1;
                bucket++;
            }

            return bucket;
        }

        public void Record(int microseconds)
        {
            _buckets[BucketOf(microseconds)]++;
            Total++;
            _sum += microseconds;
            if (_count == 0 || microseconds < _min)
            {
                _min = microseconds;
            }

            if (_count == 0 || microseconds > _max)
            {
                _max = microseconds;
            }

            _count++;
        }

        /// <summary>Fills the latencies of a message and begins a new interval.</summary>
        public void Report(TelemetryMessage message)
        {
            message.LatencyMin = _count == 0 ? 0u : (uint)_min;
            message.LatencyMean = _count == 0 ? 0u : (uint)(_sum / _count);
            message.LatencyMax = _count == 0 ? 0u : (uint)_max;
            for (int i = 0; i < _buckets.Length; i++)
            {
                message.Histogram[i] = _buckets[i];
            }

            _sum = 0;
            _count = 0;
        }
    }
}
