using System.Threading;

namespace TinyNano.Messaging.Mqtt
{
    /// <summary>
    /// Waits until the broker has acknowledged the one message that is under way. The acknowledgement may come before the sender knows the
    /// message's number.
    /// </summary>
    internal sealed class AcknowledgeWait
    {
        private const int Unknown = -1;

        private readonly object _lock = new object();
        private readonly AutoResetEvent _changed = new AutoResetEvent(false);
        private int _lastId;
        private bool _lastArrived;
        private bool _cancelled;

        /// <summary>To be called before the message is sent.</summary>
        internal void Begin()
        {
            lock (_lock)
            {
                _lastId = Unknown;
                _cancelled = false;
            }

            _changed.Reset();
        }

        internal void Acknowledge(int id, bool arrived)
        {
            lock (_lock)
            {
                _lastId = id;
                _lastArrived = arrived;
            }

            _changed.Set();
        }

        /// <summary>The connection has gone: nothing will come.</summary>
        internal void Cancel()
        {
            lock (_lock)
            {
                _cancelled = true;
            }

            _changed.Set();
        }

        /// <returns>Whether the message has arrived; false where it has not in time.</returns>
        internal bool For(int id, int milliseconds)
        {
            long end = System.Environment.TickCount64 + milliseconds;
            while (true)
            {
                lock (_lock)
                {
                    if (_lastId == id)
                    {
                        return _lastArrived;
                    }

                    if (_cancelled)
                    {
                        return false;
                    }
                }

                long left = end - System.Environment.TickCount64;
                if (left <= 0)
                {
                    return false;
                }

                _changed.WaitOne((int)left, false);
            }
        }
    }
}
