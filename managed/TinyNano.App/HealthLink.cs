using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Messaging;
using TinyNano.Sensors;
using TinyNano.Telemetry;

namespace TinyNano.App
{
    /// <summary>The health of the model in the eyes of others: what is counted of it, when that is sent, and which inputs are.</summary>
    public sealed class HealthLink
    {
        private const int Percent = 100;

        private readonly AppSettings _settings;
        private readonly IMessageBus _bus;
        private readonly Topics _topics;
        private readonly TelemetryReporter _reporter;
        private readonly IClock _clock;
        private readonly HealthReporter _health;
        private UncertaintySampler _sampler;

        /// <param name="settings">How often, and what may be sent.</param>
        /// <param name="bus">Where to.</param>
        /// <param name="topics">Of this device.</param>
        /// <param name="probe">Asked for free heap and signal.</param>
        /// <param name="reporter">Gives sequence, uptime and restarts.</param>
        /// <param name="clock">The time.</param>
        public HealthLink(AppSettings settings, IMessageBus bus, Topics topics, IDeviceProbe probe, TelemetryReporter reporter, IClock clock)
        {
            _settings = settings;
            _bus = bus;
            _topics = topics;
            _reporter = reporter;
            _clock = clock;
            _health = new HealthReporter(bus, topics, probe, reporter, clock.Microseconds, settings.HealthSeconds);
        }

        /// <summary>Begins to watch a model, instead of the one before.</summary>
        /// <param name="model">With an int8 input and an output of int8 or float32.</param>
        /// <param name="modelCrc">crc32 in the header of its blob.</param>
        /// <returns>What its pipeline reports to; null where the settings ask for nothing.</returns>
        public HealthWatch Watch(Model model, uint modelCrc)
        {
            if (_settings.HealthSeconds <= 0 && _settings.SampleBytesPerDay <= 0)
            {
                return null;
            }

            _sampler = null;
            if (_settings.SampleBytesPerDay > 0)
            {
                _sampler = new UncertaintySampler(_bus, _topics, _reporter, model.Input.Length, _settings.SampleBytesPerDay, _clock.Microseconds);
                _sampler.EntropyFrom = Share(_settings.SampleEntropyPercent);
                _sampler.MarginUpTo = Share(_settings.SampleMarginPercent);
                _sampler.ModelCrc = modelCrc;
            }

            HealthWatch watch = new HealthWatch(model, _clock, _sampler);
            _health.Watch(watch.Monitor, (uint)model.Version, modelCrc, _clock.Microseconds);
            return watch;
        }

        /// <summary>Sends what is due.</summary>
        public void Tick(long nowMicroseconds)
        {
            _health.Tick(nowMicroseconds);
            if (_sampler != null)
            {
                _sampler.Tick(nowMicroseconds);
            }
        }

        /// <summary>Makes a message now, where the settings ask for any; it goes with the next ticks.</summary>
        public void Report(long nowMicroseconds)
        {
            if (_settings.HealthSeconds > 0)
            {
                _health.Report(nowMicroseconds);
            }
        }

        /// <summary>The last message of this start, and all that wait.</summary>
        public void Close()
        {
            Report(_clock.Microseconds);
            _health.PublishAll();
        }

        private static int Share(int percent)
        {
            return (int)((long)OutputStatistics.One * percent / Percent);
        }
    }
}
