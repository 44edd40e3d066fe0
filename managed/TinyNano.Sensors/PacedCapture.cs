using System.Threading;

namespace TinyNano.Sensors
{
    /// <summary>
    /// Samples a source at a steady rate into a ring. Frame n is due at start + n / rate, however long the frames before it took: no error
    /// adds up. A source that keeps its own time is asked at that rate whether it has one.
    /// </summary>
    /// <remarks>
    /// A frame that could not be read, or whose time had passed, is replaced by the one before it, so that the windows keep their length in
    /// time. Nothing is allocated after <see cref="Start"/>.
    /// </remarks>
    public sealed class PacedCapture
    {
        private const long MicrosecondsPerSecond = 1000000;

        private readonly ISampleSource _source;
        private readonly SampleRing _ring;
        private readonly IClock _clock;
        private readonly AutoResetEvent _captured = new AutoResetEvent(false);
        private readonly short[] _frame;
        private readonly int _rate;
        private Thread _thread;
        private long _start;
        private long _index;
        private bool _stopping;

        /// <param name="source">Stays the caller's.</param>
        /// <param name="ring">Receives the frames; of as many channels as the source.</param>
        /// <param name="clock">The time.</param>
        /// <param name="rate">Frames a second.</param>
        public PacedCapture(ISampleSource source, SampleRing ring, IClock clock, int rate)
        {
            _source = source;
            _ring = ring;
            _clock = clock;
            _rate = rate;
            _frame = new short[source.Channels];
            Restart();
        }

        /// <summary>Frames given to the ring, replaced ones included.</summary>
        public int Frames { get; private set; }

        /// <summary>Frames read more than half a period after they were due.</summary>
        public int Late { get; private set; }

        /// <summary>Frames that could not be read, or whose time had passed before they could be.</summary>
        public int Lost { get; private set; }

        /// <summary>Begins the schedule now.</summary>
        public void Restart()
        {
            _start = _clock.Microseconds;
            _index = 0;
        }

        /// <summary>Waits until the next frame is due and captures it.</summary>
        public void Step()
        {
            _clock.SleepUntil(Due(_index));
            if (_source.IsSelfTimed)
            {
                Poll();
            }
            else
            {
                Sample();
            }
        }

        /// <summary>Captures in a thread of its own, until <see cref="Stop"/>.</summary>
        public void Start()
        {
            _stopping = false;
            _thread = new Thread(Loop);
            _thread.Start();
        }

        public void Stop()
        {
            _stopping = true;
            if (_thread != null)
            {
                _thread.Join();
                _thread = null;
            }
        }

        /// <summary>Waits until the thread has captured something since the last call.</summary>
        public bool Wait(int milliseconds)
        {
            return _captured.WaitOne(milliseconds, false);
        }

        private long Due(long index)
        {
            return _start + index * MicrosecondsPerSecond / _rate;
        }

        private void Loop()
        {
            Restart();
            while (!_stopping)
            {
                Step();
            }
        }

        private void Sample()
        {
            long now = _clock.Microseconds;
            Skip(LastDue(now) - _index);
            if (now - Due(_index) > MicrosecondsPerSecond / _rate / 2)
            {
                Late++;
            }

            if (_source.Read(_frame, 0, 1) == 0)
            {
                Lost++;
            }

            _index++;
            Give();
        }

        private void Poll()
        {
            if (_source.Read(_frame, 0, 1) > 0)
            {
                Give();
            }

            // The source counts what it loses; here only the time to ask again matters.
            long next = LastDue(_clock.Microseconds) + 1;
            _index = next > _index ? next : _index + 1;
        }

        // The last frame that is due at an instant: the largest n with Due(n) <= now.
        private long LastDue(long now)
        {
            return ((now - _start + 1) * _rate - 1) / MicrosecondsPerSecond;
        }

        private void Skip(long frames)
        {
            if (frames <= 0)
            {
                return;
            }

            Lost += (int)frames;
            _index += frames;

            // More than the ring holds would only be overwritten.
            long given = frames < _ring.Capacity ? frames : _ring.Capacity;
            for (long i = 0; i < given; i++)
            {
                Give();
            }
        }

        private void Give()
        {
            Frames++;
            _ring.Write(_frame, 0, 1);
            _captured.Set();
        }
    }
}
