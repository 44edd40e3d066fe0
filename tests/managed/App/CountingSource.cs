using TinyNano.Sensors;

namespace NFUnitTest.AppTests
{
    /// <summary>A source whose frames count, and the time that passes with them.</summary>
    public sealed class CountingSource : ISampleSource, IClock
    {
        public CountingSource(int channels)
        {
            Channels = channels;
        }

        public int Channels { get; }

        public bool IsSelfTimed { get; set; }

        public int FrameNumber { get; private set; } = -1;

        public int Errors
        {
            get { return 0; }
        }

        /// <summary>Reads that give no frame before each that does.</summary>
        public int EmptyReads { get; set; }

        public int Lost { get; set; }

        public long Microseconds { get; private set; }

        private int _empty;

        public void SleepUntil(long microseconds)
        {
            Microseconds = microseconds > Microseconds ? microseconds : Microseconds;
        }

        public int Read(short[] buffer, int start, int maxFrames)
        {
            if (_empty < EmptyReads)
            {
                _empty++;
                return 0;
            }

            _empty = 0;
            FrameNumber++;
            for (int i = 0; i < Channels; i++)
            {
                buffer[start + i] = (short)((FrameNumber * Channels + i) % 100);
            }

            return 1;
        }

        public void Dispose()
        {
        }
    }
}
