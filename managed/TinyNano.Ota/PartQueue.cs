using TinyNano.Contracts;

namespace TinyNano.Ota
{
    /// <summary>
    /// Part messages that wait for the next tick, few of them and few bytes: what does not fit is given up, and asked for again later.
    /// Several threads may use it.
    /// </summary>
    internal sealed class PartQueue
    {
        internal const int Capacity = 6;
        private const int MaxBytes = UpdateOptions.WindowBytes + PartRequest.MaxWindow * PartMessage.FixedBytes;

        private readonly object _lock = new object();
        private readonly byte[][] _payloads = new byte[Capacity][];
        private int _first;
        private int _count;
        private int _bytes;

        internal int Dropped { get; private set; }

        internal void Add(byte[] payload)
        {
            lock (_lock)
            {
                if (_count == Capacity || _bytes + payload.Length > MaxBytes)
                {
                    Dropped++;
                    return;
                }

                _payloads[(_first + _count) % Capacity] = payload;
                _count++;
                _bytes += payload.Length;
            }
        }

        /// <summary>The oldest message; null where there is none.</summary>
        internal byte[] Take()
        {
            lock (_lock)
            {
                if (_count == 0)
                {
                    return null;
                }

                byte[] payload = _payloads[_first];
                _payloads[_first] = null;
                _first = (_first + 1) % Capacity;
                _count--;
                _bytes -= payload.Length;
                return payload;
            }
        }
    }
}
