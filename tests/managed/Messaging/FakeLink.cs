using System;
using System.Collections;
using TinyNano.Messaging;
using TinyNano.Messaging.Mqtt;

namespace NFUnitTest.MessagingTests
{
    /// <summary>A broker that does what the test says. Acknowledges at once where it may.</summary>
    public sealed class FakeLink : IMqttLink
    {
        private readonly object _lock = new object();
        private readonly ArrayList _published = new ArrayList();
        private readonly ArrayList _subscribed = new ArrayList();
        private bool _connected;
        private int _nextId = 1;

        public event MessageHandler Received;

        public event AcknowledgedHandler Acknowledged;

        public event ClosedHandler Closed;

        public bool IsConnected
        {
            get { return _connected; }
        }

        /// <summary>Attempts that fail before one succeeds.</summary>
        public int FailingConnects { get; set; }

        /// <summary>Messages of quality 1 that are swallowed before one is acknowledged; the birth is not counted.</summary>
        public int Swallowed { get; set; }

        public int Attempts { get; private set; }

        public int Connections { get; private set; }

        public int Disconnects { get; private set; }

        public bool IsDisposed { get; private set; }

        public void Connect(MqttOptions options)
        {
            Attempts++;
            if (FailingConnects > 0)
            {
                FailingConnects--;
                throw new InvalidOperationException();
            }

            Connections++;
            _connected = true;
        }

        public void Disconnect()
        {
            Disconnects++;
            _connected = false;
        }

        public void Abandon()
        {
            _connected = false;
        }

        /// <summary>The network breaks.</summary>
        public void Break()
        {
            _connected = false;
            Closed();
        }

        /// <summary>Something arrives.</summary>
        public void Deliver(string topic, byte[] payload)
        {
            Received(topic, payload);
        }

        public int Publish(string topic, byte[] payload, int qos, bool retain)
        {
            int id = _nextId++;
            lock (_lock)
            {
                _published.Add(topic + (retain ? "!" : "") + "=" + (payload.Length > 0 ? ((int)payload[0]).ToString() : ""));
            }

            if (qos > 0 && Swallowed > 0 && topic != "birth")
            {
                Swallowed--;
            }
            else if (qos > 0)
            {
                Acknowledged(id, true);
            }

            return id;
        }

        public void Subscribe(string filter, int qos)
        {
            lock (_lock)
            {
                _subscribed.Add(filter);
            }
        }

        public int PublishedCount
        {
            get
            {
                lock (_lock)
                {
                    return _published.Count;
                }
            }
        }

        public int SubscribedCount
        {
            get
            {
                lock (_lock)
                {
                    return _subscribed.Count;
                }
            }
        }

        /// <summary>A message as <c>topic=first byte</c>, <c>topic!=first byte</c> where it is retained.</summary>
        public string Published(int index)
        {
            lock (_lock)
            {
                return (string)_published[index];
            }
        }

        public void Dispose()
        {
            IsDisposed = true;
        }
    }
}
