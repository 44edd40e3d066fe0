using System;
using System.Threading;

namespace TinyNano.Sensors
{
    /// <summary>The clock of any nanoFramework target; it counts milliseconds. Boards with a finer timer bring their own.</summary>
    public sealed class DeviceClock : IClock
    {
        private const int MicrosecondsPerMillisecond = 1000;

        public long Microseconds
        {
            get { return Environment.TickCount64 * MicrosecondsPerMillisecond; }
        }

        public void SleepUntil(long microseconds)
        {
            long left = microseconds - Microseconds;
            while (left > 0)
            {
                // Rounded up: waking early would cost another turn, and the clock cannot see less than a millisecond.
                Thread.Sleep((int)((left + MicrosecondsPerMillisecond - 1) / MicrosecondsPerMillisecond));
                left = microseconds - Microseconds;
            }
        }
    }
}
