using TinyNano.Inference;

namespace TinyNano.Ota
{
    /// <summary>
    /// The usual health: inferences go on, their mean latency is within the budget, the sensor answers, and the heap does not run out. The
    /// application reports what it sees; nothing allocates. Not thread-safe.
    /// </summary>
    public sealed class InferenceHealth : HealthCheck
    {
        // A mean of fewer says little: the first runs fill caches.
        private const int LatencySamples = 4;

        private readonly long _silence;
        private readonly int _heapFloor;
        private readonly int _sensorErrors;
        private uint _budget;
        private long _lastAt;
        private long _sum;
        private int _inferences;
        private int _errors;
        private int _heap = int.MaxValue;
        private bool _failed;

        /// <param name="silenceSeconds">Without an inference for so long, a model is not healthy.</param>
        /// <param name="heapFloor">Free bytes of the managed heap that must be left; 0: any.</param>
        /// <param name="sensorErrors">Errors of the sensor in a row that are too many; 0: any number is good enough.</param>
        public InferenceHealth(int silenceSeconds, int heapFloor, int sensorErrors)
        {
            _silence = silenceSeconds * 1000000L;
            _heapFloor = heapFloor;
            _sensorErrors = sensorErrors;
        }

        public override int Inferences
        {
            get { return _inferences; }
        }

        public override void Begin(long now, uint latencyBudget)
        {
            _budget = latencyBudget;
            _lastAt = now;
            _sum = 0;
            _inferences = 0;
            _errors = 0;
            _heap = int.MaxValue;
            _failed = false;
        }

        /// <summary>An inference has come out.</summary>
        public void RecordInference(long now, int microseconds)
        {
            _lastAt = now;
            _inferences++;
            _errors = 0;
            _sum += microseconds;
        }

        /// <summary>The model could not be run.</summary>
        public void RecordFailure()
        {
            _failed = true;
        }

        /// <summary>The sensor has failed; an inference forgives.</summary>
        public void RecordSensorError()
        {
            _errors++;
        }

        public void RecordFreeHeap(int bytes)
        {
            _heap = bytes;
        }

        public override int Check(long now)
        {
            bool slow = _budget != 0 && _inferences >= LatencySamples && _sum / _inferences > _budget;
            bool ill = _failed
                || slow
                || (_silence > 0 && now - _lastAt > _silence)
                || (_sensorErrors > 0 && _errors >= _sensorErrors)
                || _heap < _heapFloor;
            return ill ? InferenceStatus.Health : 0;
        }
    }
}
