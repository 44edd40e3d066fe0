using System;
using System.Threading;
using TinyNano.Contracts;
using TinyNano.Messaging;
using TinyNano.Messaging.Mqtt;
using TinyNano.Sensors;
using TinyNano.Telemetry;

namespace TinyNano.App
{
    /// <summary>The device in the eyes of others: its bus, its state, its reporter. Says the state anew after every reconnect.</summary>
    internal sealed class DeviceLink : IDisposable
    {
        private const int GoodbyeMilliseconds = 3000;

        private readonly object _lock = new object();
        private readonly AppSettings _settings;
        private readonly IClock _clock;
        private readonly Topics _topics;
        private readonly IMessageBus _bus;
        private readonly DeviceProbe _probe = new DeviceProbe();
        private bool _reportRequested;

        internal DeviceLink(AppSettings settings, string deviceId, IClock clock)
        {
            _settings = settings;
            _clock = clock;
            _topics = new Topics(settings.TopicRoot, deviceId, settings.Group);
            Seed = SeedOf(deviceId);
            _bus = new MqttBus(Options(settings, deviceId, _topics), new M2MqttLink(), new Random(Seed));
            Reporter = new TelemetryReporter(_bus, _topics, _probe, clock.Microseconds, settings.TelemetrySeconds);
            Health = new HealthLink(settings, _bus, _topics, _probe, Reporter, clock);
            State = new StateMessage();
            State.Application = "TinyNano.App 0.1.0";
            _bus.ConnectionChanged += OnConnectionChanged;
            _bus.MessageReceived += OnMessage;
            _bus.Subscribe(_topics.Command, 1);
        }

        internal TelemetryReporter Reporter { get; }

        internal IMessageBus Bus
        {
            get { return _bus; }
        }

        internal Topics Topics
        {
            get { return _topics; }
        }

        /// <summary>For what must differ from device to device.</summary>
        internal int Seed { get; }

        /// <summary>Free bytes of the managed heap. Asking may take some milliseconds.</summary>
        internal int FreeHeapBytes
        {
            get { return _probe.FreeHeapBytes; }
        }

        /// <summary>The health of the model.</summary>
        internal HealthLink Health { get; }

        /// <summary>The state that <see cref="Say"/> publishes.</summary>
        internal StateMessage State { get; }

        /// <summary>Joins the network and starts the bus, in a thread of its own: the device works meanwhile.</summary>
        internal void StartInBackground()
        {
            new Thread(Start).Start();
        }

        /// <summary>Joins the network and starts the bus.</summary>
        internal void Start()
        {
            try
            {
                Board.ConnectNetwork(_settings);
            }
            catch (Exception)
            {
                // The bus goes on trying; so does the network's own reconnect.
            }

            _bus.Start();
        }

        /// <summary>Publishes a state without a fault.</summary>
        internal void Say(int state)
        {
            Say(state, 0, 0xFFFF, 0xFFFF);
        }

        /// <summary>Publishes a state with the status code, step and tensor to blame.</summary>
        internal void Say(int state, int status, int step, int tensor)
        {
            lock (_lock)
            {
                State.State = state;
                State.Status = status;
                State.FaultStep = step;
                State.FaultTensor = tensor;
                Reporter.PublishState(State, _clock.Microseconds);
            }
        }

        /// <summary>Publishes what is due or was asked for.</summary>
        internal void Tick()
        {
            long now = _clock.Microseconds;
            if (_reportRequested)
            {
                _reportRequested = false;
                PublishState();
                Reporter.PublishTelemetry(now);
                Health.Report(now);
            }
            else if (Reporter.IsDue(now))
            {
                Reporter.PublishTelemetry(now);
            }

            Health.Tick(now);
        }

        /// <summary>Waits until everything has been sent.</summary>
        internal bool Flush(int milliseconds)
        {
            return _bus.Flush(milliseconds);
        }

        public void Dispose()
        {
            _bus.Flush(GoodbyeMilliseconds);
            _bus.Dispose();
        }

        private static MqttOptions Options(AppSettings settings, string deviceId, Topics topics)
        {
            MqttOptions options = new MqttOptions();
            options.Host = settings.BrokerHost;
            options.Port = settings.BrokerPort;
            options.UseTls = settings.UseTls;
            options.CaCertificate = settings.CaCertificate;
            options.UserName = settings.UserName;
            options.Password = settings.Password;
            options.ClientId = deviceId;
            options.OnlineTopic = topics.Online;
            options.OnlineText = Contracts.Topics.OnlineText;
            options.OfflineText = Contracts.Topics.OfflineText;
            return options;
        }

        // Devices that start together must not try again together; their names differ, if nothing else does.
        private static int SeedOf(string deviceId)
        {
            int seed = (int)Environment.TickCount64;
            for (int i = 0; i < deviceId.Length; i++)
            {
                seed = seed * 31 + deviceId[i];
            }

            return seed;
        }

        private void PublishState()
        {
            lock (_lock)
            {
                Reporter.PublishState(State, _clock.Microseconds);
            }
        }

        private void OnConnectionChanged(bool connected)
        {
            if (connected)
            {
                PublishState();
            }
        }

        private void OnMessage(string topic, byte[] payload)
        {
            if (topic == _topics.Command && System.Text.Encoding.UTF8.GetString(payload, 0, payload.Length) == Contracts.Topics.ReportCommand)
            {
                _reportRequested = true;
            }
        }
    }
}
