namespace TinyNano.Messaging.Mqtt
{
    /// <summary>
    /// Messages received that wait for the application, few of them. The thread of the connection only puts them here, so that a slow
    /// application cannot stop keep-alives. Where it is full, the oldest gives way.
    /// </summary>
    internal sealed class IncomingQueue
    {
        private readonly object _lock = new object();
        private readonly string[] _topics;
        private readonly byte[][] _payloads;
        private int _first;
        private int _count;

        internal IncomingQueue(int capacity)
        {
            _topics = new string[capacity];
            _payloads = new byte[capacity][];
        }

        internal int Dropped { get; private set; }

        internal void Add(string topic, byte[] payload)
        {
            lock (_lock)
            {
                if (_count == _topics.Length)
                {
                    RemoveFirst();
                    Dropped++;
                }

                int at = (_first + _count) % _topics.Length;
                _topics[at] = topic;
                _payloads[at] = payload;
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
            _topics[_first] = null;
            _payloads[_first] = null;
            _first = (_first + 1) % _topics.Length;
            _count--;
        }
    }
}
