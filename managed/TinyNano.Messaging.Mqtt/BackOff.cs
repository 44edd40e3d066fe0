using System;

namespace TinyNano.Messaging.Mqtt
{
    /// <summary>
    /// How long to wait before the next attempt: doubling up to a limit, of which a random half is left out, so that a fleet does not come
    /// back at the same moment.
    /// </summary>
    public sealed class BackOff
    {
        private readonly Random _random;
        private readonly int _min;
        private readonly int _max;
        private int _current;

        /// <param name="minMilliseconds">Upper end of the first wait, at least 2.</param>
        /// <param name="maxMilliseconds">Upper end of the longest wait.</param>
        /// <param name="random">Where the jitter comes from.</param>
        public BackOff(int minMilliseconds, int maxMilliseconds, Random random)
        {
            _min = minMilliseconds;
            _max = maxMilliseconds;
            _random = random;
            _current = minMilliseconds;
        }

        /// <summary>Milliseconds to wait now: from half of the current upper end to all of it.</summary>
        public int Next()
        {
            int half = _current / 2;
            int wait = half + _random.Next(_current - half + 1);
            _current = _current > _max / 2 ? _max : _current * 2;
            return wait;
        }

        /// <summary>An attempt succeeded.</summary>
        public void Reset()
        {
            _current = _min;
        }
    }
}
