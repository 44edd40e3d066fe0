using System;
using System.Collections;

namespace TinyNano.Messaging
{
    /// <summary>A bus inside one program, for tests: what is published is received at once, in the thread of the publisher.</summary>
    public sealed class LoopbackBus : IMessageBus
    {
        private readonly ArrayList _filters = new ArrayList();
        private readonly ArrayList _topics = new ArrayList();
        private readonly ArrayList _payloads = new ArrayList();
        private readonly ArrayList _retained = new ArrayList();
        private bool _connected;

        public event MessageHandler MessageReceived;

        public event ConnectionHandler ConnectionChanged;

        public bool IsConnected
        {
            get { return _connected; }
        }

        public int Dropped { get; private set; }

        public int Reconnects { get; private set; }

        public int MaxPayload
        {
            get { return 256; }
        }

        /// <summary>Messages published while connected.</summary>
        public int Count
        {
            get { return _topics.Count; }
        }

        public void Start()
        {
            SetConnected(true);
        }

        /// <summary>Plays the network: what is published while there is none is dropped.</summary>
        public void SetConnected(bool connected)
        {
            if (connected == _connected)
            {
                return;
            }

            _connected = connected;
            if (connected && _topics.Count > 0)
            {
                Reconnects++;
            }

            ConnectionHandler handler = ConnectionChanged;
            if (handler != null)
            {
                handler(connected);
            }
        }

        public void Publish(string topic, byte[] payload, int length, int qos, bool retain)
        {
            if (length > MaxPayload)
            {
                throw new ArgumentException();
            }

            if (!_connected)
            {
                Dropped++;
                return;
            }

            byte[] copy = new byte[length];
            Array.Copy(payload, copy, length);
            _topics.Add(topic);
            _payloads.Add(copy);
            _retained.Add(retain);
            Deliver(topic, copy);
        }

        public void Subscribe(string filter, int qos)
        {
            _filters.Add(filter);
        }

        public bool Flush(int milliseconds)
        {
            return true;
        }

        /// <summary>Topic of a message that was published.</summary>
        public string Topic(int index)
        {
            return (string)_topics[index];
        }

        public byte[] Payload(int index)
        {
            return (byte[])_payloads[index];
        }

        public bool Retained(int index)
        {
            return (bool)_retained[index];
        }

        /// <summary>The payload published last on a topic; null where there is none.</summary>
        public byte[] Last(string topic)
        {
            for (int i = _topics.Count - 1; i >= 0; i--)
            {
                if ((string)_topics[i] == topic)
                {
                    return (byte[])_payloads[i];
                }
            }

            return null;
        }

        public void Dispose()
        {
            SetConnected(false);
        }

        private void Deliver(string topic, byte[] payload)
        {
            MessageHandler handler = MessageReceived;
            for (int i = 0; i < _filters.Count && handler != null; i++)
            {
                if (TopicFilter.Matches((string)_filters[i], topic))
                {
                    handler(topic, payload);
                    return;
                }
            }
        }
    }
}
