using System;

namespace TinyNano.Sensors
{
    /// <summary>
    /// Frames on their way from the capture thread to the inference loop. Where the reader is too slow, the oldest frames give way and
    /// are counted. One writer and one reader may be different threads. Nothing is allocated after construction.
    /// </summary>
    public sealed class SampleRing
    {
        private readonly object _lock = new object();
        private readonly short[] _samples;
        private readonly int _channels;
        private readonly int _capacity;
        private int _first;
        private int _count;
        private int _lost;

        /// <param name="capacity">Frames.</param>
        /// <param name="channels">Samples in a frame.</param>
        public SampleRing(int capacity, int channels)
        {
            _samples = new short[capacity * channels];
            _capacity = capacity;
            _channels = channels;
        }

        public int Capacity
        {
            get { return _capacity; }
        }

        public int Channels
        {
            get { return _channels; }
        }

        /// <summary>Frames that can be read.</summary>
        public int Count
        {
            get { return _count; }
        }

        /// <summary>Frames that were never read.</summary>
        public int Lost
        {
            get { return _lost; }
        }

        /// <summary>Adds frames.</summary>
        public void Write(short[] frames, int start, int count)
        {
            lock (_lock)
            {
                if (count > _capacity)
                {
                    _lost += count - _capacity;
                    start += (count - _capacity) * _channels;
                    count = _capacity;
                }

                int excess = _count + count - _capacity;
                if (excess > 0)
                {
                    _lost += excess;
                    _first = (_first + excess) % _capacity;
                    _count -= excess;
                }

                int at = (_first + _count) % _capacity;
                int straight = count < _capacity - at ? count : _capacity - at;
                Array.Copy(frames, start, _samples, at * _channels, straight * _channels);
                Array.Copy(frames, start + straight * _channels, _samples, 0, (count - straight) * _channels);
                _count += count;
            }
        }

        /// <summary>Takes the oldest frames out.</summary>
        /// <returns>Frames read, at most <paramref name="maxFrames"/>.</returns>
        public int Read(short[] frames, int start, int maxFrames)
        {
            lock (_lock)
            {
                int count = maxFrames < _count ? maxFrames : _count;
                int straight = count < _capacity - _first ? count : _capacity - _first;
                Array.Copy(_samples, _first * _channels, frames, start, straight * _channels);
                Array.Copy(_samples, 0, frames, start + straight * _channels, (count - straight) * _channels);
                _first = (_first + count) % _capacity;
                _count -= count;
                return count;
            }
        }

        /// <summary>Forgets all frames; they do not count as lost.</summary>
        public void Clear()
        {
            lock (_lock)
            {
                _first = 0;
                _count = 0;
            }
        }
    }
}
