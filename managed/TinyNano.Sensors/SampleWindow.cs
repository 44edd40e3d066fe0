using System;

namespace TinyNano.Sensors
{
    /// <summary>
    /// The last frames, scaled, as the model wants them. A sample is scaled once, when it comes, however many windows it is part of.
    /// Nothing is allocated after construction.
    /// </summary>
    public sealed class SampleWindow
    {
        private readonly FeatureScaler _scaler;
        private readonly sbyte[] _features;
        private readonly int _channels;
        private readonly int _length;
        private readonly int _stride;
        private int _next;
        private int _missing;
        private int _skipped;

        /// <param name="channels">Samples in a frame.</param>
        /// <param name="length">Frames in a window.</param>
        /// <param name="stride">New frames from one window to the next: <paramref name="length"/> for windows side by side, fewer for an overlap.</param>
        /// <param name="scaler">From samples to the model's input.</param>
        public SampleWindow(int channels, int length, int stride, FeatureScaler scaler)
        {
            if (channels < 1 || length < 1 || stride < 1 || (scaler.Channels != 1 && scaler.Channels != channels))
            {
                throw new ArgumentException();
            }

            _features = new sbyte[channels * length];
            _channels = channels;
            _length = length;
            _stride = stride;
            _scaler = scaler;
            _missing = length;
        }

        /// <summary>Elements of a window.</summary>
        public int Elements
        {
            get { return _features.Length; }
        }

        /// <summary>Whether <see cref="Fill"/> would give a window.</summary>
        public bool IsReady
        {
            get { return _missing <= 0; }
        }

        /// <summary>Windows that were never taken, because the next had come.</summary>
        public int Skipped
        {
            get { return _skipped; }
        }

        /// <summary>Adds frames, the oldest first.</summary>
        public void Add(short[] frames, int start, int count)
        {
            // Only the last ones will be in any window.
            int useless = count > _length ? count - _length : 0;
            int from = start + useless * _channels;
            int left = count - useless;
            _next = (_next + useless) % _length;
            while (left > 0)
            {
                int straight = left < _length - _next ? left : _length - _next;
                _scaler.Scale(frames, from, _features, _next * _channels, straight * _channels);
                from += straight * _channels;
                left -= straight;
                _next = (_next + straight) % _length;
            }

            _missing -= count;
            while (_missing <= -_stride)
            {
                _missing += _stride;
                _skipped++;
            }
        }

        /// <summary>Takes the window into the model's input: frame after frame, the oldest first.</summary>
        /// <param name="input">Its first <see cref="Elements"/> elements are filled.</param>
        /// <returns>False where too few new frames have come since the last window.</returns>
        public bool Fill(sbyte[] input)
        {
            if (_missing > 0)
            {
                return false;
            }

            int old = (_length - _next) * _channels;
            Array.Copy(_features, _next * _channels, input, 0, old);
            Array.Copy(_features, 0, input, old, _next * _channels);
            _missing += _stride;
            return true;
        }

        /// <summary>Forgets all frames, so that the next window has only new ones; for triggered captures.</summary>
        public void Clear()
        {
            _next = 0;
            _missing = _length;
        }
    }
}
