using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    /// <summary>Time that passes only when slept through, or when the test says so.</summary>
    public sealed class FakeClock : IClock
    {
        public long Microseconds { get; set; }

        public void SleepUntil(long microseconds)
        {
            if (microseconds > Microseconds)
            {
                Microseconds = microseconds;
            }
        }
    }
}
