using TinyNano.Contracts;
using TinyNano.Messaging;

namespace TinyNano.Telemetry
{
    /// <summary>
    /// Publishes what a device finds and how it fares. Results and telemetry allocate nothing here; state messages do. Several threads may
    /// use it.
    /// </summary>
    public sealed class TelemetryReporter
    {
        private const long MicrosecondsPerSecond = 1000000;

        private readonly object _lock = new object();
        private readonly IMessageBus _bus;
        private readonly Topics _topics;
        private readonly IDeviceProbe _probe;
        private readonly LatencyHistogram _latencies = new LatencyHistogram();
        private readonly TelemetryMessage _telemetry = new TelemetryMessage();
        private readonly byte[] _buffer = new byte[MessageHeader.MaxMessageBytes];
        private readonly long _started;
        private readonly long _interval;
        private long _due;
        private uint _sequence;

        /// <param name="bus">Where to.</param>
        /// <param name="topics">Of this device.</param>
        /// <param name="probe">Asked for telemetry and state.</param>
        /// <param name="nowMicroseconds">The time at the start, of the clock that later times are of.</param>
        /// <param name="intervalSeconds">From one telemetry message to the next; 0: only on demand.</param>
        public TelemetryReporter(IMessageBus bus, Topics topics, IDeviceProbe probe, long nowMicroseconds, int intervalSeconds)
        {
            _bus = bus;
            _topics = topics;
            _probe = probe;
            _started = nowMicroseconds;
            _interval = intervalSeconds * MicrosecondsPerSecond;
            _due = nowMicroseconds + _interval;
        }

        /// <summary>Starts of the device so far, for every message.</summary>
        public int Restarts { get; set; }

        /// <summary>
        /// The counters of the next telemetry message that the application keeps: frames, late and lost ones, errors of the sensor.
        /// </summary>
        public TelemetryMessage Counters
        {
            get { return _telemetry; }
        }

        /// <summary>Inferences since the start.</summary>
        public uint Inferences
        {
            get { return _latencies.Total; }
        }

        /// <summary>Number of the next message of this device, for messages that others write.</summary>
        public uint NextSequence()
        {
            lock (_lock)
            {
                return _sequence++;
            }
        }

        public void RecordInference(int microseconds)
        {
            _latencies.Record(microseconds);
        }

        /// <summary>Publishes the outcome of an inference.</summary>
        public void PublishResult(ResultMessage result, long nowMicroseconds)
        {
            lock (_lock)
            {
                result.Sequence = _sequence++;
                result.UptimeMilliseconds = (uint)((nowMicroseconds - _started) / 1000);
                _bus.Publish(_topics.Result, _buffer, result.Encode(_buffer), 0, false);
            }
        }

        /// <summary>Publishes the same as a line of JSON. Allocates.</summary>
        public void PublishJson(ResultMessage result, string label)
        {
            byte[] json = System.Text.Encoding.UTF8.GetBytes(result.ToJson(label));
            if (json.Length <= _bus.MaxPayload)
            {
                _bus.Publish(_topics.ResultJson, json, json.Length, 0, false);
            }
        }

        /// <summary>Whether telemetry is due.</summary>
        public bool IsDue(long nowMicroseconds)
        {
            return _interval > 0 && nowMicroseconds >= _due;
        }

        /// <summary>Publishes telemetry now.</summary>
        public void PublishTelemetry(long nowMicroseconds)
        {
            uint freeHeap = (uint)_probe.FreeHeapBytes;
            lock (_lock)
            {
                _due = nowMicroseconds + _interval;
                _telemetry.Sequence = _sequence++;
                _telemetry.UptimeSeconds = UptimeSeconds(nowMicroseconds);
                _telemetry.Inferences = _latencies.Total;
                _telemetry.DroppedMessages = (uint)_bus.Dropped;
                _telemetry.Reconnects = (uint)_bus.Reconnects;
                _telemetry.FreeHeap = freeHeap;
                _telemetry.Restarts = Restarts;
                _latencies.Report(_telemetry);
                _bus.Publish(_topics.Telemetry, _buffer, _telemetry.Encode(_buffer), 0, false);
            }
        }

        /// <summary>Publishes the state, to be kept by the broker. Allocates.</summary>
        public void PublishState(StateMessage state, long nowMicroseconds)
        {
            uint freeHeap = (uint)_probe.FreeHeapBytes;
            lock (_lock)
            {
                state.Sequence = _sequence++;
                state.UptimeSeconds = UptimeSeconds(nowMicroseconds);
                state.Restarts = Restarts;
                state.FreeHeap = freeHeap;
                state.Firmware = _probe.Firmware;
                _bus.Publish(_topics.State, _buffer, state.Encode(_buffer), 1, true);
            }
        }

        /// <summary>Seconds since the start.</summary>
        public uint UptimeSeconds(long nowMicroseconds)
        {
            return (uint)((nowMicroseconds - _started) / MicrosecondsPerSecond);
        }
    }
}
