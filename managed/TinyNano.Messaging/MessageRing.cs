using System;

namespace TinyNano.Messaging
{
    /// <summary>
    /// Messages that wait for the network, in memory that is allocated once. Where it is full, the oldest gives way and is counted.
    /// The message at the front stays until it is removed, so that it survives a connection that breaks while it is sent.
    /// Several threads may use it.
    /// </summary>
    public sealed class MessageRing
    {
        private readonly object _lock = new object();
        private readonly string[] _topics;
        private readonly byte[][] _payloads;
        private readonly int[] _lengths;
        private readonly int[] _qos;
        private readonly bool[] _retain;
        private readonly int _maxPayload;
        private int _first;
        private int _count;

        // Number of the message at the front; all messages are numbered as they come.
        private int _number;

        public MessageRing(int capacity, int maxPayload)
        {
            _topics = new string[capacity];
            _payloads = new byte[capacity][];
            for (int i = 0; i < capacity; i++)
            {
                _payloads[i] = new byte[maxPayload];
            }

            _lengths = new int[capacity];
            _qos = new int[capacity];
            _retain = new bool[capacity];
            _maxPayload = maxPayload;
        }

        public int Count
        {
            get { return _count; }
        }

        /// <summary>Messages that gave way.</summary>
        public int Dropped { get; private set; }

        /// <exception cref="ArgumentException">The payload is longer than a place of the ring.</exception>
        public void Add(string topic, byte[] payload, int length, int qos, bool retain)
        {
            if (length > _maxPayload)
            {
                throw new ArgumentException();
            }

            lock (_lock)
            {
                if (_count == _topics.Length)
                {
                    RemoveFirst();
                    Dropped++;
                }

                int at = (_first + _count) % _topics.Length;
                _topics[at] = topic;
                Array.Copy(payload, _payloads[at], length);
                _lengths[at] = length;
                _qos[at] = qos;
                _retain[at] = retain;
                _count++;
            }
        }

        /// <summary>Copies the message at the front; it stays.</summary>
        /// <returns>Null where there is none.</returns>
        public OutgoingMessage Peek()
        {
            lock (_lock)
            {
                if (_count == 0)
                {
                    return null;
                }

                byte[] payload = new byte[_lengths[_first]];
                Array.Copy(_payloads[_first], payload, payload.Length);
                return new OutgoingMessage(_number, _topics[_first], payload, _qos[_first], _retain[_first]);
            }
        }

        /// <summary>Removes a message that has gone, unless it gave way meanwhile.</summary>
        public void Remove(OutgoingMessage message)
        {
            lock (_lock)
            {
                if (_count > 0 && _number == message.Number)
                {
                    RemoveFirst();
                }
            }
        }

        private void RemoveFirst()
        {
            _topics[_first] = null;
            _first = (_first + 1) % _topics.Length;
            _count--;
            _number++;
        }
    }
}
