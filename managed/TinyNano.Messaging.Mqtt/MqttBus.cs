using System;
using System.Threading;

namespace TinyNano.Messaging.Mqtt
{
    /// <summary>
    /// The bus over MQTT. One thread connects, with back-off, says "online", subscribes again what was subscribed, sends what waits and
    /// hands over what has come. A message of quality of service 1 leaves the queue when the broker has acknowledged it, so it outlives a
    /// connection; the broker may then get it twice.
    /// </summary>
    public sealed class MqttBus : IMessageBus
    {
        private const int IdleMilliseconds = 1000;
        private const int StopMilliseconds = 5000;

        private readonly MqttOptions _options;
        private readonly IMqttLink _link;
        private readonly MessageRing _ring;
        private readonly IncomingQueue _incoming;
        private readonly Subscriptions _subscriptions = new Subscriptions();
        private readonly Sender _sender;
        private readonly BackOff _backOff;
        private readonly AutoResetEvent _wake = new AutoResetEvent(false);
        private readonly AutoResetEvent _sent = new AutoResetEvent(false);
        private Thread _thread;
        private bool _stopping;
        private bool _connected;
        private int _connections;

        /// <param name="options">Not to be changed afterwards.</param>
        /// <param name="link">Owned from here on; usually a <see cref="M2MqttLink"/>.</param>
        /// <param name="random">Where the jitter of reconnects comes from; seeded differently in every device.</param>
        public MqttBus(MqttOptions options, IMqttLink link, Random random)
        {
            _options = options;
            _link = link;
            _ring = new MessageRing(options.QueueLength, options.MaxPayload);
            _incoming = new IncomingQueue(options.IncomingLength, options.MaxIncomingPayload, options.MaxIncomingBytes);
            _backOff = new BackOff(options.MinBackOffMilliseconds, options.MaxBackOffMilliseconds, random);
            link.Received += OnReceived;
            _sender = new Sender(link, options);
            link.Closed += OnClosed;
        }

        public event MessageHandler MessageReceived;

        public event ConnectionHandler ConnectionChanged;

        public bool IsConnected
        {
            get { return _connected; }
        }

        public int Dropped
        {
            get { return _ring.Dropped + _incoming.Dropped; }
        }

        public int Reconnects
        {
            get { return _connections > 1 ? _connections - 1 : 0; }
        }

        public int MaxPayload
        {
            get { return _options.MaxPayload; }
        }

        /// <summary>Attempts to connect that failed since the last that did not.</summary>
        public int FailedAttempts { get; private set; }

        /// <summary>Exceptions thrown by handlers of the events; they are swallowed, for the bus must go on.</summary>
        public int HandlerErrors { get; private set; }

        public void Start()
        {
            if (_thread == null)
            {
                _thread = new Thread(Loop);
                _thread.Start();
            }
        }

        public void Publish(string topic, byte[] payload, int length, int qos, bool retain)
        {
            _ring.Add(topic, payload, length, qos, retain);
            _wake.Set();
        }

        public void Subscribe(string filter, int qos)
        {
            _subscriptions.Add(filter, qos);
            _wake.Set();
        }

        public bool Flush(int milliseconds)
        {
            long end = Environment.TickCount64 + milliseconds;
            while (_ring.Count > 0)
            {
                long left = end - Environment.TickCount64;
                if (left <= 0)
                {
                    return false;
                }

                _sent.WaitOne((int)left, false);
            }

            return true;
        }

        /// <summary>Says "offline" and leaves. Messages that still wait are lost; <see cref="Flush"/> first.</summary>
        public void Dispose()
        {
            _stopping = true;
            _wake.Set();
            if (_thread != null)
            {
                _thread.Join(StopMilliseconds);
                _thread = null;
            }

            _link.Dispose();
        }

        private void Loop()
        {
            while (!_stopping)
            {
                try
                {
                    if (_link.IsConnected)
                    {
                        Serve();
                    }
                    else
                    {
                        Connect();
                    }
                }
                catch (Exception)
                {
                    // Whatever the network threw: the connection is worth nothing any more, the next one is.
                    _link.Abandon();
                    FailedAttempts++;
                }
            }

            Leave();
        }

        private void Connect()
        {
            SetConnected(false);

            // A fleet whose broker restarts must not come back at one moment; nor may two devices of one name throw each other out at full
            // speed. Only the first attempt after a start is made at once.
            if (_connections > 0 || FailedAttempts > 0)
            {
                Pause(_backOff.Next());
                if (_stopping)
                {
                    return;
                }
            }

            _link.Connect(_options);
            _sender.Say(_options.OnlineText);
            FailedAttempts = 0;
            _connections++;
            _subscriptions.Restart();
            _subscriptions.Apply(_link);
            SetConnected(true);
        }

        private void Serve()
        {
            _subscriptions.Apply(_link);
            HandOver();
            OutgoingMessage message = _ring.Peek();
            if (message == null)
            {
                if (!_wake.WaitOne(IdleMilliseconds, false))
                {
                    // The connection has lived for a while.
                    _backOff.Reset();
                }
            }
            else if (_sender.Send(message))
            {
                _backOff.Reset();
                _ring.Remove(message);
                _sent.Set();
            }
            else
            {
                _link.Abandon();
                FailedAttempts++;
            }
        }

        private void HandOver()
        {
            while (_incoming.Take(out string topic, out byte[] payload))
            {
                MessageHandler handler = MessageReceived;
                try
                {
                    if (handler != null)
                    {
                        handler(topic, payload);
                    }
                }
                catch (Exception)
                {
                    HandlerErrors++;
                }
            }
        }

        private void SetConnected(bool connected)
        {
            if (connected == _connected)
            {
                return;
            }

            _connected = connected;
            ConnectionHandler handler = ConnectionChanged;
            try
            {
                if (handler != null)
                {
                    handler(connected);
                }
            }
            catch (Exception)
            {
                HandlerErrors++;
            }
        }

        // Waits, though messages wake the thread meanwhile.
        private void Pause(int milliseconds)
        {
            long end = Environment.TickCount64 + milliseconds;
            long left = milliseconds;
            while (left > 0 && !_stopping)
            {
                _wake.WaitOne((int)left, false);
                left = end - Environment.TickCount64;
            }
        }

        private void Leave()
        {
            try
            {
                if (_link.IsConnected)
                {
                    _sender.Say(_options.OfflineText);
                    _link.Disconnect();
                }
            }
            catch (Exception)
            {
                // The broker's last will says the same.
            }

            SetConnected(false);
        }

        private void OnReceived(string topic, byte[] payload)
        {
            _incoming.Add(topic, payload);
            _wake.Set();
        }

        private void OnClosed()
        {
            _wake.Set();
        }
    }
}
