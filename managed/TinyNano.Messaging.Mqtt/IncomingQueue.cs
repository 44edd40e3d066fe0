namespace TinyNano.Messaging.Mqtt
{
    /// <summary>
    /// Messages received that wait for the application, few of them. The thread of the connection only puts them here, so that a slow
    /// application cannot stop keep-alives. Where it is full, by number or by bytes, the oldest gives way; a message that is too long is not
    /// taken at all.
    /// </summary>
    internal sealed class IncomingQueue
    {
        private readonly object _lock = new object();
        private readonly string[] _topics;
        private readonly byte[][] _payloads;
        private readonly int _maxPayload;
        private readonly int _maxBytes;
        private int _first;
        private int _count;
        private int _bytes;

        internal IncomingQueue(int capacity, int maxPayload, int maxBytes)
        {
            _maxPayload = maxPayload;
            _maxBytes = maxBytes;
            _topics = new string[capacity];
            _payloads = new byte[capacity][];
        }

        internal int Dropped { get; private set; }

        internal void Add(string topic, byte[] payload)
        {
            lock (_lock)
            {
                if (payload.Length > _maxPayload)
                {
                    Dropped++;
                    return;
                }

                while (_count == _topics.Length || (_count > 0 && _bytes + payload.Length > _maxBytes))
                {
                    RemoveFirst();
                    Dropped++;
                }

                int at = (_first + _count) % _topics.Length;
                _topics[at] = topic;
                _payloads[at] = payload;
                _bytes += payload.Length;
                _count++;
            }
        }

        /// <summary>Takes the oldest message out; false where there is none.</summary>
        internal bool Take(out string topic, out byte[] payload)
        {
            lock (_lock)
            {
                topic = _topics[_first];
                payload = _payloads[_first];
                if (_count == 0)
                {
                    return false;
                }

                RemoveFirst();
                return true;
            }
        }

        private void RemoveFirst()
        {
            _bytes -= _payloads[_first].Length;
            _topics[_first] = null;
            _payloads[_first] = null;
            _first = (_first + 1) % _topics.Length;
            _count--;
        }
    }
}
