using TinyNano.Contracts;
using TinyNano.Messaging;

namespace TinyNano.Telemetry
{
    /// <summary>
    /// Publishes a health message every interval. While there is no connection messages wait, in memory that is allocated once; where it is
    /// full the oldest gives way, and loses nothing, since counts go on. One thread uses it. Nothing allocates after construction.
    /// </summary>
    public sealed class HealthReporter
    {
        /// <summary>Messages that wait at most.</summary>
        public const int Capacity = 12;

        private const long MicrosecondsPerSecond = 1000000;

        private readonly IMessageBus _bus;
        private readonly Topics _topics;
        private readonly IDeviceProbe _probe;
        private readonly TelemetryReporter _reporter;
        private readonly long _interval;
        private readonly HealthMessage _message = new HealthMessage();
        private readonly byte[][] _waiting = new byte[Capacity][];
        private readonly int[] _lengths = new int[Capacity];
        private HealthMonitor _monitor;
        private long _due;
        private int _first;
        private int _count;

        /// <param name="bus">Where to.</param>
        /// <param name="topics">Of this device.</param>
        /// <param name="probe">Asked for free heap and signal.</param>
        /// <param name="reporter">Gives sequence, uptime and restarts, which all messages share.</param>
        /// <param name="nowMicroseconds">The time.</param>
        /// <param name="intervalSeconds">From one message to the next; 0: none.</param>
        public HealthReporter(IMessageBus bus, Topics topics, IDeviceProbe probe, TelemetryReporter reporter, long nowMicroseconds, int intervalSeconds)
        {
            _bus = bus;
            _topics = topics;
            _probe = probe;
            _reporter = reporter;
            _interval = intervalSeconds * MicrosecondsPerSecond;
            _due = nowMicroseconds + _interval;
            for (int i = 0; i < Capacity; i++)
            {
                _waiting[i] = new byte[MessageHeader.MaxMessageBytes];
            }
        }

        /// <summary>Messages that wait.</summary>
        public int Waiting
        {
            get { return _count; }
        }

        /// <summary>Begins to report a model; what was counted for the one before is reported first.</summary>
        /// <param name="monitor">Null: none any more.</param>
        /// <param name="modelVersion">As in the blob's header, with its crc32.</param>
        public void Watch(HealthMonitor monitor, uint modelVersion, uint modelCrc, long nowMicroseconds)
        {
            if (_interval > 0)
            {
                Report(nowMicroseconds);
            }

            _monitor = monitor;
            _message.ModelVersion = modelVersion;
            _message.ModelCrc = modelCrc;
        }

        /// <summary>Makes a message when one is due, and publishes one that waits where there is a connection.</summary>
        public void Tick(long nowMicroseconds)
        {
            if (_interval > 0 && nowMicroseconds >= _due)
            {
                Report(nowMicroseconds);
            }

            // One at a time leaves room in the bus for other messages.
            if (_count > 0 && _bus.IsConnected)
            {
                PublishFirst();
            }
        }

        /// <summary>Makes a message now; it waits until <see cref="Tick"/> or <see cref="PublishAll"/>.</summary>
        public void Report(long nowMicroseconds)
        {
            _due = nowMicroseconds + _interval;
            if (_monitor == null)
            {
                return;
            }

            _message.Sequence = _reporter.NextSequence();
            _message.UptimeSeconds = _reporter.UptimeSeconds(nowMicroseconds);
            _message.Restarts = _reporter.Restarts;
            _message.FreeHeap = (uint)_probe.FreeHeapBytes;
            _message.Rssi = _probe.Rssi;
            _monitor.Report(_message);
            if (_count == Capacity)
            {
                RemoveFirst();
            }

            int at = (_first + _count) % Capacity;
            _lengths[at] = _message.Encode(_waiting[at]);
            _count++;
        }

        /// <summary>Hands everything that waits to the bus, at the end of the application.</summary>
        public void PublishAll()
        {
            while (_count > 0)
            {
                PublishFirst();
            }
        }

        private void PublishFirst()
        {
            _bus.Publish(_topics.Health, _waiting[_first], _lengths[_first], 0, false);
            RemoveFirst();
        }

        private void RemoveFirst()
        {
            _first = (_first + 1) % Capacity;
            _count--;
        }
    }
}
