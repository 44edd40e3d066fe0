using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    /// <summary>Frames that count, of which some fail; reading may take time.</summary>
    public sealed class FakeSource : ISampleSource
    {
        private readonly FakeClock _clock;
        private int _reads;

        public FakeSource(FakeClock clock)
        {
            _clock = clock;
        }

        public int Channels
        {
            get { return 1; }
        }

        public bool IsSelfTimed { get; set; }

        public int FrameNumber
        {
            get { return _reads; }
        }

        public int Errors { get; private set; }

        public int Lost
        {
            get { return 0; }
        }

        /// <summary>The read that fails, counted from 0; -1: none.</summary>
        public int FailingRead { get; set; } = -1;

        /// <summary>The read that takes <see cref="SlowMicroseconds"/>.</summary>
        public int SlowRead { get; set; } = -1;

        public long SlowMicroseconds { get; set; }

        /// <summary>When the last read began.</summary>
        public long LastReadAt { get; private set; }

        public int Read(short[] buffer, int start, int maxFrames)
        {
            LastReadAt = _clock.Microseconds;
            int read = _reads;
            _reads++;
            if (read == SlowRead)
            {
                _clock.Microseconds += SlowMicroseconds;
            }

            if (read == FailingRead)
            {
                Errors++;
                return 0;
            }

            buffer[start] = (short)read;
            return 1;
        }

        public void Dispose()
        {
        }
    }
}
